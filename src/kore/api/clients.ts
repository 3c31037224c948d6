import { isRecord, record, string } from "../decoding/decode.ts";
import { RequestBuilder } from "./request-builder.ts";
import { Secret } from "../auth/secret.ts";
import { type components, type paths } from "./generated/clients.ts";
import { type ClientChange, type FullCreateClient, UNPUBLISHED } from "./unpublished-endpoints.ts";

export type WireClient = components["schemas"]["Client"];
type PublishedCreateClient = components["schemas"]["CreateClient"];

type ClientsQuery = paths["/v1/clients"]["get"]["parameters"]["query"];

/** A reply with its secret taken out of it, as a {@link Secret}. */
export interface ClientWithSecret {
  client: WireClient;
  /** null: KORE returned none. */
  secret: Secret | null;
}

/** The endpoints of API clients, one method each, in KORE's spelling. Each call is one request to KORE. */
export class ClientsApi extends RequestBuilder<paths> {
  /** The same API with the credentials that serve an account; null: our own account. */
  of(accountId: string | null): ClientsApi {
    return new ClientsApi(...this.withCredentialsOf(accountId));
  }

  /** Succeeds when KORE accepts the token. */
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
   * Never retried here: a second POST creates a second client.
   *
   * @param beforeSending called last before each sending; when it rejects, nothing is sent and the call fails with its error
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

  /** Never retried here: a second POST invalidates the secret of the first. @param beforeSending as of `create` */
  async renewKey(id: string, beforeSending?: () => Promise<void>): Promise<ClientWithSecret> {
    return withoutSecret(await this.assumed(UNPUBLISHED.renewKey, { client_id: id }, undefined, { beforeSending }));
  }

  async delete(id: string): Promise<void> {
    await this.assumed(UNPUBLISHED.delete, { client_id: id }, undefined);
  }
}

/** Whether the published contract has all fields of it. */
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
