import { type Database } from "../database.ts";
import { type Lease } from "../lease.ts";
import { type Notifications } from "./notifications.ts";
import { channelOf, hashOf } from "../store.ts";

interface Slowdown {
  /** Milliseconds. */
  pause: number;
  /** Calls a second. */
  rate: number;
}

/** Bounds how long a waiting call depends on the database. Milliseconds. */
const TIMEOUT = 1_000;

interface TokenBucketOptions {
  database: Database;
  notifications: Notifications;
  lease: Lease;
  target: string;
  /** KORE's limits are per credential: the client id. */
  credential: string;
  /** Of all replicas. */
  callsPerSecond: number;
}

/** The token bucket of one credential for all replicas of a target, in one row of `kore_graph.budget`. */
export class PostgresTokenBucket {
  readonly #database: Database;
  readonly #lease: Lease;
  readonly #key: readonly [target: string, credential: string, most: number];
  readonly #channel: string;
  readonly #handlers = new Set<(slowed: Slowdown) => void>();

  constructor({ database, notifications, lease, target, credential, callsPerSecond }: TokenBucketOptions) {
    this.#database = database;
    this.#lease = lease;
    this.#key = [target, hashOf(credential), callsPerSecond];
    this.#channel = channelOf("budget", target);
    void notifications.listen(this.#channel, (payload) => {
      const { credential: concerned, ...slowed } = JSON.parse(payload) as Slowdown & { credential: string };
      if (concerned === this.#key[1]) for (const handler of this.#handlers) handler(slowed);
    });
  }

  get replicas(): number {
    return this.#lease.replicas;
  }

  onSlowed(handler: (slowed: Slowdown) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  /** @throws StoreUnavailable */
  async lease(calls: number, isWrite: boolean): Promise<Slowdown & { granted: number; wait: number }> {
    const [row] = await this.#database.query<Slowdown & { granted: number; wait: number }>(
      "select granted, wait, rate, pause from kore_graph.lease_calls($1, $2, $3, $4, $5)",
      [...this.#key, calls, isWrite],
      { name: "lease-calls", timeout: TIMEOUT },
    );
    return row ?? { granted: 0, wait: 0, rate: this.#key[2], pause: 0 };
  }

  /** @throws StoreUnavailable */
  async slow(age: number, retryAfter: number): Promise<Slowdown> {
    const [row] = await this.#database.query<Slowdown>(
      "select rate, pause from kore_graph.slow_calls($1, $2, $3, $4, $5, $6)",
      [...this.#key, age, retryAfter, this.#channel],
      { name: "slow-calls", timeout: TIMEOUT },
    );
    return row ?? { rate: this.#key[2], pause: 0 };
  }
}
