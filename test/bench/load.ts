import autocannon, { type Request } from "autocannon";
import { type Operation } from "./operations.ts";

/** One server and what it is asked. */
export interface Target {
  readonly url: string;
  /** The request about one account. */
  readonly request: (accountId: string) => Request;
  /** The reply to it, which is the same for every account. */
  readonly expected: string;
}

export interface Load {
  readonly requestsPerSecond: number;
  /** Milliseconds, in the order of arrival. */
  readonly latencies: readonly number[];
}

interface LoadOptions {
  readonly connections: number;
  /** So many seconds, or so many requests. */
  readonly until: { seconds: number } | { requests: number };
  readonly signal: AbortSignal;
}

/** Accounts that one caller asks about in turn. */
const ACCOUNTS_EACH = 8;

/** Asks as fast as the answers come. Throws when any is not exactly the expected one. */
export async function load(operation: Operation, target: Target, options: LoadOptions): Promise<Load> {
  const { connections, until, signal } = options;
  signal.throwIfAborted();
  const latencies: number[] = [];
  let caller = 0;
  let start = 0;
  let end = 0;
  let wrong: string | undefined;

  const run = autocannon({
    url: target.url,
    connections,
    ...("seconds" in until ? { duration: until.seconds } : { amount: until.requests }),
    sampleInt: 100,
    bailout: 1,
    // Callers start together and would go through one list of accounts in step, so each has its own.
    setupClient: (client) => client.setRequests(accounts(operation, caller++).map(target.request)),
    verifyBody: (body) => body === target.expected,
  });
  run.on("start", () => (start = performance.now()));
  run.on("response", (_client, _status, _bytes, milliseconds) => {
    end = performance.now();
    latencies.push(milliseconds);
  });
  run.on("reqMismatch", (body) => (wrong ??= body));
  const stop = () => run.stop();
  signal.addEventListener("abort", stop, { once: true });
  const { errors, timeouts, mismatches, non2xx } = await run;
  signal.removeEventListener("abort", stop);

  signal.throwIfAborted();
  const failures = errors + timeouts + mismatches + non2xx;
  if (failures > 0 || latencies.length === 0) {
    const what = `${errors} errors, ${timeouts} timeouts, ${non2xx} not 2xx, ${mismatches} other answers`;
    throw new Error(
      `${operation.name} at ${target.url}: ${what}${wrong === undefined ? "" : `\n${wrong.slice(0, 500)}`}`,
    );
  }
  return { requestsPerSecond: (latencies.length / (end - start)) * 1000, latencies };
}

function accounts({ isIdentical }: Operation, caller: number): string[] {
  if (isIdentical) return ["acme"];
  return Array.from({ length: ACCOUNTS_EACH }, (_, index) => `acme-${caller}-${index}`);
}
