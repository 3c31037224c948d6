import { isRecord, record, string } from "../decoding/decode.ts";
import { RequestBuilder } from "./request-builder.ts";
import { Secret } from "../auth/secret.ts";
import { type components, type paths } from "./generated/clients.ts";
import { type ClientChange, type FullCreateClient, UNPUBLISHED } from "./unpublished-endpoints.ts";

export type WireClient = components["schemas"]["Client"];
type PublishedCreateClient = components["schemas"]["CreateClient"];

type ClientsQuery = paths["/v1/clients"]["get"]["parameters"]["query"];

/** A reply that holds a secret, taken apart where it comes in: the secret goes on only as a {@link Secret}. */
export interface ClientWithSecret {
  client: WireClient;
  /** null: KORE returned none. */
  secret: Secret | null;
}

/** The endpoints of API clients, a method each, as KORE spells them. Each call is one request to KORE. */
export class ClientsApi extends RequestBuilder<paths> {
  /** The same with the credentials that serve an account; null: the account of our own credentials. */
  of(accountId: string | null): ClientsApi {
    return new ClientsApi(...this.withCredentialsOf(accountId));
  }

  /** Whether KORE takes the token, and answers. */
  ping() {
    return this.get("/v1/ping", {}, {});
  }

  clients(query: { [K in keyof ClientsQuery]: ClientsQuery[K] | undefined }) {
    return this.get("/v1/clients", {}, query);
  }

  client(id: string) {
    return this.get("/v1/clients/{client_id}", { client_id: id }, {});
  }

  /**
   * Never repeated here: a second one is a second client.
   *
   * @param beforeSending done last before each sending; it is not sent when this rejects, and fails with the same error
   */
  async create(body: FullCreateClient, beforeSending?: () => Promise<void>): Promise<ClientWithSecret> {
    const reply = isPublished(body)
      ? await this.post("/v1/clients", {}, body, { beforeSending })
      : await this.assumed(UNPUBLISHED.create, {}, body, { beforeSending });
    return withoutSecret(reply);
  }

  async update(id: string, change: ClientChange): Promise<WireClient> {
    return clientOf(await this.assumed(UNPUBLISHED.update, { client_id: id }, change));
  }

  async switch(id: string, how: "lock" | "unlock" | "enable" | "disable"): Promise<WireClient> {
    return clientOf(await this.assumed(UNPUBLISHED[how], { client_id: id }, undefined));
  }

  async transferOwnership(id: string, owner: string): Promise<WireClient> {
    return clientOf(await this.assumed(UNPUBLISHED.transferOwnership, { client_id: id }, { client_owner: owner }));
  }

  /** Never repeated here: a second one makes the first one's secret worthless. @param beforeSending as of `create` */
  async renewKey(id: string, beforeSending?: () => Promise<void>): Promise<ClientWithSecret> {
    return withoutSecret(await this.assumed(UNPUBLISHED.renewKey, { client_id: id }, undefined, { beforeSending }));
  }

  async delete(id: string): Promise<void> {
    await this.assumed(UNPUBLISHED.delete, { client_id: id }, undefined);
  }
}

/** Whether the published contract has all of it. */
function isPublished(body: FullCreateClient): body is PublishedCreateClient {
  const { client_type, token_lifetime, scopes } = body;
  return client_type === undefined && token_lifetime === undefined && scopes.global_resources === undefined;
}

function clientOf(reply: { client?: WireClient }): WireClient {
  return record(isRecord(reply) ? reply.client : undefined, "client");
}

function withoutSecret(reply: components["schemas"]["CreatedClient"]): ClientWithSecret {
  const { client_secret: revealed, ...client } = record(reply, "client");
  const secret = string(revealed, "client.client_secret");
  return { client, secret: secret === null ? null : new Secret(secret) };
}
