import { type CallerSignal } from "../../common/abort.ts";
import { KoreError } from "../errors.ts";

/** How often a watched provisioning request is asked for. Milliseconds. */
export interface WatchTiming {
  /** After the first look. However often it is woken, a poller leaves a quarter of it between two looks. */
  first: number;
  /** Each wait is this much longer than the one before. */
  growth: number;
  longest: number;
}

/** KORE states no interval. Most requests take seconds, some take hours. */
const WATCH_TIMING: WatchTiming = { first: 1000, growth: 1.5, longest: 30_000 };

/** Jitter keeps many pollers that started together from asking together for ever. */
const JITTER = { least: 0.8, most: 1.2 };

/** The most that one poller looks within a time, unless webhooks wake it. */
export function maxPollsWithin(milliseconds: number): number {
  let looks = 1;
  let wait = WATCH_TIMING.first;
  for (let at = wait * JITTER.least; at <= milliseconds; at += wait * JITTER.least) {
    looks += 1;
    wait = Math.min(wait * WATCH_TIMING.growth, WATCH_TIMING.longest);
  }
  return looks;
}

/** Freshness of a poll: another replica's answer is used when it began late enough. */
export interface PollOptions {
  /** When what the watchers wait for may have happened. Milliseconds since the epoch, by the clock of `wake`. */
  notBefore: number;
  /** For how long it is as good as a new one. Milliseconds. */
  freshFor: number;
}

export interface Watched<State> {
  key: string;
  read: (look: PollOptions) => Promise<State>;
  /** States with the same version are not emitted twice. */
  versionOf: (state: State) => string;
  isFinal: (state: State) => boolean;
}

/**
 * Watches provisioning requests. However many watch one, one poller asks KORE; it starts with the first of them, ends
 * with the final state or when nobody is left, and can be woken. A watcher gets the present state first and then only
 * changes; one who is slow misses steps in between, never the last.
 */
export class ProvisioningWatcher<State> {
  readonly #pollers = new Map<string, Poller<State>>();
  readonly #timing: WatchTiming;

  constructor(timing: WatchTiming = WATCH_TIMING) {
    this.#timing = timing;
  }

  /** Ends by itself after the final state; `return()` of the iterator or the signal ends it before. */
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

  /** Looks soon instead of later at what something is known to have happened to. @param at when it became known */
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

  /** The first state that is not the one seen last; undefined when there will be none. */
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
        // A KORE that asks for a pause, or is left alone for a moment, has its own idea of when.
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

  /** Until the time is over or it is woken, but never less than the least gap: a burst of events is one look. */
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

/** Resolves with the work or at the abort, and leaves no listener: one that watches for hours waits many times. */
async function unlessAborted(work: Promise<void>, signal: CallerSignal): Promise<void> {
  let stop = () => {};
  const aborted = new Promise<void>((resolve) => (stop = resolve));
  signal.addEventListener("abort", stop);
  await Promise.race([work, aborted]);
  signal.removeEventListener("abort", stop);
}
