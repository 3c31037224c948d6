import { type Backend } from "../backend.ts";
import { type Access, type ApiClient } from "../clients/client.ts";
import { requireFittingScopes, readChange, readEmpty, readTransfer } from "../clients/input.ts";
import { clientJson, withSecretJson } from "../clients/json.ts";
import { type PortalUser } from "../clients/portal-users.ts";
import { requireMayEdit, requireMayCreate } from "../clients/rules.ts";
import { Query } from "../http/query.ts";
import { ok, Refusal, type Reply } from "../http/reply.ts";
import { type Call, type Router } from "../http/router.ts";
import { clientsBearer, jsonBody, portalUser, reachesClientsOf } from "./access.ts";

interface Edit {
  readonly backend: Backend;
  readonly call: Call;
  readonly client: ApiClient;
  readonly user: PortalUser;
}
interface Operation {
  readonly access: Access;
  readonly work: (edit: Edit) => Reply;
}

/**
 * ASSUMED. KORE documents these operations and has them in its portal, but publishes no endpoints for them.
 * Methods, paths and bodies are OURS. So are client_type, token_lifetime and scopes.global_resources of a creation.
 */
const ASSUMED: Readonly<Record<string, Operation>> = {
  "PATCH /v1/clients/{id}": { access: "Modify", work: change },
  "DELETE /v1/clients/{id}": { access: "Delete", work: remove },
  "POST /v1/clients/{id}/lock": { access: "Modify", work: (edit) => set(edit, { locked: true }) },
  "POST /v1/clients/{id}/unlock": { access: "Modify", work: (edit) => set(edit, { locked: false }) },
  "POST /v1/clients/{id}/enable": { access: "Modify", work: (edit) => set(edit, { enabled: true }) },
  "POST /v1/clients/{id}/disable": { access: "Modify", work: (edit) => set(edit, { enabled: false }) },
  "POST /v1/clients/{id}/renew-key": { access: "Modify", work: renewKey },
  "POST /v1/clients/{id}/transfer-ownership": { access: "Modify", work: transfer },
};

export function addClientPortalRoutes(router: Router, backend: Backend): void {
  if (backend.options.clients?.unpublished === false) return;
  for (const [name, { access, work }] of Object.entries(ASSUMED)) {
    const [method = "", path = ""] = name.split(" ");
    router.add(method, path, (call) => work(edit(backend, call, access)));
  }
}

/** The client in the path. @throws Refusal when the caller may not edit it */
function edit(backend: Backend, call: Call, access: Access): Edit {
  const bearer = clientsBearer(backend, call, access);
  new Query(call.query, []);
  const client = backend.fixtures.clients.get(call.params["id"] ?? "");
  if (!client || !reachesClientsOf(backend, bearer.client, client.accountId))
    throw new Refusal(404, "Client not found");
  const user = portalUser(backend, bearer, client.accountId);
  requireMayEdit(user, client);
  return { backend, call, client, user };
}

/** Tokens that were issued before keep their type, scopes and lifetime. */
function change({ backend, call, client, user }: Edit): Reply {
  const settings = readChange(jsonBody(call));
  const type = settings.type ?? client.type;
  requireMayCreate(user, type);
  requireFittingScopes(type, settings.globalResources ?? []);
  // OURS: a client that becomes a standard one loses the resources that are for admin clients.
  const resources = type === "standard" ? { globalResources: [] } : {};
  return ok({ client: clientJson(backend.fixtures.clients.change(client, { ...settings, ...resources })) });
}

function set({ backend, call, client }: Edit, flag: Partial<Pick<ApiClient, "locked" | "enabled">>): Reply {
  requireNoBody(call);
  return ok({ client: clientJson(backend.fixtures.clients.change(client, flag)) });
}

function renewKey({ backend, call, client }: Edit): Reply {
  requireNoBody(call);
  const renewed = backend.fixtures.clients.renewKey(client, backend.auth.issuedTokens);
  return ok(withSecretJson(renewed, "The client has a new key; its secret is shown once"));
}

function transfer({ backend, call, client }: Edit): Reply {
  const owner = backend.fixtures.users.find(client.accountId, readTransfer(jsonBody(call)));
  if (!owner) throw new Refusal(400, "client_owner must be a portal user of the client's account");
  return ok({ client: clientJson(backend.fixtures.clients.change(client, { owner: owner.email })) });
}

function remove({ backend, call, client }: Edit): Reply {
  requireNoBody(call);
  backend.fixtures.clients.delete(client);
  return { status: 204, body: undefined };
}

function requireNoBody(call: Call): void {
  if (call.body !== "") readEmpty(jsonBody(call));
}
