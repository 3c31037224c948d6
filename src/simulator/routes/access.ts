import { parseJson } from "../../common/json.ts";
import { type Bearer } from "../auth/auth.ts";
import { type Backend } from "../backend.ts";
import { type Access, type ApiClient } from "../clients/client.ts";
import { type PortalUser } from "../clients/portal-users.ts";
import { requireAccess } from "../clients/rules.ts";
import { Refusal } from "../http/reply.ts";
import { type Call } from "../http/router.ts";
import { type Account } from "../fixtures/accounts.ts";

/** ConnectivityPro: the API key and a legacy token. KORE's guide sends both, so both are required. */
export function connectivityClient(backend: Backend, call: Call): ApiClient {
  backend.auth.checkApiKey(header(call, "x-api-key"));
  return backend.auth.check("legacy", header(call, "authorization")).client;
}

/** The clients API: a current token with this access. */
export function clientsBearer(backend: Backend, call: Call, access: Access): Bearer {
  const bearer = backend.auth.check("current", header(call, "authorization"));
  requireAccess(bearer, access);
  return bearer;
}

/** The portal user with whose permissions the caller acts in an account. */
export function portalUser(backend: Backend, { client }: Bearer, accountId: string): PortalUser {
  if (!reachesClientsOf(backend, client, accountId)) throw new Refusal(403, "No access to this account");
  const user = backend.fixtures.users.find(accountId, client.owner);
  if (!user) throw new Refusal(403, "The calling client's owner is not a portal user of this account");
  return user;
}

/** The account of a call. @param id default: the one in the path. @throws Refusal when the credential has no access to it */
export function accountOf(
  backend: Backend,
  call: Call,
  id = call.params["account-id"] ?? "",
): { account: Account; client: ApiClient } {
  const client = connectivityClient(backend, call);
  const account = backend.fixtures.sims.account(id);
  if (!account) throw new Refusal(404, "Account not found");
  if (!reaches(backend, client, account)) throw new Refusal(403, "No access to this account");
  return { account, client };
}

/** Whether an API client has access to an account. A client of the account's own has access to that one alone, others to all accounts without one. */
export function reaches({ fixtures }: Backend, client: ApiClient, account: Account): boolean {
  const home = fixtures.sims.accounts.find(({ clientAccountId }) => clientAccountId === client.accountId);
  if (home?.hasOwnClient) return account === home;
  return account.visible && !account.hasOwnClient;
}

/** The same for an account's API clients, which hidden accounts show. `accountId`: `acct_…`. */
export function reachesClientsOf({ fixtures }: Backend, client: ApiClient, accountId: string): boolean {
  const named = (id: string) => fixtures.sims.accounts.find(({ clientAccountId }) => clientAccountId === id);
  const home = named(client.accountId);
  return home?.hasOwnClient ? accountId === home.clientAccountId : !named(accountId)?.hasOwnClient;
}

export function header(call: Call, name: string): string | undefined {
  const value = call.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

export function jsonBody(call: Call): unknown {
  if (!/^application\/json\b/i.test(header(call, "content-type") ?? ""))
    throw new Refusal(400, "The body must be JSON (application/json)");
  const value = parseJson(call.body);
  if (value === undefined) throw new Refusal(400, "The body is not JSON");
  return value;
}
