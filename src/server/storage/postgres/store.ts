import { hash } from "node:crypto";
import { type Commit, type CommitResult, type DurableStore } from "../../../common/store/durable-store.ts";
import { StoreUnavailable } from "../../../common/store/store-errors.ts";
import { type Page } from "../../../common/store/store-pages.ts";
import { type Database } from "./database.ts";
import { type Lease } from "./lease.ts";
import { type Notifications } from "./replicas/notifications.ts";

type Entry = readonly [key: string, value: unknown];

export interface StoreObserver {
  /** A commit was refused because its claim or the lease has expired. */
  fenced?: () => void;
}

interface StoreOptions {
  database: Database;
  notifications: Notifications;
  lease: Lease;
  /** KORE's base address. */
  target: string;
  observer?: StoreObserver | undefined;
}

const DELETE_BATCH = 1000;

/** The last code point: sorts behind every key with a prefix. */
const LAST = "\u{10ffff}";

/** Bytes of a key's hash in a notification, which has room for 8,000. */
const HASH_LENGTH = 16;
const MAX_HASHES = 400;

const COMMIT = `select kore_graph.commit($1, $2, $3, $4, $5::text[], $6::text[], $7::bigint[], $8::text[], $9::bigint[],
  $10::text[], $11::text[], $12::bigint[], $13::text[], $14::text[]) as result`;

/** The ledger's durable store in PostgreSQL, shared by all replicas of one target. */
export class PostgresStore implements DurableStore {
  readonly #database: Database;
  readonly #lease: Lease;
  readonly #target: string;
  readonly #channel: string;
  readonly #observer: StoreObserver;
  /** By the key's hash. */
  readonly #waiting = new Map<string, Set<() => void>>();
  #changed = new Set<string>();

  private constructor({ database, lease, target, observer = {} }: Omit<StoreOptions, "notifications">) {
    this.#database = database;
    this.#lease = lease;
    this.#target = target;
    this.#channel = channelOf("intent", target);
    this.#observer = observer;
  }

  static async open({ notifications, ...options }: StoreOptions): Promise<PostgresStore> {
    const store = new PostgresStore(options);
    await notifications.listen(store.#channel, (payload) => {
      for (const hash of payload.split(" ")) store.#wake(hash);
    });
    return store;
  }

  /** The rest of the lease: while it is held, no other replica takes over. */
  get retryFor(): number {
    return this.#lease.remaining;
  }

  get replica(): string {
    return this.#lease.replica;
  }

  living(): Promise<ReadonlySet<string>> {
    return this.#lease.living();
  }

  now(): number {
    return this.#lease.now();
  }

  async get(key: string): Promise<unknown> {
    return (await this.getMany([key])).get(key);
  }

  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const rows = await this.#database.query<KeyValue>(
      `select e.key, e.value::text as value from unnest($2::text[]) as k(key)
        cross join lateral (
          select key, value from kore_graph.entry where target = $1 and key = k.key offset 0) as e`,
      [this.#target, keys],
      { name: "get" },
    );
    return new Map(rows.map(entryOf));
  }

  async list(prefix: string, { after = "", limit }: Page = { limit: Infinity }): Promise<Entry[]> {
    const rows = await this.#database.query<KeyValue>(
      `select key, value::text as value from kore_graph.entry
        where target = $1 and key >= $2 and key < $3 and key > $4 order by key limit $5::bigint`,
      [this.#target, prefix, prefix + LAST, after, limit < Infinity ? limit : null],
      { name: "list" },
    );
    return rows.map(entryOf);
  }

  async removeRange(start: string, end: string): Promise<void> {
    for (;;) {
      const rows = await this.#database.query(
        `delete from kore_graph.entry where target = $1 and key in (
          select key from kore_graph.entry where target = $1 and key >= $2 and key < $3 order by key limit $4)
          returning 1`,
        [this.#target, start, end, DELETE_BATCH],
        { name: "remove-range" },
      );
      if (rows.length < DELETE_BATCH) return;
    }
  }

  async listMany(prefixes: readonly string[]): Promise<ReadonlyMap<string, readonly Entry[]>> {
    const rows = await this.#database.query<KeyValue & { prefix: string }>(
      `select p.prefix, e.key, e.value::text as value from unnest($2::text[]) as p(prefix)
        cross join lateral (
          select key, value from kore_graph.entry
            where target = $1 and key >= p.prefix collate "C" and key < (p.prefix || $3) collate "C") e
        order by e.key`,
      [this.#target, [...new Set(prefixes)], LAST],
      { name: "list-many" },
    );
    const found = new Map<string, Entry[]>(prefixes.map((prefix) => [prefix, []]));
    for (const row of rows) found.get(row.prefix)?.push(entryOf(row));
    return found;
  }

  /** @throws CommitUnknown, StoreUnavailable */
  async commit({ by, expect = [], set }: Commit): Promise<CommitResult> {
    if (by && by.replica !== this.#lease.replica) return this.#fenced();
    if (!this.#lease.isHeld) throw new StoreUnavailable("This replica has no lease in the database (DATABASE_URL)");
    const changes = new Map(set.map(([key, value]) => [key, rowOf(key, value)]));
    const inserted = new Map(
      expect.flatMap(([key, is]) =>
        is === "absent" ? [[key, changes.get(key) ?? rowOf(key, undefined)] as const] : [],
      ),
    );
    const others = [...changes.values()].filter(({ key }) => !inserted.has(key));
    const upserted = others.filter(({ value }) => value !== null);
    const deleted = others.filter(({ value }) => value === null).map(({ key }) => key);
    const checked = expect.flatMap(([key, is]) => (is === "absent" ? [] : [{ key, fence: is.fence }]));
    const shared = [...(by ? [by.key] : []), ...checked.map(({ key }) => key)].filter((key) => !changes.has(key));
    const [row] = await this.#database.query<{ result: CommitResult }>(
      COMMIT,
      [
        ...[this.#target, by?.replica ?? this.#lease.replica, by?.key ?? null, by?.fence ?? null, shared],
        ...[checked.map(({ key }) => key), checked.map(({ fence }) => fence)],
        ...columnsOf([...inserted.values()]),
        ...columnsOf(upserted),
        deleted,
      ],
      { name: "commit", isCommit: true },
    );
    const result = row?.result ?? "conflict";
    if (result === "fenced") return this.#fenced();
    if (result === "done") {
      const taken = checked.filter(({ key }) => changes.has(key)).map(({ key }) => key);
      this.#announce(by ? [by.key, ...taken] : taken);
    }
    return result;
  }

  changed(keys: readonly string[], maxWait: number): Promise<void> {
    const hashes = keys.map(hashOf);
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(late);
        for (const hash of hashes) {
          const others = this.#waiting.get(hash);
          others?.delete(wake);
          if (others?.size === 0) this.#waiting.delete(hash);
        }
        resolve();
      };
      const late = setTimeout(wake, maxWait);
      for (const hash of hashes) this.#waiting.set(hash, (this.#waiting.get(hash) ?? new Set()).add(wake));
    });
  }

  #fenced(): CommitResult {
    this.#observer.fenced?.();
    return "fenced";
  }

  #wake(hash: string): void {
    for (const wake of [...(this.#waiting.get(hash) ?? [])]) wake();
  }

  /**
   * Apart from the commit: PostgreSQL carries out transactions that notify one after the other, each with its wait for
   * the disk. A notification that is lost delays those that wait for it, no more.
   */
  #announce(keys: readonly string[]): void {
    if (keys.length === 0) return;
    if (this.#changed.size === 0) setImmediate(() => this.#notify());
    for (const hash of keys.map(hashOf)) {
      this.#changed.add(hash);
      this.#wake(hash);
    }
  }

  #notify(): void {
    const hashes = [...this.#changed];
    this.#changed = new Set();
    for (let at = 0; at < hashes.length; at += MAX_HASHES) {
      const payload = hashes.slice(at, at + MAX_HASHES).join(" ");
      this.#database
        .query("select pg_notify($1, $2)", [this.#channel, payload], { name: "notify" })
        .catch(() => undefined);
    }
  }
}

/** One channel per target: replicas of other targets are not woken. */
export const channelOf = (what: string, target: string): string => `kore_graph_${what}_${hashOf(target)}`;

/** A short hash for channels and notifications. */
export const hashOf = (text: string): string => hash("sha256", text, "hex").slice(0, HASH_LENGTH);

interface KeyValue {
  key: string;
  value: string;
}

const entryOf = ({ key, value }: KeyValue): Entry => [key, JSON.parse(value) as unknown];

export interface Row {
  key: string;
  fence: number | null;
  /** JSON; null: none. */
  value: string | null;
}

export function rowOf(key: string, value: unknown): Row {
  const { fence } = Object(value) as { fence?: unknown };
  return {
    key,
    fence: Number.isSafeInteger(fence) ? (fence as number) : null,
    value: value === undefined ? null : JSON.stringify(value),
  };
}

export const columnsOf = (rows: readonly Row[]) => [
  rows.map(({ key }) => key),
  rows.map(({ fence }) => fence),
  rows.map(({ value }) => value),
];
