import { type GraphQLResolveInfo } from "graphql";
import { type RequestStats } from "../common/request-stats.ts";
import { type CallerSignal } from "../common/abort.ts";
import { type Caller } from "./principal.ts";

/** An explanation of a `null` that is no error; sent in `extensions.hints`. */
interface Hint {
  /** Response path of the null. */
  path: readonly (string | number)[];
  message: string;
}

/** Request id and stats of an operation. */
export interface OperationTelemetry {
  /** In its log lines, errors and response. */
  readonly requestId: string;
  readonly stats: RequestStats;
  /** Whether its response includes the stats. */
  readonly wantsStats: boolean;
}

/** A stale cached reply that was used because KORE failed; sent in `extensions.stale`. */
interface Stale {
  /** The read, such as "costCenters". */
  read: string;
  ageSeconds: number;
}

/** A missing part of a list, whose credentials failed; sent in `extensions.incomplete`. */
interface Incomplete {
  /** The list, such as "accounts". */
  list: string;
  /** Name of the credentials. */
  credential: string;
  /** An error code. */
  code: string;
  message: string;
}

/** The context of one operation. */
export interface GraphContext {
  readonly instrumentation: OperationTelemetry;
  /** Aborts when the caller disconnects. */
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

/** Records a stale reply: of several of a read, the oldest. */
export function noteStale({ stale }: GraphContext, read: string, ageSeconds: number): void {
  const noted = stale.find((other) => other.read === read);
  if (noted) noted.ageSeconds = Math.max(noted.ageSeconds, ageSeconds);
  else stale.push({ read, ageSeconds });
}

/** Records a missing part, once per list and credentials. */
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

/** Adds a hint at the field that is being resolved, or at an item of its list. */
export function hint(context: GraphContext, info: GraphQLResolveInfo, message: string, index?: number): void {
  const path: (string | number)[] = index === undefined ? [] : [index];
  for (let at: GraphQLResolveInfo["path"] | undefined = info.path; at; at = at.prev) path.unshift(at.key);
  context.hints.push({ path, message });
}
