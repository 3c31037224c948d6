import { type ClientResult } from "./result.ts";
import { type Scopes } from "../api/unpublished-endpoints.ts";

/**
 * Refuses global resources for a client of type standard, which has products only. Undefined for allowed scopes, and for
 * unknown types.
 *
 * @param client_type in KORE's spelling. @default "standard", as at KORE
 */
export function refusalOfScopes({
  client_type: type = "standard",
  scopes,
}: {
  client_type?: string | undefined;
  scopes?: Scopes | undefined;
}): ClientResult | undefined {
  const hasResources = (scopes?.global_resources ?? []).length > 0;
  if (!hasResources || type.toLowerCase() !== "standard") return undefined;
  return {
    outcome: "REJECTED",
    reason: "ONLY_FOR_ADMIN",
    field: "globalResources",
    message: "Nothing was written: clients of type STANDARD have products only; global resources need type ADMIN.",
  };
}
