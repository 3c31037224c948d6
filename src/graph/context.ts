import { type GraphQLResolveInfo } from "graphql";
import { type Caller } from "./caller.ts";

/** Something that explains a `null` without being an error; sent in the reply's `extensions.hints`. */
interface Hint {
  /** Response path of the null. */
  path: readonly (string | number)[];
  message: string;
}

/** What every operation has: made when it starts, gone when it ends. */
export interface GraphContext {
  /** Aborts when the caller has left. */
  readonly signal: AbortSignal;
  readonly caller: Caller;
  /** Loaders made for this operation, by their definition. */
  readonly loaders: Map<object, unknown>;
  readonly hints: Hint[];
}

export function createGraphContext(signal: AbortSignal, caller: Caller): GraphContext {
  return { signal, caller, loaders: new Map(), hints: [] };
}

/** Notes a hint at the field that is being resolved, or at an item of its list. */
export function hint(context: GraphContext, info: GraphQLResolveInfo, message: string, index?: number): void {
  const path: (string | number)[] = index === undefined ? [] : [index];
  for (let at: GraphQLResolveInfo["path"] | undefined = info.path; at; at = at.prev) path.unshift(at.key);
  context.hints.push({ path, message });
}
