import { AUTH } from "./auth.ts";
import { CALLS, KORE } from "./kore.ts";
import { LIMITS } from "./limits.ts";
import { MCP } from "./mcp.ts";
import { OBSERVABILITY, SERVER, SIMULATOR } from "./server.ts";
import { type ValuesOf, variablesIn } from "./variable.ts";
import { WEBHOOK, WRITES } from "./writes.ts";

/** All variables, in the order of the README's tables. */
export const VARIABLES = {
  kore: KORE,
  ...CALLS,
  ...WRITES,
  webhook: WEBHOOK,
  auth: AUTH,
  ...SERVER,
  mcp: MCP,
  ...LIMITS,
  ...OBSERVABILITY,
  simulator: SIMULATOR,
};

export type Values = ValuesOf<typeof VARIABLES>;

export const ALL_VARIABLES = variablesIn(VARIABLES);
