import {
  type Change,
  type Kore,
  type KoreOptions,
  type KoreWebhook,
  type Replicas,
  type TokenReply,
  renewAfter,
} from "../kore/index.ts";
import { type Context, handleKoreEvents } from "../resources/index.ts";
import { type Config } from "../server/config/index.ts";
import { type Limits } from "../server/graphql/limits/limits.ts";
import { type RateLimits, prefetchedRateLimit } from "../server/graphql/limits/rate-limit.ts";
import { type Check, type HealthProblem } from "../server/health.ts";
import { type Logger } from "../server/logging/log.ts";
import { RateLimitedLog } from "../server/logging/rate-limited-log.ts";
import { type Fleet, type encrypted } from "../server/storage/postgres/index.ts";
import { type Metrics } from "../server/telemetry/index.ts";

type Encrypted = typeof encrypted;

/** A token in the database. */
interface SharedToken {
  token: string;
  /** By the database's clock. Milliseconds since the epoch. */
  expiresAt: number;
}

interface JoinOptions {
  database: Config["database"] & {};
  /** Of a call to KORE. Milliseconds. */
  deadline: number;
  /** KORE's base address. Replicas of another KORE share nothing with these. */
  target: string;
  /** The client whose reads are invalidated, once it is created. */
  koreOf: () => Kore | undefined;
  log: Logger;
  metrics: Metrics | undefined;
}

/** The parts that replicas share through the database. */
export class ReplicaParts {
  readonly #fleet: Fleet<Change>;
  readonly #encrypted: Encrypted;
  readonly #deadline: number;

  private constructor(fleet: Fleet<Change>, encrypted: Encrypted, deadline: number) {
    this.#fleet = fleet;
    this.#encrypted = encrypted;
    this.#deadline = deadline;
  }

  /**
   * Joins the replicas that share the configured database.
   *
   * @throws SettingError @throws StoreUnavailable
   */
  static async join({ database, deadline, target, koreOf, log, metrics }: JoinOptions): Promise<ReplicaParts> {
    const warnings = new RateLimitedLog(log);
    // With the database's driver, which takes time to load.
    const { encrypted, joinFleet } = await import("../server/storage/postgres/index.ts");
    const fleet = await joinFleet<Change>({
      url: database.url,
      maxConnections: database.connections,
      mayMigrate: database.migrates,
      target,
      invalidate: (change) => invalidate(koreOf(), change),
      onStatement: (name, milliseconds) => metrics?.statement(name, milliseconds),
      observer: {
        heartbeatFailed: () => warnings.warn("beat", {}, "the database (DATABASE_URL) did not answer a heartbeat"),
        leaseLost: () => {
          metrics?.leaseLost();
          log.warn("this replica's lease in the database (DATABASE_URL) has expired: others take over its open orders");
        },
        fenced: () => metrics?.fencedCommit(),
      },
    });
    metrics?.joinedFleet({ alive: () => fleet.lease.replicas, leaseAge: () => fleet.lease.age / 1000 });
    return new ReplicaParts(fleet, encrypted, deadline);
  }

  get store(): Fleet<Change>["store"] {
    return this.#fleet.store;
  }

  /** Permits and tokens for KORE. */
  get replicas(): Replicas {
    const fleet = this.#fleet;
    return {
      permits: (clientId, most) => fleet.tokenBucket(clientId, most),
      token: async ({ family, clientId, secret, refused, request }) => {
        const work = async () => {
          const { value, lifetime } = await request();
          const shared: SharedToken = { token: value, expiresAt: fleet.store.now() + lifetime };
          return { value: shared, freshFor: renewAfter(lifetime) };
        };
        const { value, freshFor } = await fleet.singleFlight.run<SharedToken>(`token/${family}/${clientId}`, work, {
          workTimeout: 2 * this.#deadline,
          accept: ({ token }) => token !== refused,
          codec: this.#encrypted(secret),
        });
        const lifetime = Math.max(0, value.expiresAt - fleet.store.now());
        return { value: value.token, lifetime, renewIn: Math.min(freshFor, lifetime) } satisfies TokenReply;
      },
      get isCurrent() {
        return fleet.lease.isHeld;
      },
    };
  }

  /** Resolves when no replica serves reads from before a change. Never rejects. */
  readonly onChange: KoreOptions["onChange"] & {} = async (change) => {
    // When only this replica has lost the database, the others serve cached reads until these expire.
    await this.#fleet.invalidations.invalidate(change).catch(() => undefined);
  };

  /** Reads of watched provisioning requests: one replica reads for all. */
  readonly sharePoll: Context["provisioning"]["sharePoll"] & {} = async (key, read, notBefore, freshFor) => {
    const { value } = await this.#fleet.singleFlight.run(
      `watch/${key}`,
      async () => ({ value: await read(), freshFor }),
      {
        workTimeout: this.#deadline,
        accept: (_, startedAt) => startedAt >= notBefore,
      },
    );
    return value;
  };

  /** Callers' quotas of a minute, over all replicas. */
  rateLimits(limits: Pick<Limits, "operationsPerMinute" | "koreRequestsPerMinute">): RateLimits {
    const shared = (kind: "operations" | "koreRequests", perMinute: number) =>
      perMinute > 0 ? prefetchedRateLimit(this.#fleet.quota(kind, perMinute)) : undefined;
    return {
      operations: shared("operations", limits.operationsPerMinute),
      koreRequests: shared("koreRequests", limits.koreRequestsPerMinute),
    };
  }

  /** Stores a webhook for all replicas. False: it was stored before. @throws StoreUnavailable */
  readonly publish = (webhook: KoreWebhook, token: string): Promise<boolean> =>
    this.#fleet.events.publish([{ accountId: webhook.accountId ?? "", value: webhook }], token);

  /**
   * Handles each webhook, whichever replica has received it; the returned function ends that. Invalidates the reads of
   * this replica alone, since every replica does so.
   */
  subscribe(
    { provisioning, ...ports }: Parameters<typeof handleKoreEvents>[1],
    kore: Kore,
    log: Logger,
  ): () => Promise<void> {
    const local: typeof provisioning = {
      ...provisioning,
      invalidateReads() {
        kore.invalidateReads();
        return Promise.resolve();
      },
      invalidateCache(accountId) {
        kore.invalidateCache(accountId);
        return Promise.resolve();
      },
    };
    const end = this.#fleet.events.subscribe(({ value, at }) => {
      handleKoreEvents(value as KoreWebhook, { ...ports, provisioning: local }, at).catch((err: unknown) =>
        log.error({ err }, "a webhook's handler failed"),
      );
    });
    return () => {
      end();
      return Promise.resolve();
    };
  }

  /**
   * Which webhooks were received before.
   *
   * @param maxAge after how many milliseconds the receiver refuses a webhook by its own date: its mark is kept until then
   */
  webhookDedupe(maxAge = 0) {
    const { remember, prune } = this.#fleet.webhookTokens;
    return { remember, prune: (before: number) => prune(Math.min(before, this.#fleet.store.now() - maxAge - DAY)) };
  }

  get check(): Check {
    const check = () => Promise.resolve(this.#fleet.isDegraded ? UNREACHABLE : undefined);
    return { part: "store", check };
  }

  close(): Promise<void> {
    return this.#fleet.close();
  }
}

const DAY = 24 * 3_600_000;

const UNREACHABLE: HealthProblem = {
  reason: "STORE_NOT_WRITABLE",
  message: "The database (DATABASE_URL) cannot be reached: writes are refused, reads go on",
};

/** Without a known change invalidates everything. */
function invalidate(kore: Kore | undefined, change: Change | undefined): void {
  kore?.invalidateReads();
  if (!change?.isOfSimsOnly) kore?.invalidateCache(change?.accountId);
}
