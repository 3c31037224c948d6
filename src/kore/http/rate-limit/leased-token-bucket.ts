import { TokenBucket } from "./token-bucket.ts";

/** How many calls a second all replicas together may make, kept where all of them can draw on it. */
export interface PermitSource {
  /**
   * Grants some of so many calls. `wait`: milliseconds until there may be one, when it grants none; `pause`: milliseconds
   * for which KORE has asked for none; `rate`: calls a second of all replicas.
   *
   * Rejects while the source cannot be reached.
   */
  lease(calls: number, isWrite: boolean): Promise<{ granted: number; wait: number; pause: number; rate: number }>;
  /** KORE has said 429 to a call that began `age` milliseconds ago. Rejects like `lease`. */
  slow(age: number, retryAfter: number): Promise<{ pause: number; rate: number }>;
  /** Calls a handler when a replica has been slowed; the function ends it. */
  onSlowed(handler: (slowed: { pause: number; rate: number }) => void): () => void;
  /** Replicas that lived when last seen, this one among them. */
  readonly replicas: number;
}

/** Leased ahead at once, of a second's worth. */
const LEASE_SHARE = 0.1;

/** A call that was leased is good for so long: what is not used must not add to a burst much later. Milliseconds. */
const LEASE_MS = 1_000;

/** The least wait after a lease of none, and the jitter on it: many replicas ask for the same few calls. */
const MIN_WAIT = 20;
const JITTER = 0.5;

/** Between attempts while the source cannot be reached. Milliseconds. */
const RETRY_MS = 1_000;

/** For a 429 that does not say how long. Milliseconds. */
const DEFAULT_PAUSE = 1_000;

/**
 * The pace of one replica: calls leased ahead, so that most are taken without waiting. While the source cannot be reached
 * it is a replica's share of the last rate.
 */
export class LeasedTokenBucket {
  readonly #source: PermitSource;
  readonly #onGranted: () => void;
  readonly #onChange: () => void;
  readonly #maxRate: number;
  readonly #unsubscribe: () => void;
  #rate: number;
  #pausedUntil = -Infinity;
  /** Calls at hand. Those leased for writes are not for reads. */
  #tokens = { write: 0, read: 0 };
  #expiresAt = -Infinity;
  #isLeasing = false;
  /** Reads may have to wait where writes need not. */
  #nextLeaseAt = { write: -Infinity, read: -Infinity };
  /** In place of the source. */
  #local: TokenBucket | undefined;

  /**
   * @param most calls a second of all replicas, as configured
   * @param onGranted called when calls may have become available
   * @param onChange called when rate or pause have changed
   */
  constructor(most: number, source: PermitSource, onGranted: () => void, onChange: () => void) {
    this.#maxRate = most;
    this.#rate = most;
    this.#source = source;
    this.#onGranted = onGranted;
    this.#onChange = onChange;
    this.#unsubscribe = source.onSlowed((slowed) => this.#slowed(slowed));
  }

  /** Its credential is no longer in use here. */
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

  /** Spends a call, if there is one; else leases some, and calls `onGranted` when they are there. */
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

  /** Until the last of so many calls could be made, if no other replica made any. Milliseconds. */
  expectedWait(calls: number): number {
    if (this.#local) return this.#local.expectedWait(calls);
    const now = performance.now();
    const { write, read } = now < this.#expiresAt ? this.#tokens : { write: 0, read: 0 };
    const behind = Math.max(0, calls - write - read);
    const untilLease = Math.max(0, this.#nextLeaseAt.read - now);
    return this.remainingPause() + (behind === 0 ? 0 : Math.max(MIN_WAIT, untilLease, (behind / this.#rate) * 1000));
  }

  /** KORE has said 429 to a call that began at an instant of `performance.now()`. */
  throttle(startedAt: number, retryAfter = DEFAULT_PAUSE): void {
    const now = performance.now();
    this.#tokens = { write: 0, read: 0 };
    this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.min(retryAfter, DEFAULT_PAUSE)); // Until the source answers.
    this.#local?.throttle(startedAt, retryAfter);
    this.#source.slow(now - startedAt, retryAfter).then(
      (slowed) => this.#slowed(slowed),
      () => {
        // The share that begins now must not forget it.
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

  /** Without the burst that a pace begins with: other replicas begin theirs at the same time. */
  #useLocal(): TokenBucket {
    const share = Math.min(this.#rate, this.#maxRate) / this.#source.replicas;
    const alone = new TokenBucket(share, this.#onChange);
    while (alone.tryAcquire());
    const pause = this.#pausedUntil - performance.now();
    if (pause > 0) alone.throttle(-Infinity, pause);
    this.#local = alone;
    return alone;
  }
}
