import { StoreUnavailable } from "../../../../common/store/store-errors.ts";
import { type SharedRateLimit, rateLimitInMemory } from "../../../graphql/limits/rate-limit.ts";
import { type Database } from "../database.ts";
import { type Lease } from "../lease.ts";
import { hashOf } from "../store.ts";

type Reservation = ReturnType<SharedRateLimit["reserve"]>;

/** Share of a minute's points that a replica may prefetch. */
const PREFETCHED_SHARE = 0.005;

/** Operations wait for the answer. Milliseconds. */
const TIMEOUT = 1_000;

interface QuotaOptions {
  database: Database;
  lease: Pick<Lease, "replicas">;
  target: string;
  kind: "operations" | "koreRequests";
  pointsPerMinute: number;
}

/**
 * Rate limits of callers across all replicas, for `prefetchedRateLimit`. While the database cannot
 * be reached, each replica grants its share, by the number of replicas at the last heartbeat.
 */
export function postgresQuota({
  database,
  lease,
  target,
  kind,
  pointsPerMinute,
}: QuotaOptions): (...args: Parameters<SharedRateLimit["reserve"]>) => Promise<Reservation> {
  let inMemory: SharedRateLimit | undefined;
  return async (caller, points, wantsMore) => {
    const wanted = wantsMore ? Math.floor(pointsPerMinute * PREFETCHED_SHARE) : 0;
    try {
      const [row] = await database.query<{ wait: number | null; ahead: number; ends_in: number }>(
        "select wait, ahead, ends_in from kore_graph.draw_quota($1, $2, $3, $4, $5, $6)",
        [target, hashOf(caller), kind, pointsPerMinute, points, wanted],
        { name: "draw-quota", timeout: TIMEOUT },
      );
      if (row === undefined) throw new StoreUnavailable("The database (DATABASE_URL) gave no quota");
      inMemory = undefined;
      return row.wait === null ? { ahead: row.ahead, endsIn: row.ends_in } : { wait: row.wait };
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      inMemory ??= rateLimitInMemory(Math.max(1, Math.floor(pointsPerMinute / lease.replicas)));
      return inMemory.reserve(caller, points, wantsMore);
    }
  };
}

/** Deletes quotas of minutes that have ended. */
export async function pruneQuotas(database: Database, target: string): Promise<void> {
  const text = "delete from kore_graph.quota where target = $1 and ends_at < clock_timestamp()";
  await database.query(text, [target], { name: "prune-quotas" });
}
