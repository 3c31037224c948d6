import { randomUUID } from "node:crypto";
import { type Database } from "./database.ts";
import { type Notifications } from "./replicas/notifications.ts";

export interface LeaseOptions {
  /** KORE's base address. Replicas of other targets may share the database. */
  target: string;
  /** Of the lease, by the database's clock. Milliseconds. @default 5000 */
  ttl?: number | undefined;
  /** The number of the last invalidation that this replica has applied. */
  applied?: (() => number) | undefined;
  /**
   * Called before the lease is extended, with the number of the last invalidation. `isNew`: a new lease begins, and
   * anything cached before is stale.
   */
  onHeartbeat?: ((number: number, isNew: boolean) => void) | undefined;
  observer?: LeaseObserver | undefined;
}

export interface LeaseObserver {
  heartbeatFailed?: () => void;
  /** The lease expired, and another one begins. */
  leaseLost?: () => void;
}

const TTL_MS = 5_000;

/** Share of the TTL by which the lease ends earlier here than in the database: clocks run at different rates. */
const MARGIN = 0.1;

/** Heartbeats per TTL. Retry and timeout as shares of the TTL. */
const HEARTBEATS_PER_TTL = 4;
const RETRY_AFTER = 0.05;
const TIMEOUT = 0.3;

/** Slower answers do not update the clock offset. Milliseconds. */
const MAX_ROUND_TRIP = 1_000;

interface HeartbeatRow {
  is_held: boolean;
  now: number;
  replicas: number;
  number: number;
}

const ANSWER = `kore_graph.milliseconds(clock_timestamp()) as now,
  (select count(*) from kore_graph.replica where target = $1 and id <> $2 and kore_graph.is_living(expires_at))::int + 1 as replicas,
  coalesce((select number from kore_graph.invalidation where target = $1), 0)::float8 as number`;

const HEARTBEAT = `with beat as (
    update kore_graph.replica set expires_at = clock_timestamp() + $3 * interval '1 millisecond', seen = greatest(seen, $4)
      where target = $1 and id = $2 and expires_at > clock_timestamp() returning 1)
  select exists (select from beat) as is_held, ${ANSWER}`;

/** Also deletes this process's former ids, so that others do not wait for them, and expired rows. */
const BEGIN = `with gone as (
    delete from kore_graph.replica where target = $1
      and (id = any ($4::uuid[]) or expires_at < clock_timestamp() - interval '1 minute')),
  begun as (
    insert into kore_graph.replica (target, id, expires_at, seen) values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond',
      coalesce((select number from kore_graph.invalidation where target = $1), 0)) returning 1)
  select exists (select from begun) as is_held, ${ANSWER}`;

/**
 * The lease of this process as one of the replicas. Each lease has an id of its own, so that nothing from before an
 * expiry can take effect.
 *
 * The monotonic clock stops while the machine is suspended. A process that resumes takes its lease for held until the next
 * heartbeat; the database does not, and refuses its commits.
 */
export class Lease {
  readonly #notifications: Notifications;
  readonly #database: Database;
  readonly #options: LeaseOptions;
  readonly #ttl: number;
  #id: string = randomUUID();
  #formerIds: string[] = [];
  /** By `performance.now()`; undefined: no lease. */
  #endsAt: number | undefined;
  #heartbeatAt = performance.now();
  #replicas = 1;
  /** Of the database's clock to the monotonic one. */
  #offset: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(notifications: Notifications, database: Database, options: LeaseOptions) {
    this.#notifications = notifications;
    this.#database = database;
    this.#options = options;
    this.#ttl = options.ttl ?? TTL_MS;
    notifications.onRestored(() => this.#heartbeatNow());
  }

  get ttl(): number {
    return this.#ttl;
  }

  /** Of the current lease, or of the next one when it has ended. */
  get replica(): string {
    if (this.#endsAt !== undefined && performance.now() >= this.#endsAt) this.#end();
    return this.#id;
  }

  /** Without a lease nothing may be answered from caches or reads in flight: other replicas no longer wait for this one. */
  get isHeld(): boolean {
    return this.#endsAt !== undefined && performance.now() < this.#endsAt;
  }

  /** Until it expires if no further heartbeat succeeds. Milliseconds. */
  get remaining(): number {
    return this.#endsAt === undefined ? 0 : Math.max(0, this.#endsAt - performance.now());
  }

  /** Since the last successful heartbeat was sent. Milliseconds. */
  get age(): number {
    return performance.now() - this.#heartbeatAt;
  }

  /** Living replicas at the last heartbeat, this one included. */
  get replicas(): number {
    return this.#replicas;
  }

  /** The database's clock, by the last heartbeat. Milliseconds since the epoch. */
  now(): number {
    return this.#offset === undefined ? Date.now() : performance.now() + this.#offset;
  }

  /** @throws StoreUnavailable */
  async living(): Promise<ReadonlySet<string>> {
    const rows = await this.#database.query<{ id: string }>(
      "select id from kore_graph.replica where target = $1 and kore_graph.is_living(expires_at)",
      [this.#options.target],
      { name: "living" },
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Begins the first lease. @throws StoreUnavailable */
  async start(): Promise<void> {
    await this.#heartbeat();
    this.#schedule(this.#ttl / HEARTBEATS_PER_TTL);
  }

  /** Ends the lease in the database, so that other replicas take over at once. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    const ids = [this.#id, ...this.#formerIds];
    this.#end();
    await this.#database
      .query(
        "delete from kore_graph.replica where target = $1 and id = any ($2::uuid[])",
        [this.#options.target, ids],
        {
          name: "leave",
        },
      )
      .catch(() => undefined); // It expires.
  }

  #end(): void {
    if (this.#endsAt !== undefined && !this.#isStopped) this.#options.observer?.leaseLost?.();
    this.#endsAt = undefined;
    this.#formerIds.push(this.#id);
    this.#id = randomUUID();
  }

  #schedule(milliseconds: number): void {
    if (!this.#isStopped) this.#timer = setTimeout(() => this.#heartbeatNow(), milliseconds);
  }

  #heartbeatNow(): void {
    if (this.#running || this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#running = this.#heartbeat()
      .then(
        () => this.#ttl / HEARTBEATS_PER_TTL,
        () => {
          this.#options.observer?.heartbeatFailed?.();
          return this.#ttl * RETRY_AFTER;
        },
      )
      .then((next) => {
        this.#running = undefined;
        this.#schedule(next);
      });
  }

  /** One heartbeat; when it comes too late, another lease begins at once. */
  async #heartbeat(): Promise<void> {
    for (;;) {
      const id = this.replica;
      const isNew = this.#endsAt === undefined;
      const { target, applied, onHeartbeat } = this.#options;
      const sentAt = performance.now();
      const [row] = await this.#notifications
        .query<HeartbeatRow>(
          isNew ? "begin" : "beat",
          isNew ? BEGIN : HEARTBEAT,
          [target, id, this.#ttl, isNew ? this.#formerIds : (applied?.() ?? 0)],
          this.#ttl * TIMEOUT,
        )
        .catch((error: unknown) => {
          if (isNew) this.#end(); // It may have begun in the database, and an id is used once.
          throw error;
        });
      const endsAt = sentAt + this.#ttl * (1 - MARGIN);
      const answeredAt = performance.now();
      // Reading `replica` ends a lease that has expired here, though the database may still hold it.
      if (!row?.is_held || id !== this.replica || answeredAt >= endsAt) {
        if (id === this.#id) this.#end();
        continue;
      }
      if (answeredAt - sentAt < MAX_ROUND_TRIP || this.#offset === undefined) {
        this.#offset = row.now - (sentAt + answeredAt) / 2;
      }
      if (isNew) this.#formerIds = [];
      onHeartbeat?.(row.number, isNew);
      this.#replicas = row.replicas;
      this.#heartbeatAt = sentAt;
      this.#endsAt = endsAt;
      return;
    }
  }
}
