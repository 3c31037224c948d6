import { setTimeout } from "node:timers/promises";
import { type Caller, type LiveCaller, overHttp, overSocket, overStream } from "./callers.ts";
import { Random } from "./random.ts";
import { type CallStats } from "../call-stats.ts";
import { ClientCreator } from "./client-creator.ts";
import { runFollower, Listener, runReader, type Run } from "./roles.ts";
import { type Oracle, WRITTEN } from "../oracle/oracle.ts";
import { Writer } from "./writer.ts";

const READERS = 33;
const FOLLOWERS = 4;
const LISTENED = WRITTEN.slice(0, 2);
export const CALLERS = READERS + WRITTEN.length + 1 + FOLLOWERS + LISTENED.length;

/** All callers, each with a role and connections of its own. */
export class Workload {
  readonly #oracle: Oracle;
  readonly #seed: number;
  readonly #all: Caller[] = [];
  readonly #readers: readonly Caller[];
  readonly #followers: readonly LiveCaller[];
  readonly #listeners: readonly Listener[];
  readonly writers: readonly Writer[];
  readonly #clientCreator: ClientCreator;

  constructor(url: string, oracle: Oracle, seed: number) {
    const call = <C extends Caller>(over: (url: string) => C): C => {
      const caller = over(url);
      this.#all.push(caller);
      return caller;
    };
    const live = (n: number) => call(n % 2 === 0 ? overSocket : overStream);
    this.#oracle = oracle;
    this.#seed = seed;
    this.#readers = times(READERS, (n) => (n % 5 < 3 ? call(overHttp) : live(n)));
    this.#followers = times(FOLLOWERS, live);
    this.#listeners = LISTENED.map((account, n) => new Listener(account, live(n), oracle));
    this.#clientCreator = new ClientCreator(call(overHttp), new Random(seed), oracle);
    this.writers = WRITTEN.map(
      (account, n) => new Writer(account, [call(overHttp), live(n)], new Random(seed + n + 1), oracle),
    );
  }

  /** Runs all callers while other work runs, and returns its result. Throws at the first violation. */
  async run<T>(stats: CallStats, pause: number, meanwhile: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const ending = new AbortController();
    const run: Run = { oracle: this.#oracle, stats, recentRequests: [], signal: ending.signal, pause };
    const random = (n: number) => new Random(this.#seed + 1000 * (n + 1));
    const roles = [
      ...this.#readers.map((caller, n) => runReader(caller, random(n), run)),
      ...this.#followers.map((caller, n) => runFollower(caller, random(READERS + n), run)),
      ...this.writers.map((writer) => writer.run(run)),
      this.#clientCreator.run(run),
    ];
    const running = Promise.all(roles);
    // A caller ends before the signal only by a violation.
    running.catch(() => ending.abort());
    const result = await meanwhile(ending.signal);
    ending.abort();
    await running;
    return result;
  }

  /** Runs the listeners while other work runs. Returns the number of changes. */
  async whileListening(stats: CallStats, work: () => Promise<void>): Promise<number> {
    const ending = new AbortController();
    const listening = Promise.all(this.#listeners.map((listener) => listener.listen(stats, ending.signal)));
    await setTimeout(ESTABLISHING);
    await Promise.race([work(), listening]);
    ending.abort();
    await listening;
    return this.#listeners.reduce((sum, listener) => sum + listener.verify(), 0);
  }

  /** Verifies that each write is decided, and done once. */
  async verify(stats: CallStats): Promise<void> {
    const run: Run = { oracle: this.#oracle, stats, recentRequests: [], signal: NEVER, pause: 0 };
    await Promise.all([...this.writers, this.#clientCreator].map((writer) => writer.verify(run)));
  }

  async close(): Promise<void> {
    for (const caller of this.#all.splice(0)) await caller.close();
  }
}

/** Time for subscriptions to start: no protocol confirms them. Milliseconds. */
const ESTABLISHING = 500;
const NEVER = new AbortController().signal;

function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
