/** Access to the schema. `subgraph`: only `_service`, for gateways that fetch it. */
export type Introspection = "on" | "subgraph" | "off";

/** Limits of one request, operation or caller. */
export interface Limits {
  bodyBytes: number;
  tokens: number;
  depth: number;
  aliases: number;
  rootFields: number;
  directives: number;
  /** Fields and fragments of an operation, with fragments expanded. */
  selections: number;
  /** Validation errors that are reported. */
  errors: number;
  /** References of one `_entities`. */
  representations: number;
  /** Of one operation, at most. */
  koreRequests: number;
  /** Of one caller; 0: unlimited. */
  operationsPerMinute: number;
  /** Of one caller, by cost; 0: unlimited. */
  koreRequestsPerMinute: number;
}

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 1024 * 1024, // Fits the most SIMs of one mutation by default.
  tokens: 2000, // Twenty times what our own operations have; lists belong in variables.
  depth: 12, // Twice the depth of real operations; the graph has cycles.
  aliases: 30,
  rootFields: 20,
  directives: 30,
  selections: 2000,
  errors: 5,
  representations: 1000,
  koreRequests: 2000, // Twice one request for each SIM on the largest page.
  operationsPerMinute: 6000,
  koreRequestsPerMinute: 2400, // Below the budget for KORE, 3,000 a minute, so that one caller cannot use all of it.
};
