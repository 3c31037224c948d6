import { type AbortSignalLike } from "../../../common/abort.ts";
import { KoreError } from "../../errors.ts";
import { type RateLimitState, type EarlyRefusal, type KoreObserver } from "../../events.ts";
import { type KoreCall } from "../transport/transport.ts";
import { FairQueue } from "./fair-queue.ts";
import { LeasedTokenBucket, type PermitSource } from "./leased-token-bucket.ts";
import { TokenBucket } from "./token-bucket.ts";
import { type Interceptor, nameOf } from "../interceptor.ts";

export interface RateLimitOptions {
  /** Calls a second, all hosts together. */
  rate: number;
  /** Calls at once to each host, so that a slow one takes nothing from the others. */
  concurrency: number;
  /** Calls of one caller and one rank that may wait for one host; of all callers together ten times as many. */
  queue: number;
}

/** Highest first: every call needs a token, and writes go before reads. */
const PRIORITIES = ["token", "write", "read"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Callers' queues that one host has room for. */
const MAX_QUEUES = 10;

/** Calls to each host at once that are kept free of reads: slow ones would make writes wait for all of them. */
const RESERVED_FOR_WRITES = 2;

/** Says when calls may be sent. */
export interface Permits {
  /**
   * Takes a place for a call: at once, or when the promise that it then gives resolves. Nobody waits longer than
   * `patience`, in milliseconds, or than the call itself says.
   */
  acquire(call: KoreCall, rank: Priority, patience: number, signal: AbortSignalLike): Promise<void> | undefined;
  /** Releases a call's permit. */
  release(call: KoreCall): void;
  /** KORE has said 429 to a call that began at an instant of `performance.now()`; `retryAfter` in milliseconds. */
  throttle(startedAt: number, retryAfter: number | undefined): void;
}

/** Sends calls of a priority once they have a permit. */
export function withPermit(turns: Permits, rank: Priority, patience: number): Interceptor {
  return (next) => async (call, signal) => {
    const turn = turns.acquire(call, rank, patience, signal);
    if (turn) await turn;
    const startedAt = performance.now();
    try {
      return await next(call, signal);
    } catch (error) {
      if (error instanceof KoreError && error.kind === "rate-limited") turns.throttle(startedAt, error.retryAfter);
      throw error;
    } finally {
      turns.release(call);
    }
  };
}

interface Waiter {
  start: () => void;
  fail: (error: Error) => void;
}

interface Host {
  running: number;
  readonly waiting: Readonly<Record<Priority, FairQueue<Waiter>>>;
}

/** How much may be asked of KORE with one credential: how many calls a second, and how many at once. */
export class RateLimiter implements Permits {
  readonly #options: RateLimitOptions;
  readonly #observer: KoreObserver;
  readonly #bucket: Pick<LeasedTokenBucket, "rate" | "remainingPause" | "tryAcquire" | "expectedWait" | "throttle">;
  /** Where replicas share the pace. */
  readonly #source: PermitSource | undefined;
  /** Round-robin: the host served last goes to the end. */
  readonly #hosts = new Map<string, Host>();
  #timer: NodeJS.Timeout | undefined;
  /** Queued calls of all hosts. */
  #waiting = 0;

  /** @param source the pace of all replicas; default: this process is alone */
  constructor(options: RateLimitOptions, observer: KoreObserver, source?: PermitSource) {
    this.#options = options;
    this.#observer = observer;
    this.#source = source;
    const onChange = () => observer.rateLimitChanged(this.state());
    this.#bucket = source
      ? new LeasedTokenBucket(options.rate, source, () => this.#drain(), onChange)
      : new TokenBucket(options.rate, onChange);
  }

  state(): RateLimitState {
    const hosts = [...this.#hosts.values()];
    const queued = hosts.reduce((sum, { waiting }) => sum + waitingBefore("read", waiting), 0);
    const running = hosts.reduce((sum, host) => sum + host.running, 0);
    return { rate: this.#bucket.rate, pause: this.#bucket.remainingPause(), queued, running };
  }

  acquire(call: KoreCall, rank: Priority, patience: number, signal: AbortSignalLike): Promise<void> | undefined {
    const host = this.#hostOf(call.host);
    if (!this.#canStart(host, rank) || !this.#bucket.tryAcquire(mayUseWritePermits(rank)))
      return this.#wait(host, rank, call, patience, signal);
    host.running += 1;
    return undefined;
  }

  release({ host }: KoreCall): void {
    this.#hostOf(host).running -= 1;
    if (this.#waiting > 0) this.#dispatch();
  }

  throttle(startedAt: number, retryAfter: number | undefined): void {
    this.#bucket.throttle(startedAt, retryAfter);
  }

  /** Rejects all queued calls. */
  close(): void {
    clearTimeout(this.#timer);
    if (this.#bucket instanceof LeasedTokenBucket) this.#bucket.close();
    for (const { waiting } of this.#hosts.values()) {
      for (const waiter of PRIORITIES.flatMap((rank) => waiting[rank].all())) {
        waiter.fail(
          new KoreError("aborted", "We stop, and ask KORE no more", { operation: "closing", isUnsent: true }),
        );
      }
    }
  }

  #hostOf(name: string): Host {
    let host = this.#hosts.get(name);
    if (!host) {
      host = { running: 0, waiting: { token: new FairQueue(), write: new FairQueue(), read: new FairQueue() } };
      this.#hosts.set(name, host);
    }
    return host;
  }

  /** Whether a host has room for a call of a rank, and nobody waits who comes first; `#timer`: not for another host either. */
  #canStart(host: Host, rank: Priority): boolean {
    return this.#timer === undefined && this.#hasRoom(host, rank) && waitingBefore(rank, host.waiting) === 0;
  }

  #hasRoom({ running }: Host, rank: Priority): boolean {
    // Replicas share what KORE takes at once evenly: each knows how many they are, and no more.
    const concurrency = Math.max(1, Math.floor(this.#options.concurrency / (this.#source?.replicas ?? 1)));
    return running < (rank === "read" ? Math.max(1, concurrency - RESERVED_FOR_WRITES) : concurrency);
  }

  /** Resolves when the call may be sent, its place taken. */
  #wait(host: Host, rank: Priority, call: KoreCall, patience: number, signal: AbortSignalLike): Promise<void> {
    const queue = host.waiting[rank];
    const { caller = "" } = call;
    const ahead = waitingBefore(rank, host.waiting) - queue.size + queue.ahead(caller);
    const expected = this.#bucket.expectedWait(ahead + 1);
    const left = call.beginBy === undefined ? patience : call.beginBy - performance.now();
    if (signal.aborted) return Promise.reject(signal.reason);
    // Calls that cannot be served in time are refused at once.
    const isFull = queue.waitingOf(caller) >= this.#options.queue || queue.size >= this.#options.queue * MAX_QUEUES;
    if (isFull) return Promise.reject(this.#refusal(call, "queue-full", expected));
    if (expected > left) return Promise.reject(this.#refusal(call, "budget", expected));

    return new Promise((resolve, reject) => {
      const leave = () => {
        queue.delete(caller, waiter);
        this.#waiting -= 1;
        clearTimeout(late);
        signal.removeEventListener("abort", abort);
      };
      const waiter: Waiter = {
        start: () => {
          queue.served(caller);
          leave();
          host.running += 1;
          resolve();
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      const abort = () => waiter.fail(signal.reason);
      const late = setTimeout(() => {
        waiter.fail(this.#refusal(call, "budget", this.#bucket.expectedWait(ahead + 1)));
      }, left);
      signal.addEventListener("abort", abort);
      queue.add(caller, waiter);
      this.#waiting += 1;
      this.#dispatch();
    });
  }

  #refusal(call: KoreCall, reason: EarlyRefusal, expected: number): KoreError {
    const { operation } = call;
    this.#observer.refusedEarly({ ...nameOf(call), reason });
    return new KoreError("busy", `Too much waits for KORE already to ask ${operation}`, {
      operation,
      isUnsent: true,
      retryAfter: Math.max(1000, expected),
    });
  }

  /** Starts the calls that can start: the first rank first, hosts in turn, callers in turn; comes back when there is a call to spend. */
  #dispatch(): void {
    for (let found = this.#next(); found; found = this.#next()) {
      if (!this.#bucket.tryAcquire(mayUseWritePermits(found.rank))) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#dispatch();
        }, this.#bucket.expectedWait(1));
        return;
      }
      const { name, host, waiter } = found;
      this.#hosts.delete(name);
      this.#hosts.set(name, host);
      waiter.start();
    }
  }

  /** There may be calls to spend again. */
  #drain(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting > 0) this.#dispatch();
  }

  #next(): { name: string; host: Host; rank: Priority; waiter: Waiter } | undefined {
    for (const rank of PRIORITIES) {
      for (const [name, host] of this.#hosts) {
        const waiter = host.waiting[rank].first();
        if (waiter && this.#hasRoom(host, rank)) return { name, host, rank, waiter };
      }
    }
    return undefined;
  }
}

/** Calls that are leased for writes are for tokens as well: without them nothing is written. */
const mayUseWritePermits = (rank: Priority): boolean => rank !== "read";

/** How many wait who go before a newcomer of a rank. */
function waitingBefore(rank: Priority, { token, write, read }: Host["waiting"]): number {
  if (rank === "token") return token.size;
  return rank === "write" ? token.size + write.size : token.size + write.size + read.size;
}
