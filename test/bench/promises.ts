import { load } from "./load.ts";
import { type Operation } from "./operations.ts";
import { type Options } from "./options.ts";
import { type ByServer, type Servers, byServer } from "./servers.ts";
import { targetsOf } from "./targets.ts";

/** Promises that a server makes for an answer, Node's own among them. The same in each run, whatever the machine does. */
export interface Promises {
  readonly operation: Operation;
  readonly servers: ByServer<number>;
}

const WARM_UP_REQUESTS = 50;

/** One caller, so that no answer shares its promises with another. */
export async function countPromises(
  operation: Operation,
  servers: Servers,
  { countedRequests }: Options,
  signal: AbortSignal,
): Promise<Promises> {
  const targets = await targetsOf(operation, servers);
  const counts = await byServer(servers.names, async (name) => {
    const ask = (requests: number) =>
      load(operation, targets[name] ?? targets.raw, { callers: 1, until: { requests }, signal });
    await ask(WARM_UP_REQUESTS);
    const child = servers[name] ?? servers.raw;
    return (await child.countingPromises(() => ask(countedRequests))) / countedRequests;
  });
  return { operation, servers: counts };
}
