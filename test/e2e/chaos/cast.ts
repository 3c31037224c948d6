import { setTimeout } from "node:timers/promises";
import { type Caller, type LiveCaller, overHttp, overSocket, overStream } from "./callers.ts";
import { Dice } from "./dice.ts";
import { type Tally } from "./measure.ts";
import { Maker } from "./maker.ts";
import { follower, Listener, reader, type Stage } from "./roles.ts";
import { type Truth, WRITTEN } from "./truth.ts";
import { Writer } from "./writer.ts";

const READERS = 33;
const FOLLOWERS = 4;
const LISTENED = WRITTEN.slice(0, 2);
export const CALLERS = READERS + WRITTEN.length + 1 + FOLLOWERS + LISTENED.length;

/** All who call, each in a role and over connections of its own. */
export class Cast {
  readonly #truth: Truth;
  readonly #seed: number;
  readonly #all: Caller[] = [];
  readonly #readers: readonly Caller[];
  readonly #followers: readonly LiveCaller[];
  readonly #listeners: readonly Listener[];
  readonly writers: readonly Writer[];
  readonly #maker: Maker;

  constructor(url: string, truth: Truth, seed: number) {
    const call = <C extends Caller>(over: (url: string) => C): C => {
      const caller = over(url);
      this.#all.push(caller);
      return caller;
    };
    const live = (n: number) => call(n % 2 === 0 ? overSocket : overStream);
    this.#truth = truth;
    this.#seed = seed;
    this.#readers = times(READERS, (n) => (n % 5 < 3 ? call(overHttp) : live(n)));
    this.#followers = times(FOLLOWERS, live);
    this.#listeners = LISTENED.map((account, n) => new Listener(account, live(n), truth));
    this.#maker = new Maker(call(overHttp), new Dice(seed), truth);
    this.writers = WRITTEN.map(
      (account, n) => new Writer(account, [call(overHttp), live(n)], new Dice(seed + n + 1), truth),
    );
  }

  /** Has everybody call while something goes on, and gives what it gives. Throws at the first lie. */
  async perform<T>(tally: Tally, pause: number, meanwhile: (over: AbortSignal) => Promise<T>): Promise<T> {
    const ending = new AbortController();
    const stage: Stage = { truth: this.#truth, tally, news: [], over: ending.signal, pause };
    const dice = (n: number) => new Dice(this.#seed + 1000 * (n + 1));
    const roles = [
      ...this.#readers.map((caller, n) => reader(caller, dice(n), stage)),
      ...this.#followers.map((caller, n) => follower(caller, dice(READERS + n), stage)),
      ...this.writers.map((writer) => writer.write(stage)),
      this.#maker.make(stage),
    ];
    const everybody = Promise.all(roles);
    // Nobody stops by himself but at a lie.
    everybody.catch(() => ending.abort());
    const result = await meanwhile(ending.signal);
    ending.abort();
    await everybody;
    return result;
  }

  /** Has the listeners listen meanwhile. */
  async listening(tally: Tally, work: () => Promise<void>): Promise<number> {
    const ending = new AbortController();
    const listening = Promise.all(this.#listeners.map((listener) => listener.listen(tally, ending.signal)));
    await setTimeout(ESTABLISHING);
    await Promise.race([work(), listening]);
    ending.abort();
    await listening;
    return this.#listeners.reduce((sum, listener) => sum + listener.reckon(), 0);
  }

  /** Nothing is undecided, and nothing twice. */
  async reckon(tally: Tally): Promise<void> {
    const stage: Stage = { truth: this.#truth, tally, news: [], over: NEVER, pause: 0 };
    await Promise.all([...this.writers, this.#maker].map((writer) => writer.reckon(stage)));
  }

  async close(): Promise<void> {
    for (const caller of this.#all.splice(0)) await caller.close();
  }
}

/** Until a live update is surely there: no protocol tells. */
const ESTABLISHING = 500;
const NEVER = new AbortController().signal;

function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
