import { Pace } from "./token-bucket.ts";

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
const AHEAD = 0.1;

/** A call that was leased is good for so long: what is not used must not add to a burst much later. Milliseconds. */
const LEASE_MS = 1_000;

/** The least wait after a lease of none, and the jitter on it: many replicas ask for the same few calls. */
const LEAST_WAIT = 20;
const JITTER = 0.5;

/** Between attempts while the source cannot be reached. Milliseconds. */
const RETRY_MS = 1_000;

/** For a 429 that does not say how long. Milliseconds. */
const PAUSE_NOT_STATED = 1_000;

/**
 * The pace of one replica: calls leased ahead, so that most are taken without waiting. While the source cannot be reached
 * it is a replica's share of the last rate.
 */
export class LeasedPace {
  readonly #source: PermitSource;
  readonly #onGranted: () => void;
  readonly #onChange: () => void;
  readonly #most: number;
  readonly #leave: () => void;
  #rate: number;
  #pausedUntil = -Infinity;
  /** Calls at hand. Those leased for writes are not for reads. */
  #left = { write: 0, read: 0 };
  #goodUntil = -Infinity;
  #isLeasing = false;
  /** Reads may have to wait where writes need not. */
  #nextLeaseAt = { write: -Infinity, read: -Infinity };
  /** In place of the source. */
  #alone: Pace | undefined;

  /**
   * @param most calls a second of all replicas, as configured
   * @param onGranted called when calls may have become available
   * @param onChange called when rate or pause have changed
   */
  constructor(most: number, source: PermitSource, onGranted: () => void, onChange: () => void) {
    this.#most = most;
    this.#rate = most;
    this.#source = source;
    this.#onGranted = onGranted;
    this.#onChange = onChange;
    this.#leave = source.onSlowed((slowed) => this.#slowed(slowed));
  }

  /** Its credential is no longer in use here. */
  close(): void {
    this.#leave();
  }

  /** Of all replicas; of this one while the source cannot be reached. */
  get rate(): number {
    return this.#alone?.rate ?? this.#rate;
  }

  pauseLeft(): number {
    return this.#alone?.pauseLeft() ?? Math.max(0, this.#pausedUntil - performance.now());
  }

  /** Spends a call, if there is one; else leases some, and calls `onGranted` when they are there. */
  take(isWrite: boolean): boolean {
    const now = performance.now();
    if (this.#alone) {
      if (now >= this.#nextLeaseAt.write) this.#lease(isWrite);
      return this.#alone.take();
    }
    if (now < this.#pausedUntil) return false;
    if (now >= this.#goodUntil) this.#left = { write: 0, read: 0 };
    const { write, read } = this.#left;
    if (write + read <= this.#batch / 2 || (!isWrite && read === 0)) this.#lease(isWrite);
    if (isWrite && write > 0) this.#left.write -= 1;
    else if (read > 0) this.#left.read -= 1;
    else return false;
    return true;
  }

  /** Until the last of so many calls could be made, if no other replica made any. Milliseconds. */
  expectedWait(calls: number): number {
    if (this.#alone) return this.#alone.expectedWait(calls);
    const now = performance.now();
    const { write, read } = now < this.#goodUntil ? this.#left : { write: 0, read: 0 };
    const behind = Math.max(0, calls - write - read);
    const untilLease = Math.max(0, this.#nextLeaseAt.read - now);
    return this.pauseLeft() + (behind === 0 ? 0 : Math.max(LEAST_WAIT, untilLease, (behind / this.#rate) * 1000));
  }

  /** KORE has said 429 to a call that began at an instant of `performance.now()`. */
  slow(startedAt: number, retryAfter = PAUSE_NOT_STATED): void {
    const now = performance.now();
    this.#left = { write: 0, read: 0 };
    this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.min(retryAfter, PAUSE_NOT_STATED)); // Until the source answers.
    this.#alone?.slow(startedAt, retryAfter);
    this.#source.slow(now - startedAt, retryAfter).then(
      (slowed) => this.#slowed(slowed),
      () => {
        // The share that begins now must not forget it.
        if (!this.#alone) this.#goAlone().slow(startedAt, retryAfter);
        this.#onChange();
      },
    );
  }

  get #batch(): number {
    return Math.max(1, Math.round(this.#rate * AHEAD));
  }

  #slowed({ pause, rate }: { pause: number; rate: number }): void {
    this.#left = { write: 0, read: 0 };
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
        this.#alone = undefined;
        if (answeredAt >= this.#goodUntil) this.#left = { write: 0, read: 0 };
        this.#left[isWrite ? "write" : "read"] += granted;
        this.#goodUntil = sentAt + LEASE_MS;
        const next = granted > 0 ? -Infinity : answeredAt + Math.max(LEAST_WAIT, wait) * (1 + Math.random() * JITTER);
        this.#nextLeaseAt.read = next;
        if (isWrite || granted > 0) this.#nextLeaseAt.write = next;
        if (pause > 0) this.#left = { write: 0, read: 0 };
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
        if (!this.#alone) this.#goAlone();
        this.#onGranted();
      },
    );
  }

  /** Without the burst that a pace begins with: other replicas begin theirs at the same time. */
  #goAlone(): Pace {
    const share = Math.min(this.#rate, this.#most) / this.#source.replicas;
    const alone = new Pace(share, this.#onChange);
    while (alone.take());
    const pause = this.#pausedUntil - performance.now();
    if (pause > 0) alone.slow(-Infinity, pause);
    this.#alone = alone;
    return alone;
  }
}
