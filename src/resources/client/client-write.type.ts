import { Field, InterfaceType, ObjectType, registerEnumType } from "type-graphql";
import { type Secret, type WireClient } from "../../kore/index.ts";

export enum ClientOutcome {
  DONE = "DONE",
  ALREADY_SATISFIED = "ALREADY_SATISFIED",
  ADOPTED = "ADOPTED",
  REJECTED = "REJECTED",
  OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN",
}
registerEnumType(ClientOutcome, {
  name: "ClientOutcome",
  description: "The outcome of changing an API client.",
  valuesConfig: {
    DONE: { description: "It is done." },
    ALREADY_SATISFIED: { description: "The client is as wanted: nothing was written." },
    ADOPTED: {
      description:
        "It was written, KORE's reply was lost, and the client was found in KORE's list. Its secret is lost.",
    },
    REJECTED: { description: "Nothing was written, or KORE refused; see `reason`." },
    OUTCOME_UNKNOWN: {
      description: "It was written, and whether it arrived could not be found out; see `message` for what to check.",
    },
  },
});

export enum ClientReason {
  NOT_FOUND = "NOT_FOUND",
  NOT_CONFIRMED = "NOT_CONFIRMED",
  NOT_PERMITTED = "NOT_PERMITTED",
  ONLY_FOR_ADMIN = "ONLY_FOR_ADMIN",
  KORE_REFUSED = "KORE_REFUSED",
  REPLY_LOST = "REPLY_LOST",
}
registerEnumType(ClientReason, {
  name: "ClientReason",
  description: "Why an API client was not changed, or possibly not.",
  valuesConfig: {
    NOT_FOUND: { description: "KORE has no such client, or no such account." },
    NOT_CONFIRMED: { description: "`confirm` is not what `message` asks for." },
    NOT_PERMITTED: {
      description:
        "KORE does not permit this to the credentials of kore-graph: the client is locked, or of type ADMIN, and they are neither an account owner's nor administrator's; or their scopes do not include it.",
    },
    ONLY_FOR_ADMIN: { description: "A client of type STANDARD cannot have what `field` names." },
    KORE_REFUSED: { description: "KORE refused the request; `message` has its words." },
    REPLY_LOST: { description: "KORE's reply was lost, and KORE's reads do not show whether it was done." },
  },
});

export enum ClientSecretStatus {
  SHOWN_NOW = "SHOWN_NOW",
  ALREADY_SHOWN = "ALREADY_SHOWN",
  LOST = "LOST",
  NONE = "NONE",
}
registerEnumType(ClientSecretStatus, {
  name: "ClientSecretStatus",
  description: "Whether the answer shows the created secret.",
  valuesConfig: {
    SHOWN_NOW: { description: "In `clientSecret`, shown only once: store it." },
    ALREADY_SHOWN: { description: "In the first answer. `renewClientKey` gives a new one." },
    LOST: { description: "Lost with KORE's reply, if one was created. `renewClientKey` gives a new one." },
    NONE: { description: "None was created." },
  },
});

@InterfaceType({ description: "The outcome of changing an API client. Each mutation has a payload of its own." })
export abstract class ClientPayload {
  clientId!: string | null;
  /** From KORE's reply, decoded on access because a malformed one must not fail the other fields. Undefined: not in the reply. */
  wire!: WireClient | null | undefined;

  @Field(() => ClientOutcome, { description: "The outcome." })
  outcome!: ClientOutcome;

  @Field(() => ClientReason, { nullable: true, description: "Why nothing was changed, or possibly not." })
  reason!: ClientReason | null;

  @Field(() => String, { nullable: true, description: "The part of the input that caused it." })
  field!: string | null;

  @Field(() => String, { nullable: true, description: "The reason in words, and what to do." })
  message!: string | null;

  @Field(() => Boolean, {
    description:
      "Whether users of the client need a new token: its type, scopes or token lifetime may have changed, which existing tokens lack until they expire; or its key was renewed, which invalidates them.",
  })
  requiresReauthorization!: boolean;
}

/** Of the payloads of changes. */
const ofChange = (change: string) =>
  ({
    implements: ClientPayload,
    description: `The outcome of ${change} an API client.`,
    simpleResolvers: true,
  }) as const;

@ObjectType(ofChange("updating"))
export class UpdateClientPayload extends ClientPayload {}

@ObjectType(ofChange("locking"))
export class LockClientPayload extends ClientPayload {}

@ObjectType(ofChange("unlocking"))
export class UnlockClientPayload extends ClientPayload {}

@ObjectType(ofChange("enabling"))
export class EnableClientPayload extends ClientPayload {}

@ObjectType(ofChange("disabling"))
export class DisableClientPayload extends ClientPayload {}

@ObjectType(ofChange("giving another owner to"))
export class TransferClientOwnershipPayload extends ClientPayload {}

@ObjectType(ofChange("deleting"))
export class DeleteClientPayload extends ClientPayload {}

@ObjectType({ simpleResolvers: true })
abstract class SecretPayload extends ClientPayload {
  secret!: Secret | null;

  @Field(() => ClientSecretStatus, { description: "Whether this answer shows the secret." })
  secretStatus!: ClientSecretStatus;
}

@ObjectType(ofChange("creating"))
export class CreateClientPayload extends SecretPayload {}

@ObjectType(ofChange("renewing the key of"))
export class RenewClientKeyPayload extends SecretPayload {}
