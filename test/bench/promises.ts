import { load } from "./load.ts";
import { type Operation } from "./operations.ts";
import { type Options } from "./options.ts";
import { SERVERS, type ServerName, type Servers } from "./servers.ts";
import { targetsOf } from "./targets.ts";

/** Promises that a server makes for an answer, Node's own among them. The same in each run, whatever the machine does. */
export interface Promises {
  readonly operation: Operation;
  readonly servers: Readonly<Record<ServerName, number>>;
}

const WARM_UP_REQUESTS = 50;

/** One caller, so that no answer shares its promises with another. */
export async function countPromises(
  operation: Operation,
  servers: Servers,
  { delayedRequests }: Options,
  signal: AbortSignal,
): Promise<Promises> {
  const targets = await targetsOf(operation, servers);
  const counts = new Map<ServerName, number>();
  for (const name of SERVERS) {
    const ask = (requests: number) => load(operation, targets[name], { callers: 1, until: { requests }, signal });
    await ask(WARM_UP_REQUESTS);
    counts.set(name, (await servers[name].countingPromises(() => ask(delayedRequests))) / delayedRequests);
  }
  return { operation, servers: Object.fromEntries(counts) as Promises["servers"] };
}
