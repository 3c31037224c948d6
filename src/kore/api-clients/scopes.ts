import { type ClientResult } from "./result.ts";
import { type Scopes } from "../api/unpublished-endpoints.ts";

/**
 * Why scopes are not for a client of a type: global resources are what the admin type opens, and a standard client has
 * products only. Undefined: no reason is known, also where the type is not.
 *
 * @param client_type KORE's word; undefined: none is given, and KORE makes a standard client
 */
export function refusalOfScopes({
  client_type: type = "standard",
  scopes,
}: {
  client_type?: string | undefined;
  scopes?: Scopes | undefined;
}): ClientResult | undefined {
  const wantsResources = (scopes?.global_resources ?? []).length > 0;
  if (!wantsResources || type.toLowerCase() !== "standard") return undefined;
  return {
    outcome: "REJECTED",
    reason: "ONLY_FOR_ADMIN",
    field: "globalResources",
    message: "Nothing was written: clients of type STANDARD have products only; global resources need type ADMIN.",
  };
}
