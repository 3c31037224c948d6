import { Requests } from "../request.ts";
import { type components, type paths } from "../wire/clients.ts";

export type WireClient = components["schemas"]["Client"];

type ClientsQuery = paths["/v1/clients"]["get"]["parameters"]["query"];

/** The reads of API clients, one method an endpoint, as KORE spells them. Each call is one request to KORE. */
export class ClientsApi extends Requests<paths> {
  clients(query: { [K in keyof ClientsQuery]: ClientsQuery[K] | undefined }) {
    return this.get("/v1/clients", {}, query);
  }

  client(id: string) {
    return this.get("/v1/clients/{client_id}", { client_id: id }, {});
  }
}
