import { setTimeout as wait } from "node:timers/promises";
import { Caller, type Request } from "./caller.ts";
import { type Operation } from "./operations.ts";

interface Question {
  readonly request: Request;
  /** The reply's body. */
  readonly expected: string;
}

/** One server and the questions that it is asked in turn. */
export interface Target {
  readonly url: string;
  readonly questions: readonly Question[];
}

export interface Load {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly latencies: readonly number[];
}

interface LoadOptions {
  readonly callers: number;
  /** So many seconds, or so many requests of each caller. */
  readonly until: { readonly seconds: number } | { readonly requests: number };
  /** Milliseconds over which the callers start, so that they do not ask in step. */
  readonly spread?: number;
  readonly signal: AbortSignal;
}

/** Nothing of the bench takes so long. */
const LONGEST_MS = 120_000;

/**
 * Each caller asks as fast as its answers come; what is under way at the end is waited for. Throws when any answer is
 * not exactly the expected one.
 */
export async function load(operation: Operation, target: Target, options: LoadOptions): Promise<Load> {
  const { callers: count, until, spread = 0 } = options;
  options.signal.throwIfAborted();
  const callers = await Promise.all(
    Array.from({ length: count }, (_, index) => Caller.connect(target.url, shareOf(target.questions, index, count))),
  );
  const closeAll = () => callers.forEach((caller) => caller.close());
  options.signal.addEventListener("abort", closeAll);
  const late = setTimeout(closeAll, LONGEST_MS);
  const latencies: number[] = [];
  const began = performance.now();
  const isDone = (asked: number) =>
    "seconds" in until ? performance.now() - began >= until.seconds * 1000 : asked >= until.requests;
  try {
    await Promise.all(
      callers.map(async (caller, index) => {
        if (spread > 0) await wait((spread * index) / count);
        for (let asked = 0; asked === 0 || !isDone(asked); asked += 1) {
          const start = performance.now();
          await caller.ask();
          latencies.push(performance.now() - start);
        }
      }),
    );
  } catch (error) {
    options.signal.throwIfAborted();
    throw new Error(`${operation.name} at ${target.url}: ${(error as Error).message}`, { cause: error });
  } finally {
    clearTimeout(late);
    options.signal.removeEventListener("abort", closeAll);
    closeAll();
  }
  return { requestsPerSecond: (latencies.length / (performance.now() - began)) * 1000, latencies };
}

/** Of so many callers each asks questions of its own; where there are fewer questions, several ask the same. */
function shareOf(questions: readonly Question[], caller: number, callers: number): readonly Question[] {
  const own = questions.filter((_, index) => index % callers === caller);
  return own.length > 0 ? own : questions.slice(caller % questions.length).slice(0, 1);
}
