import { setTimeout as delay } from "node:timers/promises";
import { type Database } from "../database.ts";
import { type Notifications } from "./notifications.ts";
import { channelOf } from "../store.ts";

export interface StoredEvent {
  accountId: string;
  /** JSON. */
  value: unknown;
}

/** `at`: time of publication by the database's clock, in milliseconds since the epoch. */
type Handler = (event: StoredEvent & { at: number }) => void;

/** Events read, and rows deleted, by one statement: bounds memory and the time that locks are held. */
const BATCH = 500;
const PRUNE_BATCH = 5_000;

/** Bounds the delay after a lost notification. Milliseconds. */
const POLL_INTERVAL = 5_000;

/**
 * An advisory lock serialises publishers, so that ids grow in the order in which events become visible: a reader that
 * continues after its last id misses none. PostgreSQL serialises transactions that notify anyway.
 */
const PUBLISH = `with turn as materialized (select pg_advisory_xact_lock(hashtextextended($1, 1))),
  first as (
    insert into kore_graph.seen (target, token) select $1, $2 from turn where $2::text is not null
      on conflict do nothing returning 1),
  put as (
    insert into kore_graph.event (target, account_id, value)
      select $1, e.account_id::json, e.value::json from turn, unnest($3::text[], $4::text[]) with ordinality as e(account_id, value, n)
        where $2::text is null or exists (select from first) order by e.n
      returning id),
  notified as (select pg_notify($5, max(id)::text) from put having count(*) > 0)
  select ($2::text is null or exists (select from first)) as is_first, (select count(*) from notified) as notified`;

/**
 * Events for all replicas, in order of publication. They are kept for an hour, so that a replica reads what it missed
 * without a connection.
 */
export class Events {
  readonly #database: Database;
  readonly #target: string;
  readonly #channel: string;
  readonly #handlers = new Set<Handler>();
  #lastId = "0";
  #reading: Promise<void> | undefined;
  #isPollDue = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(database: Database, target: string) {
    this.#database = database;
    this.#target = target;
    this.#channel = channelOf("event", target);
  }

  /** Starts after the newest event. @throws StoreUnavailable */
  static async open(database: Database, notifications: Notifications, target: string): Promise<Events> {
    const events = new Events(database, target);
    await notifications.listen(events.#channel, () => events.#poll());
    events.#lastId = await events.#newest();
    notifications.onRestored(() => events.#poll());
    events.#timer = setInterval(() => events.#poll(), POLL_INTERVAL).unref();
    return events;
  }

  /**
   * Stores events and notifies all replicas, atomically.
   *
   * @param token idempotency key: the events are stored only for a new one
   * @returns whether they were stored
   * @throws StoreUnavailable; with a token, the call can be repeated
   */
  async publish(events: readonly StoredEvent[], token?: string): Promise<boolean> {
    const [row] = await this.#database.query<{ is_first: boolean }>(
      PUBLISH,
      [
        ...[this.#target, token ?? null, events.map(({ accountId }) => JSON.stringify(accountId))],
        ...[events.map(({ value }) => JSON.stringify(value)), this.#channel],
      ],
      { name: "publish", isCommit: true },
    );
    return row?.is_first === true;
  }

  /** Calls a handler for each event from now on, in order. The handler must not throw. */
  subscribe(handler: Handler): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  /** Deletes events older than an hour. */
  async prune(): Promise<void> {
    await deleteInBatches(
      this.#database,
      `delete from kore_graph.event where target = $1 and id in (
        select id from kore_graph.event where target = $1 and at < clock_timestamp() - interval '1 hour' order by id limit $2)
        returning 1`,
      [this.#target, PRUNE_BATCH],
      "prune-events",
    );
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#handlers.clear();
    await this.#reading;
  }

  #poll(): void {
    this.#isPollDue = true;
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
  }

  async #read(): Promise<void> {
    while (this.#isPollDue) {
      this.#isPollDue = false;
      try {
        for (let count = BATCH; count === BATCH;) count = await this.#readBatch();
      } catch {
        return; // The next poll reads it.
      }
    }
  }

  async #readBatch(): Promise<number> {
    const rows = await this.#database.query<{ id: string; account_id: string; at: number; value: string }>(
      `select id::text, account_id::text as account_id, kore_graph.milliseconds(at) as at, value::text as value from kore_graph.event
        where target = $1 and id > $2::bigint order by kore_graph.event.id limit $3`,
      [this.#target, this.#lastId, BATCH],
      { name: "events" },
    );
    for (const { id, account_id: accountId, at, value } of rows) {
      this.#lastId = id;
      const event = { accountId: JSON.parse(accountId) as string, at, value: JSON.parse(value) as unknown };
      for (const handler of this.#handlers) handler(event);
    }
    return rows.length;
  }

  async #newest(): Promise<string> {
    const [row] = await this.#database.query<{ id: string }>(
      "select coalesce(max(id), 0)::text as id from kore_graph.event where target = $1",
      [this.#target],
      { name: "newest-event" },
    );
    return row?.id ?? "0";
  }
}

/** Idempotency tokens of webhooks that any replica has received. */
export interface WebhookTokens {
  /** False when it is known already. @throws StoreUnavailable */
  remember: (token: string) => Promise<boolean>;
  /** Deletes tokens from before an instant, in milliseconds since the epoch. */
  prune: (before: number) => Promise<void>;
}

export function webhookTokens(database: Database, target: string): WebhookTokens {
  return {
    async remember(token: string): Promise<boolean> {
      const rows = await database.query(
        "insert into kore_graph.seen (target, token) values ($1, $2) on conflict do nothing returning 1",
        [target, token],
        { name: "remember", isCommit: true },
      );
      return rows.length > 0;
    },
    async prune(before: number): Promise<void> {
      await deleteInBatches(
        database,
        `delete from kore_graph.seen where target = $1 and token in (
          select token from kore_graph.seen where target = $1 and at < to_timestamp($3::float8 / 1000) order by at limit $2)
          returning 1`,
        [target, PRUNE_BATCH, before],
        "prune-seen",
      );
    },
  };
}

async function deleteInBatches(
  database: Database,
  text: string,
  values: readonly unknown[],
  name: string,
): Promise<void> {
  for (;;) {
    if ((await database.query(text, values, { name })).length < PRUNE_BATCH) return;
    await delay(50); // Lets other statements run.
  }
}
