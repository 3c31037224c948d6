import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { type GraphQLSchema, OperationTypeNode, getOperationAST, parse } from "graphql";
import { type ServerOptions } from "../../server/server-options.ts";
import { type Context } from "../../resources/index.ts";
import { exampleVariables } from "../../server/playground/tabs.ts";
import { Disposables } from "../../server/http/disposables.ts";
import { type Logger } from "../../server/logging/log.ts";
import { type Runtime } from "../runtime.ts";
import { type IsolatedServer, startIsolatedServer } from "./isolated-server.ts";

/** Requests that have waited for the start come first. Milliseconds. */
const PAUSE = 50;

interface WarmUpParts {
  schema: GraphQLSchema;
  /** The texts of the documented operations. */
  documented: readonly string[];
}

/**
 * Runs the documented queries again and again until the configured time is over, so that V8 has compiled and partly
 * optimised what answers them before the first callers are routed here. They run in a server of their own in front of a
 * simulator, and reach nothing else of this process. Undefined: the time is 0.
 */
export function warmUp(
  { config, log }: Pick<Runtime, "config" | "log">,
  { schema, documented }: WarmUpParts,
): ServerOptions<Context>["warmUp"] {
  if (config.warmUp === 0) return undefined;
  return async (stopping) => {
    // Not by `AbortSignal.any` and `timeout`: Node 20 collects such signals before they abort.
    const end = new AbortController();
    const { signal: ended } = end;
    const abort = () => end.abort();
    const timer = setTimeout(abort, config.warmUp);
    stopping.addEventListener("abort", abort);
    const disposables = new Disposables();
    const failed = new Set<string>();
    try {
      await wait(PAUSE, undefined, { signal: ended });
      const server = await startIsolatedServer(config, schema, disposables, ended);
      await askUntil(ended, server, documented.filter(isQuery), (name) => failed.add(name));
    } catch (err) {
      if (!ended.aborted) log.warn({ err }, "the warm-up has failed; the server is ready without it");
    } finally {
      clearTimeout(timer);
      if (failed.size > 0) log.warn({ operation: [...failed].join(", ") }, "queries of the warm-up have failed");
      await disposables.dispose().catch((err: unknown) => log.warn({ err }, "the warm-up could not be cleaned up"));
      if (!stopping.aborted) await tryCollectGarbage(log);
    }
  };
}

/** Not where Node was built without its inspector, which the import needs. */
async function tryCollectGarbage(log: Logger): Promise<void> {
  try {
    const { collectGarbage } = await import("./collect-garbage.ts");
    await collectGarbage();
  } catch (err) {
    log.debug({ err }, "no garbage was collected");
  }
}

/** One at a time, so that requests of callers come between. Rejects when a query is cut off by the end. */
async function askUntil(
  ended: AbortSignal,
  { ask, examples }: IsolatedServer,
  queries: readonly string[],
  onFailed: (name: string) => void,
): Promise<void> {
  const bodies = queries.map((query) => JSON.stringify({ query, variables: exampleVariables(query, examples) }));
  for (let asked = 0; bodies.length > 0 && !ended.aborted; asked += 1) {
    const at = asked % bodies.length;
    const reply = await ask(bodies[at] ?? "");
    if ("errors" in (JSON.parse(reply) as object)) onFailed(nameOf(queries[at] ?? ""));
    await nextTurn();
  }
}

const isQuery = (text: string) => getOperationAST(parse(text))?.operation === OperationTypeNode.QUERY;

const nameOf = (text: string) => getOperationAST(parse(text))?.name?.value ?? "";
