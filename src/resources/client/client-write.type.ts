import { Field, ObjectType, registerEnumType } from "type-graphql";
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
  description: "Why an API client was not changed, or not surely.",
  valuesConfig: {
    NOT_FOUND: { description: "KORE has no such client, or no such account." },
    NOT_CONFIRMED: { description: "`confirm` is not what `message` asks for." },
    NOT_PERMITTED: {
      description:
        "KORE does not permit it to the credentials of kore-graph: the client is locked, or of type ADMIN, and they are neither an account owner's nor administrator's; or their scopes do not include it.",
    },
    ONLY_FOR_ADMIN: { description: "A client of type STANDARD cannot have what `field` names." },
    KORE_REFUSED: { description: "KORE refused the request; `message` has its words." },
    REPLY_LOST: { description: "KORE's reply was lost, and what KORE shows does not settle whether it was done." },
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
  description: "Where the secret of a client or key is that was made.",
  valuesConfig: {
    SHOWN_NOW: { description: "In `clientSecret`, for this once: keep it." },
    ALREADY_SHOWN: { description: "In the answer to whom asked first. `renewClientKey` gives a new one." },
    LOST: { description: "It went with KORE's reply, if there is one. `renewClientKey` gives a new one." },
    NONE: { description: "None was made." },
  },
});

@ObjectType({ simpleResolvers: true })
export abstract class ClientWritePayload {
  clientId!: string | null;
  /** As KORE's reply has it, read when it is asked for: a malformed one must not fail the rest. Undefined: not stated. */
  wire!: WireClient | null | undefined;

  @Field(() => ClientOutcome, { description: "The outcome." })
  outcome!: ClientOutcome;

  @Field(() => ClientReason, { nullable: true, description: "Why nothing was changed, or not surely." })
  reason!: ClientReason | null;

  @Field(() => String, { nullable: true, description: "The part of the input that it is about." })
  field!: string | null;

  @Field(() => String, { nullable: true, description: "The same for people, and what to do." })
  message!: string | null;

  @Field(() => Boolean, {
    description:
      "Whether users of the client need a new token: its type, scopes or token lifetime were changed, or may have been, and tokens from before keep the old ones until they expire; or its key was renewed, and they are dead.",
  })
  requiresReauthorization!: boolean;
}

@ObjectType({ description: "The outcome of changing an API client.", simpleResolvers: true })
export class ClientPayload extends ClientWritePayload {}

@ObjectType({ simpleResolvers: true })
abstract class SecretPayload extends ClientWritePayload {
  /** Shows its text to nobody who does not ask for it. */
  secret!: Secret | null;

  @Field(() => ClientSecretStatus, { description: "Where the secret is." })
  secretStatus!: ClientSecretStatus;
}

@ObjectType({ description: "The outcome of creating an API client.", simpleResolvers: true })
export class CreateClientPayload extends SecretPayload {}

@ObjectType({ description: "The outcome of renewing an API client's key.", simpleResolvers: true })
export class RenewClientKeyPayload extends SecretPayload {}
