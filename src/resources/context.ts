import { type GraphContext, type GraphParts } from "../graph/index.ts";
import { type KoreSession } from "../kore/index.ts";

/** What configuration tells the resources. */
interface Settings {
  mode: "live" | "simulator";
  /** The developer-portal administrator whose accounts are read by default. */
  accountEmail: string;
  /** `acct_…` id of the API clients to `cmp-…` id of ConnectivityPro: KORE publishes no such mapping. */
  accountMapping: ReadonlyMap<string, string>;
}

/** What every resolver of ours has. */
export interface Context extends GraphContext {
  readonly kore: KoreSession;
  readonly settings: Settings;
}

/** A slice's part of the graph. */
export type Resource = { resolvers: readonly [NewableFunction, ...NewableFunction[]] } & Pick<GraphParts, "references">;
