import { type GraphQLResolveInfo } from "graphql";
import { type CallerSignal } from "../common/abort.ts";
import { type Caller } from "./principal.ts";

/** Something that explains a `null` without being an error; sent in the reply's `extensions.hints`. */
interface Hint {
  /** Response path of the null. */
  path: readonly (string | number)[];
  message: string;
}

/** KORE requests of an operation so far. */
export interface RequestStats {
  /** Requests sent to KORE, each repetition once more. */
  requests: number;
  /** Reads answered out of a cache. */
  cached: number;
  /** Reads answered by one that somebody else had begun. */
  coalesced: number;
  /** Repetitions among the requests. */
  retried: number;
}

/** Identity of an operation in logs, metrics and traces. */
export interface OperationTelemetry {
  /** In all its log lines, in its errors, and in its reply. */
  readonly requestId: string;
  readonly stats: RequestStats;
  /** Whether its reply is to tell the tally. */
  readonly wantsStats: boolean;
}

/** An old answer of KORE's that stood in while KORE failed; sent in the reply's `extensions.stale`. */
interface Stale {
  /** The read, such as "costCenters". */
  read: string;
  ageSeconds: number;
}

/** A part that a list lacks because the credentials failed that it is read with; sent in `extensions.incomplete`. */
interface Incomplete {
  /** Such as "accounts". */
  list: string;
  /** Their name. */
  credential: string;
  /** As that of an error. */
  code: string;
  message: string;
}

/** The context of one operation. */
export interface GraphContext {
  readonly instrumentation: OperationTelemetry;
  /** Aborts when the caller has left. */
  readonly signal: CallerSignal;
  readonly caller: Caller;
  /** Loaders made for this operation, by their definition. */
  readonly loaders: Map<object, unknown>;
  readonly hints: Hint[];
  readonly stale: Stale[];
  readonly incomplete: Incomplete[];
}

export function createGraphContext(
  signal: CallerSignal,
  caller: Caller,
  instrumentation: OperationTelemetry,
): GraphContext {
  return { instrumentation, signal, caller, loaders: new Map(), hints: [], stale: [], incomplete: [] };
}

/** Notes an old answer: of several of a kind the oldest. */
export function noteStale({ stale }: GraphContext, read: string, ageSeconds: number): void {
  const noted = stale.find((other) => other.read === read);
  if (noted) noted.ageSeconds = Math.max(noted.ageSeconds, ageSeconds);
  else stale.push({ read, ageSeconds });
}

/** Notes a missing part, once however many fields read the list. */
export function noteIncomplete({ incomplete }: GraphContext, part: Incomplete): void {
  const isNoted = incomplete.some(({ list, credential }) => list === part.list && credential === part.credential);
  if (!isNoted) incomplete.push(part);
}

/** The response's `extensions`; undefined if there are none. */
export function replyExtensions({
  hints,
  stale,
  incomplete,
  instrumentation,
}: Pick<GraphContext, "hints" | "stale" | "incomplete" | "instrumentation">): Record<string, unknown> | undefined {
  if (hints.length + stale.length + incomplete.length === 0 && !instrumentation.wantsStats) return undefined;
  return {
    ...(hints.length > 0 && { hints }),
    ...(stale.length > 0 && { stale }),
    ...(incomplete.length > 0 && { incomplete }),
    ...(instrumentation.wantsStats && { kore: instrumentation.stats }),
  };
}

/** Notes a hint at the field that is being resolved, or at an item of its list. */
export function hint(context: GraphContext, info: GraphQLResolveInfo, message: string, index?: number): void {
  const path: (string | number)[] = index === undefined ? [] : [index];
  for (let at: GraphQLResolveInfo["path"] | undefined = info.path; at; at = at.prev) path.unshift(at.key);
  context.hints.push({ path, message });
}
