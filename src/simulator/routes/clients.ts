import { type Backend } from "../backend.ts";
import { CLIENT_TYPES } from "../clients/client.ts";
import { readCreate } from "../clients/input.ts";
import { clientJson, withSecretJson } from "../clients/json.ts";
import { requireMayCreate } from "../clients/rules.ts";
import { Query } from "../http/query.ts";
import { ok, Refusal, type Reply } from "../http/reply.ts";
import { type Call, type Router } from "../http/router.ts";
import { clientsBearer, header, jsonBody, portalUser, reachesClientsOf } from "./access.ts";

/** KORE's published endpoints for API clients. */
export function addClientRoutes(router: Router, backend: Backend): void {
  router.add("GET", "/v1/ping", (call) => {
    backend.auth.check("current", header(call, "authorization"));
    return ok({ status: "OK" });
  });
  router.add("GET", "/v1/clients", (call) => list(backend, call));
  router.add("POST", "/v1/clients", (call) => create(backend, call));
  router.add("GET", "/v1/clients/{id}", (call) => {
    const bearer = clientsBearer(backend, call, "Read");
    const client = backend.fixtures.clients.get(call.params["id"] ?? "");
    if (!client || !reachesClientsOf(backend, bearer.client, client.accountId))
      throw new Refusal(404, "Client not found");
    return ok({ client: clientJson(client) });
  });
}

function list(backend: Backend, call: Call): Reply {
  const bearer = clientsBearer(backend, call, "Read");
  const query = new Query(call.query, ["page_size", "page_number", "client_type"]);
  const size = query.requiredInteger("page_size", { min: 1 });
  const number = query.requiredInteger("page_number", { min: 1 });
  const type = query.oneOf("client_type", CLIENT_TYPES);
  const listsDisabled = backend.options.clients?.listsDisabled ?? false;
  const found = backend.fixtures.clients
    .all()
    .filter(({ accountId }) => reachesClientsOf(backend, bearer.client, accountId))
    .filter((client) => (type === undefined || client.type === type) && (listsDisabled || client.enabled));
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

function create(backend: Backend, call: Call): Reply {
  const bearer = clientsBearer(backend, call, "Write");
  new Query(call.query, []);
  const { fixtures, auth, clock, options } = backend;
  const unpublished = options.clients?.unpublished ?? true;
  const input = readCreate(jsonBody(call), { unpublished });
  const accountId = input.accountId ?? bearer.client.accountId;
  if (!fixtures.users.knowsAccount(accountId)) throw new Refusal(404, "Account not found");
  const user = portalUser(backend, bearer, accountId);
  requireMayCreate(user, input.type);
  const client = fixtures.clients.create(
    { ...input, accountId, owner: user.email },
    clock.now().getTime(),
    auth.issuedTokens,
  );
  return { status: 201, body: withSecretJson(client, "The client has been created; its secret is shown once") };
}
