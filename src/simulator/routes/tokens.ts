import { type TokenFamily } from "../auth/auth.ts";
import { type Backend } from "../backend.ts";
import { CURRENT_TOKEN_PATH, LEGACY_TOKEN_PATH, ok, Refusal, type Reply } from "../http/reply.ts";
import { type Call, type Router } from "../http/router.ts";
import { header } from "./access.ts";

export function addTokenRoutes(router: Router, backend: Backend): void {
  // KORE's published curl sends no x-api-key here; all other calls of ConnectivityPro need one.
  router.add("POST", LEGACY_TOKEN_PATH, (call) => token(backend, "legacy", call));
  router.add("POST", CURRENT_TOKEN_PATH, (call) => token(backend, "current", call));
}

function token(backend: Backend, family: TokenFamily, call: Call): Reply {
  if (!/^application\/x-www-form-urlencoded\b/i.test(header(call, "content-type") ?? ""))
    throw new Refusal(400, "The body must be a form (application/x-www-form-urlencoded)");
  const form = new URLSearchParams(call.body);
  if (form.get("grant_type") !== "client_credentials") throw new Refusal(400, "grant_type must be client_credentials");
  const id = form.get("client_id");
  const secret = form.get("client_secret");
  if (!id || !secret) throw new Refusal(400, "client_id and client_secret are required");
  return ok(backend.auth.issue(family, id, secret));
}
