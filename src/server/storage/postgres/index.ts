import { Database, type DatabaseOptions } from "./database.ts";
import { Events, type WebhookTokens, webhookTokens } from "./replicas/events.ts";
import { Invalidations } from "./replicas/invalidations.ts";
import { Lease, type LeaseObserver } from "./lease.ts";
import { ensureSchema, migrate } from "./migrate.ts";
import { Notifications } from "./replicas/notifications.ts";
import { PostgresTokenBucket } from "./replicas/token-bucket.ts";
import { postgresQuota, pruneQuotas } from "./replicas/quotas.ts";
import { PostgresSingleFlight } from "./replicas/single-flight.ts";
import { PostgresStore, type StoreObserver } from "./store.ts";

export { encrypted } from "./replicas/single-flight.ts";

export interface FleetOptions<Change> extends DatabaseOptions {
  /** KORE's base address. */
  target: string;
  /** False: the schema must be there. @default true */
  mayMigrate?: boolean | undefined;
  /** Of the lease. Milliseconds. @default 5000 */
  ttl?: number | undefined;
  /** Invalidates caches after a change by another replica; all of them without one. */
  invalidate: (change: Change | undefined) => void;
  observer?: (LeaseObserver & StoreObserver) | undefined;
}

/** Brings the schema up to date. @throws SettingError @throws StoreUnavailable */
export async function migrateSchema(options: DatabaseOptions): Promise<{ from: number; to: number }> {
  const database = new Database(options);
  try {
    return await migrate(database);
  } finally {
    await database.close();
  }
}

/** Milliseconds. */
const PRUNE_INTERVAL = 60_000;

/** State that replicas of one target share in a PostgreSQL database. */
export interface Fleet<Change> {
  readonly lease: Lease;
  readonly store: PostgresStore;
  readonly events: Events;
  readonly webhookTokens: WebhookTokens;
  readonly singleFlight: PostgresSingleFlight;
  readonly invalidations: Invalidations<Change>;
  /** True while the lease is not held or notifications do not arrive. */
  readonly isDegraded: boolean;
  /** One per credential, which may be opened again when its secret is rotated. */
  tokenBucket(credential: string, callsPerSecond: number): PostgresTokenBucket;
  quota(kind: "operations" | "koreRequests", pointsPerMinute: number): ReturnType<typeof postgresQuota>;
  /** Ends the lease first, so that other replicas take over unfinished writes. */
  close(): Promise<void>;
}

/**
 * Joins the replicas that share a database.
 *
 * @throws SettingError when the address, the schema or a pooler is not usable
 * @throws StoreUnavailable when the database cannot be reached
 */
export async function joinFleet<Change>(options: FleetOptions<Change>): Promise<Fleet<Change>> {
  const { target, ttl, observer, mayMigrate = true } = options;
  const database = new Database(options);
  const notifications = new Notifications(options);
  const invalidations = new Invalidations<Change>(options.invalidate);
  const lease = new Lease(notifications, database, {
    ...{ target, ttl, observer },
    applied: () => invalidations.applied,
    onHeartbeat: invalidations.onHeartbeat,
  });
  let events: Events | undefined;
  let timer: NodeJS.Timeout | undefined;
  const tokenBuckets = new Map<string, PostgresTokenBucket>();
  const close = async () => {
    clearInterval(timer);
    await events?.close();
    await lease.stop();
    await notifications.close();
    await database.close();
  };
  try {
    await ensureSchema(database, mayMigrate);
    await notifications.open();
    await notifications.check(database);
    await invalidations.open(database, notifications, lease, target);
    const store = await PostgresStore.open({ database, notifications, lease, target, observer });
    const singleFlight = await PostgresSingleFlight.open(database, notifications, target);
    events = await Events.open(database, notifications, target);
    await lease.start();
    const prune = [() => events?.prune(), () => singleFlight.prune(), () => pruneQuotas(database, target)];
    timer = setInterval(() => prune.forEach((one) => void one()?.catch(() => undefined)), PRUNE_INTERVAL).unref();
    return {
      ...{ lease, store, events, singleFlight, invalidations, close },
      webhookTokens: webhookTokens(database, target),
      get isDegraded() {
        return !lease.isHeld || !notifications.isOpen;
      },
      tokenBucket(credential, callsPerSecond) {
        const key = `${callsPerSecond} ${credential}`;
        const tokenBucket =
          tokenBuckets.get(key) ??
          new PostgresTokenBucket({ database, notifications, lease, target, credential, callsPerSecond });
        tokenBuckets.set(key, tokenBucket);
        return tokenBucket;
      },
      quota: (kind, pointsPerMinute) => postgresQuota({ database, lease, target, kind, pointsPerMinute }),
    };
  } catch (error) {
    await close();
    throw error;
  }
}
