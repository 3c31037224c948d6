import { type AbortSignalLike } from "../../../common/abort.ts";
import { KoreError } from "../../errors.ts";
import { type RateLimitState, type EarlyRefusal, type KoreObserver } from "../../events.ts";
import { type KoreCall } from "../transport/transport.ts";
import { FairQueue } from "./fair-queue.ts";
import { LeasedTokenBucket, type PermitSource } from "./leased-token-bucket.ts";
import { TokenBucket } from "./token-bucket.ts";
import { type Interceptor, nameOf, observed } from "../interceptor.ts";

export interface RateLimitOptions {
  /** Calls a second, all hosts together. */
  rate: number;
  /** Concurrent calls per host, so that a slow host does not block the others. */
  concurrency: number;
  /** Queued calls of one caller and priority per host; of all callers together ten times as many. */
  queue: number;
}

/** Highest first: every call needs a token, and writes precede reads. */
const PRIORITIES = ["token", "write", "read"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Full queues of callers per host. */
const MAX_QUEUES = 10;

/** Concurrent calls per host that reads may not use, so that slow reads do not block writes. */
const RESERVED_FOR_WRITES = 2;

/** Issues permits for calls. */
export interface Permits {
  /**
   * Acquires a permit: at once, or when the returned promise resolves.
   *
   * @param maxWait milliseconds; a call's `beginBy` takes precedence
   */
  acquire(call: KoreCall, priority: Priority, maxWait: number, signal: AbortSignalLike): Promise<void> | undefined;
  /** Releases a call's permit. */
  release(call: KoreCall): void;
  /** Slows down after a 429 to a call that began at an instant of `performance.now()`. @param retryAfter milliseconds */
  throttle(startedAt: number, retryAfter: number | undefined): void;
}

/** Sends calls of a priority once they have a permit. */
export function withPermit(permits: Permits, priority: Priority, maxWait: number): Interceptor {
  return (next) => (call, signal) => {
    const send = () =>
      observed(next(call, signal), (error) => {
        if (error instanceof KoreError && error.kind === "rate-limited") {
          permits.throttle(call.sentAt ?? performance.now(), error.retryAfter);
        }
        permits.release(call);
      });
    const permit = permits.acquire(call, priority, maxWait, signal);
    return permit ? permit.then(send) : send();
  };
}

interface Waiter {
  start: () => void;
  fail: (error: Error) => void;
}

interface WaitOptions {
  host: Host;
  priority: Priority;
  maxWait: number;
  signal: AbortSignalLike;
}

interface Host {
  running: number;
  readonly waiting: Readonly<Record<Priority, FairQueue<Waiter>>>;
}

/** Limits rate and concurrency of the calls with one set of credentials. */
export class RateLimiter implements Permits {
  readonly #options: RateLimitOptions;
  readonly #observer: KoreObserver;
  readonly #bucket: Pick<LeasedTokenBucket, "rate" | "remainingPause" | "tryAcquire" | "expectedWait" | "throttle">;
  /** Set where replicas share the rate. */
  readonly #source: PermitSource | undefined;
  /** Round-robin: the host served last goes to the end. */
  readonly #hosts = new Map<string, Host>();
  #timer: NodeJS.Timeout | undefined;
  /** Queued calls of all hosts. */
  #waiting = 0;

  /** @param source permits of all replicas. @default this process is the only replica */
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

  acquire(call: KoreCall, priority: Priority, maxWait: number, signal: AbortSignalLike): Promise<void> | undefined {
    const host = this.#hostOf(call.host);
    if (!this.#canStart(host, priority) || !this.#bucket.tryAcquire(mayUseWritePermits(priority)))
      return this.#wait(call, { host, priority, maxWait, signal });
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
      for (const waiter of PRIORITIES.flatMap((priority) => waiting[priority].all())) {
        waiter.fail(new KoreError("aborted", "The client of KORE is closed", { operation: "closing", isUnsent: true }));
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

  /** Whether a call may start at once: the host has room, and no call of equal or higher priority waits, for any host. */
  #canStart(host: Host, priority: Priority): boolean {
    return this.#timer === undefined && this.#hasRoom(host, priority) && waitingBefore(priority, host.waiting) === 0;
  }

  #hasRoom({ running }: Host, priority: Priority): boolean {
    // Replicas share the concurrency evenly, since each has only their number.
    const concurrency = Math.max(1, Math.floor(this.#options.concurrency / (this.#source?.replicas ?? 1)));
    return running < (priority === "read" ? Math.max(1, concurrency - RESERVED_FOR_WRITES) : concurrency);
  }

  /** Resolves with a permit acquired. */
  #wait(call: KoreCall, { host, priority, maxWait, signal }: WaitOptions): Promise<void> {
    const queue = host.waiting[priority];
    const { caller = "" } = call;
    const ahead = waitingBefore(priority, host.waiting) - queue.size + queue.ahead(caller);
    const expected = this.#bucket.expectedWait(ahead + 1);
    const left = call.beginBy === undefined ? maxWait : call.beginBy - performance.now();
    if (signal.aborted) return Promise.reject(signal.reason);
    // Calls that cannot be served in time are refused at once.
    const isFull = queue.waitingOf(caller) >= this.#options.queue || queue.size >= this.#options.queue * MAX_QUEUES;
    if (isFull) return Promise.reject(this.#refusal(call, "queue-full", expected));
    if (expected > left) return Promise.reject(this.#refusal(call, "budget", expected));

    return new Promise((resolve, reject) => {
      const remove = () => {
        queue.delete(caller, waiter);
        this.#waiting -= 1;
        clearTimeout(late);
        signal.removeEventListener("abort", abort);
      };
      const waiter: Waiter = {
        start: () => {
          queue.served(caller);
          remove();
          host.running += 1;
          resolve();
        },
        fail: (error) => {
          remove();
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
    return new KoreError("busy", `Too many calls wait for KORE to send ${operation}`, {
      operation,
      isUnsent: true,
      retryAfter: Math.max(1000, expected),
    });
  }

  /** Starts all calls that can start: by priority, then round-robin by host and caller. Reschedules itself for the rest. */
  #dispatch(): void {
    for (let found = this.#next(); found; found = this.#next()) {
      if (!this.#bucket.tryAcquire(mayUseWritePermits(found.priority))) {
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

  /** Permits may be available again. */
  #drain(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting > 0) this.#dispatch();
  }

  #next(): { name: string; host: Host; priority: Priority; waiter: Waiter } | undefined {
    for (const priority of PRIORITIES) {
      for (const [name, host] of this.#hosts) {
        const waiter = host.waiting[priority].first();
        if (waiter && this.#hasRoom(host, priority)) return { name, host, priority, waiter };
      }
    }
    return undefined;
  }
}

/** Token requests may use permits leased for writes, because every write needs a token. */
const mayUseWritePermits = (priority: Priority): boolean => priority !== "read";

/** Queued calls that precede a new call of a priority. */
function waitingBefore(priority: Priority, { token, write, read }: Host["waiting"]): number {
  if (priority === "token") return token.size;
  return priority === "write" ? token.size + write.size : token.size + write.size + read.size;
}
