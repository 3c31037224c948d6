import { setMaxListeners } from "node:events";
import { type CallerSignal } from "../../common/abort.ts";
import { KoreError } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { type Ref } from "../resource.ts";

/** How the requests of a kind are watched. */
export interface WatchedRequests<Request> {
  watch: (ref: Ref, ports: Context["provisioning"], signal: CallerSignal) => AsyncGenerator<Request, void>;
  /** Keeps a state for later fields of the operation. */
  keep: (ref: Ref, request: Request, context: Context) => void;
}

interface Wait {
  accountId: string;
  ids: readonly string[];
  seconds: number;
}

/** Waits up to so many seconds for KORE to finish. @returns the last polled state of each request, by its id */
export async function waitForRequests<Request>(
  { accountId, ids, seconds }: Wait,
  { watch, keep }: WatchedRequests<Request>,
  context: Context,
): Promise<ReadonlyMap<string, Request>> {
  const { provisioning } = context;
  const latest = new Map<string, Request>();
  const limit = Math.min(seconds, provisioning.maxWaitSeconds) * 1000;
  if (limit === 0) return latest;
  const [signal, dispose] = deadlineSignal(limit, [context.signal, provisioning.stopping]);
  const waitForOne = async (id: string) => {
    const ref = { accountId, id };
    try {
      for await (const request of watch(ref, provisioning, signal)) {
        keep(ref, request, context);
        latest.set(id, request);
      }
    } catch (error) {
      if (!(error instanceof KoreError)) throw error; // The write succeeded, so a failing poll must not fail it.
    }
  };
  await Promise.all(ids.map(waitForOne)).finally(dispose);
  await provisioning.invalidateReads();
  return latest;
}

/** Not `AbortSignal.any`: the process-long `stopping` would keep a reference to each combined signal. */
function deadlineSignal(
  milliseconds: number,
  signals: readonly CallerSignal[],
): [signal: AbortSignal, dispose: () => void] {
  const combined = new AbortController();
  setMaxListeners(0, combined.signal); // One listener per watched request.
  const end = () => combined.abort();
  const timer = setTimeout(end, milliseconds);
  for (const signal of signals) {
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  }
  const dispose = () => {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener("abort", end);
  };
  return [combined.signal, dispose];
}
