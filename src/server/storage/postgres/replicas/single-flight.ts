import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { StoreUnavailable } from "../../../../common/store/store-errors.ts";
import { type Database } from "../database.ts";
import { type Notifications } from "./notifications.ts";
import { channelOf, hashOf } from "../store.ts";

export interface FreshValue<Value> {
  value: Value;
  /** Milliseconds. */
  freshFor: number;
}

export interface SharedValue<Value> extends FreshValue<Value> {
  /** When the work began, by the database's clock, in milliseconds since the epoch. Undefined: the database was unreachable. */
  startedAt: number | undefined;
}

export interface SingleFlightOptions<Value> {
  /** How long the work may take before another replica begins it. Milliseconds. */
  workTimeout: number;
  /** Whether a stored value is acceptable; a token that was just refused is not. @default any */
  accept?: ((value: Value, startedAt: number) => boolean) | undefined;
  /** @default JSON */
  codec?: ValueCodec | undefined;
  signal?: AbortSignal | undefined;
}

/** Encoding of stored values. A value on which `decode` throws counts as absent. */
export interface ValueCodec {
  encode(text: string, key: string): Buffer;
  decode(bytes: Buffer, key: string): string;
}

const PLAIN: ValueCodec = { encode: (text) => Buffer.from(text), decode: (bytes) => bytes.toString() };

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts values by AES-256-GCM, so that a reader of the database cannot use them. The encryption key is derived (HKDF with
 * SHA-256) from a secret that each replica has, such as the client secret of a token. The entry's key is authenticated, so
 * that a value cannot be moved to another entry.
 */
export function encrypted(secret: string, purpose = "kore-graph shared values"): ValueCodec {
  const secretKey = Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));
  return {
    encode(text, key) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", secretKey, nonce).setAAD(Buffer.from(key));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    decode(bytes, key) {
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", secretKey, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(key)).setAuthTag(tag);
      return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
    },
  };
}

/** Bounds the delay after a lost notification. Milliseconds. */
const POLL_INTERVAL = 500;

interface SharedRow {
  value: Buffer | null;
  version: string;
  began_at: number | null;
  fresh_for: number;
  work_for: number;
}

const READ = `select value, version::text, kore_graph.milliseconds(began_at) as began_at,
    coalesce(kore_graph.milliseconds(fresh_until) - kore_graph.milliseconds(clock_timestamp()), 0) as fresh_for,
    coalesce(kore_graph.milliseconds(work_until) - kore_graph.milliseconds(clock_timestamp()), 0) as work_for
  from kore_graph.shared where target = $1 and key = $2`;

/** Returns no row when another replica does the work, or has replaced the value that was read. */
const CLAIM = `insert into kore_graph.shared as s (target, key, worker, work_until)
    values ($1, $2, $3, clock_timestamp() + $4 * interval '1 millisecond')
  on conflict (target, key) do update set worker = excluded.worker, work_until = excluded.work_until
    where (s.work_until is null or s.work_until <= clock_timestamp()) and s.version = $5::bigint
  returning kore_graph.milliseconds(clock_timestamp()) as began_at`;

const PUBLISH = `with kept as (
    update kore_graph.shared set value = $4, version = version + 1, worker = null, work_until = null,
        began_at = to_timestamp($5::float8 / 1000), fresh_until = clock_timestamp() + $6 * interval '1 millisecond'
      where target = $1 and key = $2 and worker = $3 returning 1)
  select pg_notify($7, $8) from kept`;

const RELEASE = `with freed as (
    update kore_graph.shared set worker = null, work_until = null
      where target = $1 and key = $2 and worker = $3 returning 1)
  select pg_notify($4, $5) from freed`;

/** Work that this replica does for all. */
interface Claim {
  key: string;
  worker: string;
  startedAt: number;
  codec: ValueCodec;
}

/** Single-flight across replicas. */
export class PostgresSingleFlight {
  readonly #database: Database;
  readonly #target: string;
  readonly #channel: string;
  readonly #waiting = new Map<string, Set<() => void>>();

  private constructor(database: Database, target: string) {
    this.#database = database;
    this.#target = target;
    this.#channel = channelOf("shared", target);
  }

  static async open(database: Database, notifications: Notifications, target: string): Promise<PostgresSingleFlight> {
    const shared = new PostgresSingleFlight(database, target);
    await notifications.listen(shared.#channel, (hash) => {
      for (const wake of [...(shared.#waiting.get(hash) ?? [])]) wake();
    });
    return shared;
  }

  /**
   * Returns the stored value of a key while it is fresh and accepted. Otherwise one replica does the work and stores its
   * value, and the others wait for it; when that replica dies or takes longer than `workTimeout`, another one begins.
   * While the database is unreachable each replica does its own work.
   *
   * Rejects with the error of `work`; replicas that waited then do the work themselves.
   */
  async run<Value>(
    key: string,
    work: () => Promise<FreshValue<Value>>,
    { workTimeout, accept = () => true, codec = PLAIN, signal }: SingleFlightOptions<Value>,
  ): Promise<SharedValue<Value>> {
    const worker = randomUUID();
    for (;;) {
      signal?.throwIfAborted();
      let startedAt: number | undefined;
      try {
        const row = await this.#read(key);
        const kept = row && valueIn<Value>(row, key, codec);
        if (kept && accept(kept.value, kept.startedAt)) return kept;
        startedAt = await this.#claim(key, worker, workTimeout, row?.version ?? "0");
        if (startedAt === undefined) {
          await this.#next(key, Math.min(POLL_INTERVAL, Math.max(row?.work_for ?? 0, 20)), signal);
          continue;
        }
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        return { ...(await work()), startedAt: undefined };
      }
      return { ...(await this.#work({ key, worker, startedAt, codec }, work)), startedAt };
    }
  }

  /** Deletes values that expired more than a day ago. */
  async prune(): Promise<void> {
    await this.#database.query(
      `delete from kore_graph.shared where target = $1 and coalesce(greatest(fresh_until, work_until), '-infinity')
        < clock_timestamp() - interval '1 day'`,
      [this.#target],
      { name: "prune-shared" },
    );
  }

  async #read(key: string): Promise<SharedRow | undefined> {
    return (await this.#database.query<SharedRow>(READ, [this.#target, key], { name: "shared" }))[0];
  }

  /** When the work began; undefined: another replica does it. */
  async #claim(key: string, worker: string, workTimeout: number, version: string): Promise<number | undefined> {
    const values = [this.#target, key, worker, workTimeout, version];
    const rows = await this.#database.query<{ began_at: number }>(CLAIM, values, { name: "claim-work" });
    return rows[0]?.began_at;
  }

  /** Does the work and stores its value. */
  async #work<Value>(
    { key, worker, startedAt, codec }: Claim,
    work: () => Promise<FreshValue<Value>>,
  ): Promise<FreshValue<Value>> {
    const notification = [this.#channel, hashOf(key)];
    const named = [this.#target, key, worker];
    try {
      const done = await work();
      const bytes = codec.encode(JSON.stringify(done.value), key);
      // A value that cannot be stored is still returned to its caller.
      await this.#database
        .query(PUBLISH, [...named, bytes, startedAt, done.freshFor, ...notification], { name: "publish-work" })
        .catch(() => undefined);
      return done;
    } catch (error) {
      await this.#database.query(RELEASE, [...named, ...notification], { name: "give-up-work" }).catch(() => undefined);
      throw error;
    }
  }

  /** Waits for the next notification of a key, at most `maxWait` milliseconds. */
  async #next(key: string, maxWait: number, signal: AbortSignal | undefined): Promise<void> {
    const hash = hashOf(key);
    const waiting = this.#waiting.get(hash) ?? new Set<() => void>();
    this.#waiting.set(hash, waiting);
    const late = new AbortController();
    let wake: () => void = () => undefined;
    const woken = new Promise<void>((resolve) => waiting.add((wake = resolve)));
    const limit = AbortSignal.any(signal ? [late.signal, signal] : [late.signal]);
    await Promise.race([woken, delay(maxWait, undefined, { signal: limit }).catch(() => undefined)]);
    late.abort();
    waiting.delete(wake);
    if (waiting.size === 0 && this.#waiting.get(hash) === waiting) this.#waiting.delete(hash);
  }
}

function valueIn<Value>(
  row: SharedRow,
  key: string,
  codec: ValueCodec,
): (SharedValue<Value> & { startedAt: number }) | undefined {
  if (row.value === null || row.began_at === null || row.fresh_for <= 0) return undefined;
  try {
    const value = JSON.parse(codec.decode(row.value, key)) as Value;
    return { value, freshFor: row.fresh_for, startedAt: row.began_at };
  } catch {
    return undefined; // Encrypted with another secret.
  }
}
