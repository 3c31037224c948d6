import { type AssumedEndpoint } from "./request-builder.ts";
import { type components } from "./generated/clients.ts";

type Schemas = components["schemas"];

/*
 * Everything in this file is assumed. KORE's documentation describes these operations and its portal has them, but it
 * publishes no endpoint, field name or enum value. Paths, bodies and replies are modelled on the three published ones.
 * When KORE publishes its contract, only this file changes.
 */

/** KORE offers these four lifetimes. */
type TokenLifetime = "1_hour" | "24_hours" | "30_days" | "24_months";

/** Permissions of a client on a global resource, such as "API Clients"; spelled as in KORE's tokens. */
export type Access = "Read" | "Write" | "Modify" | "Delete";

export interface Scopes {
  products?: NonNullable<Schemas["CreateClient"]["scopes"]["products"]>;
  global_resources?: readonly { resource_name: string; access: readonly Access[] }[];
}

/** The published fields and those of the portal. */
export type FullCreateClient = Omit<Schemas["CreateClient"], "scopes"> & {
  client_type?: Schemas["ClientType"];
  token_lifetime?: TokenLifetime;
  scopes: Scopes;
};

/** Absent fields stay unchanged. */
export interface ClientChange {
  name?: string;
  client_type?: Schemas["ClientType"];
  token_lifetime?: TokenLifetime;
  scopes?: Scopes;
}

function endpoint<Body, Answer>(
  method: AssumedEndpoint<Body, Answer>["method"],
  path: string,
): AssumedEndpoint<Body, Answer> {
  return { method, path };
}

const CLIENT = "/v1/clients/{client_id}";

/** Method, path, body and reply of each operation that KORE does not publish. */
export const UNPUBLISHED = {
  /** The published endpoint with unpublished fields. */
  create: endpoint<FullCreateClient, Schemas["CreatedClient"]>("POST", "/v1/clients"),
  update: endpoint<ClientChange, Schemas["ClientEnvelope"]>("PATCH", CLIENT),
  lock: endpoint<undefined, Schemas["ClientEnvelope"]>("POST", `${CLIENT}/lock`),
  unlock: endpoint<undefined, Schemas["ClientEnvelope"]>("POST", `${CLIENT}/unlock`),
  enable: endpoint<undefined, Schemas["ClientEnvelope"]>("POST", `${CLIENT}/enable`),
  disable: endpoint<undefined, Schemas["ClientEnvelope"]>("POST", `${CLIENT}/disable`),
  /** Replies like a creation, with the new secret. */
  renewKey: endpoint<undefined, Schemas["CreatedClient"]>("POST", `${CLIENT}/renew-key`),
  transferOwnership: endpoint<{ client_owner: string }, Schemas["ClientEnvelope"]>(
    "POST",
    `${CLIENT}/transfer-ownership`,
  ),
  /** Answers 204. */
  delete: endpoint<undefined, null>("DELETE", CLIENT),
} as const;
