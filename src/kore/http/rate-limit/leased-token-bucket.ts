import { TokenBucket } from "./token-bucket.ts";

/** The rate limit of all replicas, at a shared source. */
export interface PermitSource {
  /**
   * Leases up to so many calls. `wait`: milliseconds until the next may be granted, when none is; `pause`: remaining
   * milliseconds of a pause that KORE has asked for; `rate`: calls a second of all replicas.
   *
   * Rejects while the source cannot be reached.
   */
  lease(calls: number, isWrite: boolean): Promise<{ granted: number; wait: number; pause: number; rate: number }>;
  /** Slows all replicas down after a 429 to a call that began `age` milliseconds ago. Rejects as `lease` does. */
  slow(age: number, retryAfter: number): Promise<{ pause: number; rate: number }>;
  /** Calls a handler when another replica has slowed down, until the returned function is called. */
  onSlowed(handler: (slowed: { pause: number; rate: number }) => void): () => void;
  /** Number of living replicas, this one included. */
  readonly replicas: number;
}

/** Share of a second's calls that one lease takes. */
const LEASE_SHARE = 0.1;

/** Lifetime of a lease, so that unused calls do not add to a later burst. Milliseconds. */
const LEASE_MS = 1_000;

/** Least wait after an empty lease, in milliseconds, and its jitter: replicas compete for the same few calls. */
const MIN_WAIT = 20;
const JITTER = 0.5;

/** Between lease attempts while the source cannot be reached. Milliseconds. */
const RETRY_MS = 1_000;

/** Pause after a 429 without Retry-After. Milliseconds. */
const DEFAULT_PAUSE = 1_000;

/**
 * Token bucket of one replica. Calls are leased ahead, so that most start without waiting. While the source cannot be
 * reached the replica uses its share of the last rate.
 */
export class LeasedTokenBucket {
  readonly #source: PermitSource;
  readonly #onGranted: () => void;
  readonly #onChange: () => void;
  readonly #maxRate: number;
  readonly #unsubscribe: () => void;
  #rate: number;
  #pausedUntil = -Infinity;
  /** Leased calls. Reads cannot use those leased for writes. */
  #tokens = { write: 0, read: 0 };
  #expiresAt = -Infinity;
  #isLeasing = false;
  /** The source may grant writes before reads. */
  #nextLeaseAt = { write: -Infinity, read: -Infinity };
  /** Replaces the source while it cannot be reached. */
  #local: TokenBucket | undefined;

  /**
   * @param maxRate calls a second of all replicas, as configured
   * @param onGranted called when calls may be available
   * @param onChange called when rate or pause has changed
   */
  constructor(maxRate: number, source: PermitSource, onGranted: () => void, onChange: () => void) {
    this.#maxRate = maxRate;
    this.#rate = maxRate;
    this.#source = source;
    this.#onGranted = onGranted;
    this.#onChange = onChange;
    this.#unsubscribe = source.onSlowed((slowed) => this.#slowed(slowed));
  }

  /** Ends the subscription to the source. */
  close(): void {
    this.#unsubscribe();
  }

  /** Of all replicas; of this one while the source cannot be reached. */
  get rate(): number {
    return this.#local?.rate ?? this.#rate;
  }

  remainingPause(): number {
    return this.#local?.remainingPause() ?? Math.max(0, this.#pausedUntil - performance.now());
  }

  /** Takes a leased call, if there is one; else leases some, and calls `onGranted` when they are granted. */
  tryAcquire(isWrite: boolean): boolean {
    const now = performance.now();
    if (this.#local) {
      if (now >= this.#nextLeaseAt.write) this.#lease(isWrite);
      return this.#local.tryAcquire();
    }
    if (now < this.#pausedUntil) return false;
    if (now >= this.#expiresAt) this.#tokens = { write: 0, read: 0 };
    const { write, read } = this.#tokens;
    if (write + read <= this.#batch / 2 || (!isWrite && read === 0)) this.#lease(isWrite);
    if (isWrite && write > 0) this.#tokens.write -= 1;
    else if (read > 0) this.#tokens.read -= 1;
    else return false;
    return true;
  }

  /** Time until the last of some calls can start, without calls of other replicas. Milliseconds. */
  expectedWait(calls: number): number {
    if (this.#local) return this.#local.expectedWait(calls);
    const now = performance.now();
    const { write, read } = now < this.#expiresAt ? this.#tokens : { write: 0, read: 0 };
    const behind = Math.max(0, calls - write - read);
    const untilLease = Math.max(0, this.#nextLeaseAt.read - now);
    return this.remainingPause() + (behind === 0 ? 0 : Math.max(MIN_WAIT, untilLease, (behind / this.#rate) * 1000));
  }

  /** Slows down after a 429 to a call that began at an instant of `performance.now()`. @param retryAfter milliseconds */
  throttle(startedAt: number, retryAfter = DEFAULT_PAUSE): void {
    const now = performance.now();
    this.#tokens = { write: 0, read: 0 };
    this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.min(retryAfter, DEFAULT_PAUSE)); // Until the source answers.
    this.#local?.throttle(startedAt, retryAfter);
    this.#source.slow(now - startedAt, retryAfter).then(
      (slowed) => this.#slowed(slowed),
      () => {
        // The local bucket that replaces the source must pause as well.
        if (!this.#local) this.#useLocal().throttle(startedAt, retryAfter);
        this.#onChange();
      },
    );
  }

  get #batch(): number {
    return Math.max(1, Math.round(this.#rate * LEASE_SHARE));
  }

  #slowed({ pause, rate }: { pause: number; rate: number }): void {
    this.#tokens = { write: 0, read: 0 };
    this.#rate = rate;
    this.#pausedUntil = performance.now() + pause;
    this.#onChange();
  }

  #lease(isWrite: boolean): void {
    const sentAt = performance.now();
    if (this.#isLeasing || sentAt < this.#nextLeaseAt[isWrite ? "write" : "read"]) return;
    this.#isLeasing = true;
    this.#source.lease(this.#batch, isWrite).then(
      ({ granted, wait, pause, rate }) => {
        const answeredAt = performance.now();
        this.#isLeasing = false;
        this.#local = undefined;
        if (answeredAt >= this.#expiresAt) this.#tokens = { write: 0, read: 0 };
        this.#tokens[isWrite ? "write" : "read"] += granted;
        this.#expiresAt = sentAt + LEASE_MS;
        const next = granted > 0 ? -Infinity : answeredAt + Math.max(MIN_WAIT, wait) * (1 + Math.random() * JITTER);
        this.#nextLeaseAt.read = next;
        if (isWrite || granted > 0) this.#nextLeaseAt.write = next;
        if (pause > 0) this.#tokens = { write: 0, read: 0 };
        this.#pausedUntil = pause > 0 ? answeredAt + pause : this.#pausedUntil;
        if (rate !== this.#rate) {
          this.#rate = rate;
          this.#onChange();
        }
        this.#onGranted();
      },
      () => {
        this.#isLeasing = false;
        const next = performance.now() + RETRY_MS;
        this.#nextLeaseAt = { write: next, read: next };
        if (!this.#local) this.#useLocal();
        this.#onGranted();
      },
    );
  }

  /** Starts empty, without a burst: other replicas start theirs at the same time. */
  #useLocal(): TokenBucket {
    const share = Math.min(this.#rate, this.#maxRate) / this.#source.replicas;
    const local = new TokenBucket(share, this.#onChange);
    while (local.tryAcquire());
    const pause = this.#pausedUntil - performance.now();
    if (pause > 0) local.throttle(-Infinity, pause);
    this.#local = local;
    return local;
  }
}
