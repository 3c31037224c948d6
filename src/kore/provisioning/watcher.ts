import { type CallerSignal } from "../../common/abort.ts";
import { KoreError } from "../errors.ts";

/** Poll intervals of a watched provisioning request. Milliseconds. */
export interface WatchTiming {
  /** After the first poll. A quarter of it is the least interval, however often a poller is woken. */
  first: number;
  /** Factor from one interval to the next. */
  growth: number;
  longest: number;
}

/** KORE recommends no interval. Most requests take seconds, some take hours. */
const WATCH_TIMING: WatchTiming = { first: 1000, growth: 1.5, longest: 30_000 };

/** Jitter, so that pollers which started together spread out. */
const JITTER = { least: 0.8, most: 1.2 };

/** Upper bound of the polls of one poller within a time, unless webhooks wake it. */
export function maxPollsWithin(milliseconds: number): number {
  let polls = 1;
  let wait = WATCH_TIMING.first;
  for (let at = wait * JITTER.least; at <= milliseconds; at += wait * JITTER.least) {
    polls += 1;
    wait = Math.min(wait * WATCH_TIMING.growth, WATCH_TIMING.longest);
  }
  return polls;
}

/** Required freshness of a poll: another replica's poll is used when it started late enough. */
export interface PollOptions {
  /** Earliest start, such as the arrival of an event. Milliseconds since the epoch, by the clock of `wake`. */
  notBefore: number;
  /** For how long its result can replace a new poll. Milliseconds. */
  freshFor: number;
}

export interface Watched<State> {
  key: string;
  read: (options: PollOptions) => Promise<State>;
  /** States with the same version are not emitted twice. */
  versionOf: (state: State) => string;
  isFinal: (state: State) => boolean;
}

/**
 * Watches provisioning requests. One poller per request asks KORE, however many watch it: from the first subscription to
 * the final state or the end of the last subscription. A watcher gets the present state first and then only changes; a
 * slow watcher may miss intermediate states, never the final one.
 */
export class ProvisioningWatcher<State> {
  readonly #pollers = new Map<string, Poller<State>>();
  readonly #timing: WatchTiming;

  constructor(timing: WatchTiming = WATCH_TIMING) {
    this.#timing = timing;
  }

  /** Ends after the final state, or earlier by the iterator's `return()` or the signal. */
  async *watch(watched: Watched<State>, signal?: CallerSignal): AsyncGenerator<State, void> {
    let poller = this.#pollers.get(watched.key);
    if (!poller) {
      poller = new Poller(watched, this.#timing, () => this.#pollers.delete(watched.key));
      this.#pollers.set(watched.key, poller);
    }
    poller.subscribe();
    try {
      let seen: string | undefined;
      while (!signal?.aborted) {
        const state = await poller.next(seen, signal);
        if (state === undefined) return;
        seen = watched.versionOf(state);
        yield state;
        if (watched.isFinal(state)) return;
      }
    } finally {
      poller.unsubscribe();
    }
  }

  /** Polls soon, after an event. @param isConcerned by key. @default all @param at when the event arrived. Milliseconds since the epoch */
  wake(isConcerned: (key: string) => boolean = () => true, at = 0): void {
    for (const [key, poller] of this.#pollers) if (isConcerned(key)) poller.wake(at);
  }
}

/** Consecutive failures of a poll before its watchers fail. */
const MAX_FAILURES = 5;

class Poller<State> {
  readonly #watched: Watched<State>;
  readonly #timing: WatchTiming;
  readonly #onEnd: () => void;
  #watchers = 0;
  #latest: { state: State } | undefined;
  #failure: unknown;
  #hasEnded = false;
  #wait: { wake: () => void; end: () => void } | undefined;
  #isWoken = false;
  #notBefore = 0;
  #change = nextChange();

  constructor(watched: Watched<State>, timing: WatchTiming, onEnd: () => void) {
    this.#watched = watched;
    this.#timing = timing;
    this.#onEnd = onEnd;
  }

  subscribe(): void {
    this.#watchers += 1;
    if (this.#watchers === 1) void this.#poll();
  }

  unsubscribe(): void {
    this.#watchers -= 1;
    if (this.#watchers === 0) this.#end();
  }

  wake(at: number): void {
    this.#notBefore = Math.max(this.#notBefore, at);
    this.#isWoken = true;
    this.#wait?.wake();
  }

  /** Resolves with the first state of another version than `seen`; undefined when there will be none. */
  async next(seen: string | undefined, signal: CallerSignal | undefined): Promise<State | undefined> {
    for (;;) {
      const { happened } = this.#change;
      if (this.#latest && this.#watched.versionOf(this.#latest.state) !== seen) return this.#latest.state;
      if (this.#failure !== undefined) throw this.#failure as Error;
      if (this.#hasEnded || signal?.aborted) return undefined;
      await (signal ? unlessAborted(happened, signal) : happened);
    }
  }

  async #poll(): Promise<void> {
    let wait = this.#timing.first;
    for (let failures = 0; !this.#hasEnded;) {
      this.#isWoken = false;
      try {
        const state = await this.#watched.read({ notBefore: this.#notBefore, freshFor: wait * JITTER.least });
        failures = 0;
        this.#latest = { state };
        if (this.#watched.isFinal(state)) {
          this.#end();
          return;
        }
        this.#notify();
      } catch (error) {
        failures += 1;
        // KORE's Retry-After, or the remaining pause of an open circuit, takes precedence.
        if (error instanceof KoreError) wait = Math.min(Math.max(wait, error.retryAfter ?? 0), this.#timing.longest);
        const isPassing = error instanceof KoreError && error.isRetryable && failures < MAX_FAILURES;
        if (!isPassing) {
          this.#failure = error;
          this.#end();
          return;
        }
      }
      await this.#sleep(wait * (JITTER.least + Math.random() * (JITTER.most - JITTER.least)));
      wait = Math.min(wait * this.#timing.growth, this.#timing.longest);
    }
  }

  #notify(): void {
    this.#change.announce();
    this.#change = nextChange();
  }

  /** Resolves after the time or when woken, but not before the least interval, so that a burst of events causes one poll. */
  #sleep(milliseconds: number): Promise<void> {
    if (this.#hasEnded) return Promise.resolve();
    const gap = this.#timing.first / 4;
    const earliest = performance.now() + gap;
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#wait = undefined;
        resolve();
      };
      let timer = setTimeout(end, this.#isWoken ? gap : milliseconds);
      const wake = () => {
        clearTimeout(timer);
        timer = setTimeout(end, Math.max(0, earliest - performance.now()));
      };
      this.#wait = { wake, end };
    });
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#onEnd();
    this.#wait?.end();
    this.#notify();
  }
}

/** Resolves at the next change. */
function nextChange(): { happened: Promise<void>; announce: () => void } {
  let announce = () => {};
  const happened = new Promise<void>((resolve) => (announce = resolve));
  return { happened, announce };
}

/** Resolves with the work or at the abort. Removes its listener, since a watcher of hours calls this many times. */
async function unlessAborted(work: Promise<void>, signal: CallerSignal): Promise<void> {
  let stop = () => {};
  const aborted = new Promise<void>((resolve) => (stop = resolve));
  signal.addEventListener("abort", stop);
  await Promise.race([work, aborted]);
  signal.removeEventListener("abort", stop);
}
