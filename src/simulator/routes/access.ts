import { type Backend } from "../backend.ts";
import { Refusal } from "../reply.ts";
import { type Call } from "../router.ts";
import { type Account } from "../world/accounts.ts";
import { type ApiClient } from "../world/clients.ts";

/** ConnectivityPro: the API key and a legacy token. KORE's guide sends both, so both are demanded. */
export function connectivityClient(backend: Backend, call: Call): ApiClient {
  backend.auth.checkApiKey(header(call, "x-api-key"));
  return backend.auth.check("legacy", header(call, "authorization"));
}

/** The account in the path, if the credential may see it. */
export function accountOf(backend: Backend, call: Call): { account: Account; client: ApiClient } {
  const client = connectivityClient(backend, call);
  const account = backend.world.sims.account(call.params["account-id"] ?? "");
  if (!account) throw new Refusal(404, "Account not found");
  if (!account.visible) throw new Refusal(403, "No access to this account");
  return { account, client };
}

export function header(call: Call, name: string): string | undefined {
  const value = call.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
