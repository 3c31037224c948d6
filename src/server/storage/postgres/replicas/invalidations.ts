import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { within } from "../../../../common/within.ts";
import { StoreUnavailable } from "../../../../common/store/store-errors.ts";
import { type Database } from "../database.ts";
import { type Lease } from "../lease.ts";
import { type Notifications } from "./notifications.ts";
import { channelOf, hashOf } from "../store.ts";

/** Takes and notifies a number in one statement, so that notifications arrive in the order of numbers. */
const NEXT_NUMBER = `with taken as (
    insert into kore_graph.invalidation as i (target, number) values ($1, 1)
      on conflict (target) do update set number = i.number + 1 returning number)
  select number::float8, pg_notify($2, number || ' ' || $3) from taken`;

/** Living replicas that have not applied a number. */
const BEHIND = `select id::text from kore_graph.replica
  where target = $1 and id <> all ($2::uuid[]) and seen < $3 and kore_graph.is_living(expires_at)`;

/** Of the table, for lost reports. Milliseconds. */
const POLL_INTERVAL = 200;
const RETRY_MS = 100;

/** Added to the TTL for the statement and the heartbeat. Milliseconds. */
const MARGIN = 1_000;

/** Payloads of PostgreSQL's notifications are below 8,000 bytes. */
const MAX_MESSAGE = 7_900;

/** `change` absent: invalidates everything. */
interface Message<Change> {
  from: string;
  change?: Change;
}

/**
 * Invalidates the caches of all replicas before a write is answered. A replica that misses a notification finds a gap in the
 * numbers, with the next notification or heartbeat, and invalidates everything. One that is unreachable loses its lease,
 * and does not use its caches.
 */
export class Invalidations<Change> {
  readonly #apply: (change: Change | undefined) => void;
  /** Identifies this process across leases, for reports. */
  readonly #process = randomUUID();
  #parts: { database: Database; lease: Lease; target: string; channel: string } | undefined;
  #applied = 0;
  /** Channels of processes that wait for a report. */
  #reportChannels = new Set<string>();
  #isReporting = false;
  readonly #onReport = new Set<(replica: string, number: number) => void>();

  /** @param apply synchronously invalidates the caches of a change by another replica, or all */
  constructor(apply: (change: Change | undefined) => void) {
    this.#apply = apply;
  }

  get applied(): number {
    return this.#applied;
  }

  /** For `LeaseOptions.onHeartbeat`. */
  readonly onHeartbeat = (number: number, isNew: boolean): void => {
    if (number > this.#applied || isNew) this.#apply(undefined);
    this.#applied = isNew ? number : Math.max(this.#applied, number);
  };

  /** To be called before the lease begins, so that no number is missed. */
  async open(database: Database, notifications: Notifications, lease: Lease, target: string): Promise<void> {
    this.#parts = { database, lease, target, channel: channelOf("invalidation", target) };
    await notifications.listen(this.#parts.channel, (payload) => this.#receive(payload));
    await notifications.listen(reportChannelOf(this.#process), (payload) => {
      const [replica = "", number] = payload.split(" ");
      for (const handler of this.#onReport) handler(replica, Number(number));
    });
  }

  /**
   * Resolves when no replica uses caches from before the change. This process has applied it itself.
   *
   * @throws StoreUnavailable when the database was unreachable for as long as a lease lasts: other replicas may use their
   *   caches until they expire
   */
  async invalidate(change: Change): Promise<void> {
    const { database, lease, target, channel } = this.#opened();
    const giveUpAt = performance.now() + lease.ttl;
    const message = this.#messageOf(change);
    // Registered before the number is taken: a report may arrive before the list of replicas that are behind.
    const reported = new Map<string, number>();
    let advance: () => void = () => undefined;
    const onReport = (replica: string, seen: number) => {
      reported.set(replica, seen);
      advance();
    };
    this.#onReport.add(onReport);
    try {
      const number = await this.#retried(giveUpAt, async () => {
        const values = [target, channel, message];
        return (await database.query<{ number: number }>(NEXT_NUMBER, values, { name: "take-number" }))[0]?.number ?? 0;
      });
      // By then each heartbeat has found the number, or its lease has expired.
      const end = performance.now() + lease.ttl + MARGIN;
      let behind: readonly string[] | undefined;
      let lookAt = 0;
      while (performance.now() < end) {
        const next = new Promise<void>((resolve) => (advance = resolve));
        if (performance.now() >= lookAt) {
          behind = (await this.#behind(number)) ?? behind;
          lookAt = performance.now() + POLL_INTERVAL;
        }
        if (behind?.every((replica) => (reported.get(replica) ?? 0) >= number)) return;
        await within(Math.max(0, Math.min(lookAt, end) - performance.now()), next, undefined);
      }
    } finally {
      this.#onReport.delete(onReport);
    }
  }

  /** A change that does not fit into a notification invalidates everything. */
  #messageOf(change: Change): string {
    const message = JSON.stringify({ from: this.#process, change } satisfies Message<Change>);
    return Buffer.byteLength(message) <= MAX_MESSAGE ? message : JSON.stringify({ from: this.#process });
  }

  /** Replicas whose report is awaited; undefined while the database is unreachable. */
  async #behind(number: number): Promise<string[] | undefined> {
    const { database, lease, target } = this.#opened();
    try {
      const rows = await database.query<{ id: string }>(BEHIND, [target, [lease.replica], number], { name: "behind" });
      return rows.map(({ id }) => id);
    } catch (error) {
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    }
  }

  #receive(payload: string): void {
    const space = payload.indexOf(" ");
    const number = Number(payload.slice(0, space));
    const { from, change } = JSON.parse(payload.slice(space + 1)) as Message<Change>;
    if (number > this.#applied + 1) this.#apply(undefined);
    else if (from !== this.#process) this.#apply(change);
    this.#applied = Math.max(this.#applied, number);
    if (from !== this.#process) this.#reportChannels.add(reportChannelOf(from));
    if (!this.#isReporting) void this.#report();
  }

  /** Sends one report at a time; the next covers all numbers since. */
  async #report(): Promise<void> {
    const { database, lease, target } = this.#opened();
    this.#isReporting = true;
    while (this.#reportChannels.size > 0) {
      const channels = [...this.#reportChannels];
      this.#reportChannels = new Set();
      await database
        .query("select kore_graph.report($1, $2, $3, $4::text[])", [target, lease.replica, this.#applied, channels], {
          name: "report",
        })
        .catch(() => undefined); // The next heartbeat reports it.
    }
    this.#isReporting = false;
  }

  async #retried<Result>(giveUpAt: number, work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || performance.now() >= giveUpAt) throw error;
        await delay(RETRY_MS);
      }
    }
  }

  #opened() {
    if (!this.#parts) throw new Error("Invalidations are not open");
    return this.#parts;
  }
}

const reportChannelOf = (process: string): string => `kore_graph_reports_${hashOf(process)}`;
