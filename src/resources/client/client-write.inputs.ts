import { Field, ID, InputType, registerEnumType } from "type-graphql";
import { EmailAddress } from "../../graph/index.ts";
import { ClientType } from "./client.type.ts";

export enum ClientProduct {
  SUPER_SIM = "SUPER_SIM",
  PROGRAMMABLE_WIRELESS = "PROGRAMMABLE_WIRELESS",
}
registerEnumType(ClientProduct, {
  name: "ClientProduct",
  description: "A product of KORE's that an API client may use.",
  valuesConfig: {
    SUPER_SIM: { description: "KORE's `SuperSIM`." },
    PROGRAMMABLE_WIRELESS: { description: "KORE's `ProgrammableWireless`." },
  },
});

export enum TokenLifetime {
  ONE_HOUR = "ONE_HOUR",
  TWENTY_FOUR_HOURS = "TWENTY_FOUR_HOURS",
  THIRTY_DAYS = "THIRTY_DAYS",
  TWENTY_FOUR_MONTHS = "TWENTY_FOUR_MONTHS",
}
registerEnumType(TokenLifetime, {
  name: "TokenLifetime",
  description: "Lifetime of an API client's tokens; KORE offers these four.",
  valuesConfig: {
    ONE_HOUR: { description: "An hour." },
    TWENTY_FOUR_HOURS: { description: "A day." },
    THIRTY_DAYS: { description: "30 days." },
    TWENTY_FOUR_MONTHS: { description: "Two years." },
  },
});

export enum GlobalResourceAccess {
  READ = "READ",
  WRITE = "WRITE",
  MODIFY = "MODIFY",
  DELETE = "DELETE",
}
registerEnumType(GlobalResourceAccess, {
  name: "GlobalResourceAccess",
  description: "Operations that an API client may be granted on a global resource.",
  valuesConfig: {
    READ: { description: "Read it." },
    WRITE: { description: "Create new ones." },
    MODIFY: { description: "Change it." },
    DELETE: { description: "Delete it." },
  },
});

@InputType({ description: "A resource beyond single products, and granted operations on it." })
export class GlobalResourceInput {
  @Field(() => String, {
    description: 'KORE\'s name of it. The only one that its documentation names is "API Clients".',
  })
  name!: string;

  @Field(() => [GlobalResourceAccess], { description: "Granted operations; at least one." })
  access!: GlobalResourceAccess[];
}

const UNPUBLISHED = "Needs `capabilities.unpublishedClientOperations`.";
const NEW_TOKEN = "Existing tokens lack the change until they expire.";
const OWN = "of the client that kore-graph itself uses, `<name>, which kore-graph itself uses`";

@InputType({ description: "A new API client." })
export class CreateClientInput {
  @Field(() => String, { description: "Its name: 1 to 200 characters, without blanks at its ends." })
  name!: string;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description:
      "Whether only the account's owner, its administrators and the client's owner may edit it. `null` is sent to KORE as it is: never locked.",
  })
  isLocked?: boolean | null;

  @Field(() => [ClientProduct], { nullable: true, description: "The products that it may use; none by default." })
  products?: ClientProduct[] | null;

  @Field(() => ID, {
    nullable: true,
    description: "KORE's account_id, such as `acct_…`; by default the account of kore-graph's own credentials.",
  })
  accountId?: string | null;

  @Field(() => ClientType, {
    nullable: true,
    description: `STANDARD by default, which developers may make, too. ADMIN takes an account's owner or administrator. ${UNPUBLISHED}`,
  })
  type?: ClientType | null;

  @Field(() => TokenLifetime, {
    nullable: true,
    description: `Lifetime of its tokens; KORE does not state the default. ${UNPUBLISHED}`,
  })
  tokenLifetime?: TokenLifetime | null;

  @Field(() => [GlobalResourceInput], {
    nullable: true,
    description: `Grants beyond products; none by default. Only clients of type ADMIN may have any. ${UNPUBLISHED}`,
  })
  globalResources?: GlobalResourceInput[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input creates no second client, also after a restart; it returns the outcome of the first, without its secret. With another input it is refused as REQUEST_KEY_REUSED.",
  })
  requestKey?: string | null;
}

@InputType()
abstract class ClientInput {
  @Field(() => ID, { description: "KORE's client_id." })
  id!: string;
}

@InputType({ description: "Changes to an API client; omitted fields stay as they are." })
export class UpdateClientInput extends ClientInput {
  @Field(() => String, { nullable: true, description: "A new name: 1 to 200 characters, without blanks at its ends." })
  name?: string | null;

  @Field(() => ClientType, {
    nullable: true,
    description: `Making it ADMIN takes an account's owner or administrator. ${NEW_TOKEN}`,
  })
  type?: ClientType | null;

  @Field(() => [ClientProduct], {
    nullable: true,
    description: `All products that it may use from now on. ${NEW_TOKEN}`,
  })
  products?: ClientProduct[] | null;

  @Field(() => TokenLifetime, { nullable: true, description: `Lifetime of its new tokens. ${NEW_TOKEN}` })
  tokenLifetime?: TokenLifetime | null;

  @Field(() => [GlobalResourceInput], {
    nullable: true,
    description: `All its grants beyond products from now on. Only clients of type ADMIN may have any. ${NEW_TOKEN}`,
  })
  globalResources?: GlobalResourceInput[] | null;
}

@InputType({ description: "An API client to lock." })
export class LockClientInput extends ClientInput {}

@InputType({ description: "An API client to unlock." })
export class UnlockClientInput extends ClientInput {}

@InputType({ description: "An API client to enable." })
export class EnableClientInput extends ClientInput {}

@InputType({ description: "An API client to disable." })
export class DisableClientInput extends ClientInput {
  @Field(() => String, {
    nullable: true,
    description: `Only needed to disable the client that kore-graph itself uses: \`<name>, which kore-graph itself uses\`.`,
  })
  confirm?: string | null;
}

@InputType({ description: "An API client to renew the key of." })
export class RenewClientKeyInput extends ClientInput {
  @Field(() => String, { description: `The client's name; ${OWN}.` })
  confirm!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition does not renew again, also after a restart; it returns the outcome of the first, without its secret.",
  })
  requestKey?: string | null;
}

@InputType({ description: "An API client to give to another owner." })
export class TransferClientOwnershipInput extends ClientInput {
  @Field(() => EmailAddress, { description: "E-mail address of the new owner, a user of KORE's portal." })
  newOwner!: string;
}

@InputType({ description: "An API client to delete." })
export class DeleteClientInput extends ClientInput {
  @Field(() => String, { description: `The client's name; ${OWN}.` })
  confirm!: string;
}
