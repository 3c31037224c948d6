import { type Backend } from "../backend.ts";
import { Query } from "../query.ts";
import { ok, Refusal, type Reply } from "../reply.ts";
import { type Call, type Router } from "../router.ts";
import { type ApiClient } from "../world/clients.ts";
import { header } from "./access.ts";

export function addClientRoutes(router: Router, backend: Backend): void {
  router.add("GET", "/v1/ping", (call) => {
    backend.auth.check("current", header(call, "authorization"));
    return ok({ status: "OK" });
  });
  router.add("GET", "/v1/clients", (call) => list(backend, call));
  router.add("GET", "/v1/clients/{id}", (call) => {
    allow(backend, call);
    const client = backend.world.clients.find((c) => c.id === call.params["id"]);
    if (!client) throw new Refusal(404, "Client not found");
    return ok({ client: clientJson(client) });
  });
}

/** Inferred from KORE's description of client types: an admin client with read access to the API Clients resource. */
function allow(backend: Backend, call: Call): void {
  const client = backend.auth.check("current", header(call, "authorization"));
  const granted = client.globalResources.some((r) => r.resourceName === "API Clients" && r.access.includes("Read"));
  if (client.type !== "admin" || !granted) throw new Refusal(403, "The client may not read API clients");
}

function list(backend: Backend, call: Call): Reply {
  allow(backend, call);
  const query = new Query(call.query, ["page_size", "page_number", "client_type"]);
  const size = query.requiredInteger("page_size", { min: 1 });
  const number = query.requiredInteger("page_number", { min: 1 });
  const type = query.oneOf("client_type", ["admin", "standard"]);
  const found = backend.world.clients.filter((client) => type === undefined || client.type === type);
  const page = found.slice((number - 1) * size, number * size);
  const count = backend.options.paging?.clientsCount === "total" ? found.length : page.length;
  const address = (n: number): string =>
    `${backend.url}/v1/clients?page_size=${size}&page_number=${n}${type === undefined ? "" : `&client_type=${type}`}`;
  return ok({
    meta: {
      count,
      page_number: number,
      page_size: size,
      ...(number > 1 ? { previous_page_url: address(number - 1) } : {}),
      ...(number * size < found.length ? { next_page_url: address(number + 1) } : {}),
    },
    clients: page.map(clientJson),
  });
}

function clientJson(client: ApiClient): Record<string, unknown> {
  return {
    client_id: client.id,
    account_id: client.accountId,
    name: client.name,
    client_owner: client.owner,
    client_type: client.type,
    locked: client.locked,
    date_created: new Date(client.createdAt).toUTCString(), // an HTTP date, unlike ConnectivityPro's
  };
}
