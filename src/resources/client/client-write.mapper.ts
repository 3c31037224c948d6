import {
  type Access,
  type ClientChange,
  type ClientResult,
  type FullCreateClient,
  type Scopes,
  type SecretResult,
} from "../../kore/index.ts";
import {
  type ClientProduct,
  type CreateClientInput,
  type GlobalResourceAccess,
  type GlobalResourceInput,
  type TokenLifetime,
  type UpdateClientInput,
} from "./client-write.inputs.ts";
import {
  ClientOutcome,
  type ClientPayload,
  type ClientReason,
  type CreateClientPayload,
  ClientSecretStatus,
} from "./client-write.type.ts";
import { KORE_CLIENT_TYPES } from "./client.mapper.ts";
import { ClientType } from "./client.type.ts";

const KORE_PRODUCTS = {
  SUPER_SIM: "SuperSIM",
  PROGRAMMABLE_WIRELESS: "ProgrammableWireless",
} as const satisfies Record<ClientProduct, string>;

const KORE_LIFETIMES = {
  ONE_HOUR: "1_hour",
  TWENTY_FOUR_HOURS: "24_hours",
  THIRTY_DAYS: "30_days",
  TWENTY_FOUR_MONTHS: "24_months",
} as const satisfies Record<TokenLifetime, string>;

const KORE_ACCESS = {
  READ: "Read",
  WRITE: "Write",
  MODIFY: "Modify",
  DELETE: "Delete",
} as const satisfies Record<GlobalResourceAccess, Access>;

/** Omits unset fields and KORE's defaults: the published contract then suffices. */
export function toCreation(input: CreateClientInput): FullCreateClient {
  const { name, isLocked, products, accountId, type, tokenLifetime, globalResources } = input;
  return {
    ...(accountId && { account_id: accountId }),
    name,
    locked: isLocked === undefined ? false : isLocked,
    ...(type === ClientType.ADMIN && { client_type: KORE_CLIENT_TYPES.ADMIN }),
    ...(tokenLifetime && { token_lifetime: KORE_LIFETIMES[tokenLifetime] }),
    scopes: toScopes({ products, globalResources: globalResources?.length === 0 ? null : globalResources }),
  };
}

export function toChange({ name, type, tokenLifetime, products, globalResources }: UpdateClientInput): ClientChange {
  const hasScopes = Boolean(products) || Boolean(globalResources);
  return {
    ...(name && { name }),
    ...(type && type !== ClientType.UNKNOWN && { client_type: KORE_CLIENT_TYPES[type] }),
    ...(tokenLifetime && { token_lifetime: KORE_LIFETIMES[tokenLifetime] }),
    ...(hasScopes && { scopes: toScopes({ products, globalResources }) }),
  };
}

function toScopes(given: {
  products?: ClientProduct[] | null | undefined;
  globalResources?: GlobalResourceInput[] | null | undefined;
}): Scopes {
  const { products, globalResources } = given;
  return {
    ...(products && { products: products.map((product) => KORE_PRODUCTS[product]) }),
    ...(globalResources && {
      global_resources: globalResources.map(({ name, access }) => ({
        resource_name: name,
        access: access.map((word) => KORE_ACCESS[word]),
      })),
    }),
  };
}

export function toPayload(result: ClientResult): ClientPayload {
  return {
    clientId: result.clientId ?? null,
    wire: result.client,
    outcome: ClientOutcome[result.outcome],
    reason: (result.reason ?? null) as ClientReason | null,
    field: result.field ?? null,
    message: result.message ?? null,
    requiresReauthorization: result.needsNewToken ?? false,
  };
}

export function toSecretPayload(result: SecretResult): CreateClientPayload {
  return {
    ...toPayload(result),
    secretStatus: ClientSecretStatus[result.secretStatus],
    secret: result.secret ?? null,
  };
}
