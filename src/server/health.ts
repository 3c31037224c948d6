import { type FastifyInstance } from "fastify";
import { within } from "../common/within.ts";
import { type DurableStore } from "../common/store/durable-store.ts";

/** Whether the server accepts new work. */
export interface Readiness {
  /** Whether it has warmed up. */
  isReady: boolean;
  isStopping: boolean;
}

/** Why a part is degraded. Holds no secrets. */
export interface HealthProblem {
  reason: string;
  message: string;
}

/** A part that may be degraded while the others work. */
interface Part {
  readonly part: "connectivity" | "clients" | "store";
  /** Name of the credentials, for the parts that need some. */
  readonly credential?: string | undefined;
}

/** The health check of a part. */
export interface Check extends Part {
  readonly check: () => Promise<HealthProblem | undefined>;
}

export interface Health {
  /** Called at each probe: credentials change. */
  checks: () => readonly Check[];
  /** Why this instance cannot work as configured; undefined: it can. Called after the checks. */
  misconfiguration?: () => HealthProblem | undefined;
  /** Whether KORE accepts them, by name and API family. */
  credentials?: () => Readonly<Record<string, unknown>>;
  /** Called with the results of each check. */
  onCheck?: (parts: readonly (Part & { isDegraded: boolean })[]) => void;
}

/** `/livez`: the process runs. */
export function livez(http: FastifyInstance): void {
  http.get("/livez", (_, reply) => reply.send({ status: "ok" }));
}

/** Time after the first probe in which a check without a result counts as starting. Milliseconds. */
const STARTING_MS = 5_000;

/**
 * `/readyz`: 503 while the instance starts, drains or is misconfigured. Otherwise 200 with the degraded parts, since the other
 * parts work, and other instances are degraded likewise.
 */
export function readyz(http: FastifyInstance, readiness: Readiness, health: Health): void {
  let startsUntil: number | undefined;
  http.get("/readyz", async (_, reply) => {
    if (readiness.isStopping) return reply.code(503).send({ status: "not ready" });
    if (!readiness.isReady) return reply.code(503).send({ status: "starting" });
    startsUntil ??= performance.now() + STARTING_MS;
    const found = await Promise.all(
      health.checks().map(async ({ part, credential, check }) => ({ part, credential, problem: await check() })),
    );
    health.onCheck?.(
      found.map(({ part, credential, problem }) => ({ part, credential, isDegraded: problem !== undefined })),
    );
    const credentials = health.credentials && { credentials: health.credentials() };
    const misconfiguration = health.misconfiguration?.();
    if (misconfiguration) {
      return reply.code(503).send({ status: "misconfigured", ...misconfiguration, ...credentials });
    }
    const isUnanswered = found.some(({ problem }) => problem === NO_ANSWER);
    if (isUnanswered && performance.now() < startsUntil) return reply.code(503).send({ status: "starting" });
    startsUntil = 0;
    const reasons = found.flatMap(({ part, credential, problem }) =>
      problem ? [{ part, ...(credential !== undefined && { credential }), ...problem }] : [],
    );
    const degraded = [...new Set(reasons.map(({ part }) => part))];
    return reply.send({ status: "ready", degraded, reasons, ...credentials });
  });
}

/** Of results. Milliseconds. */
const CACHED_MS = { healthy: 10_000, unhealthy: 2_000 };

/** Longest wait of a probe for a check. After it the last result, or `NO_ANSWER`, is returned. Milliseconds. */
const MAX_WAIT_MS = 800;

const NO_ANSWER: HealthProblem = { reason: "NO_ANSWER", message: "There is no answer yet" };

/**
 * A cached health check: runs on request only, one at a time. A slow check continues, and later requests get its result.
 */
export function cachedHealthCheck(
  of: Part,
  check: () => Promise<HealthProblem | undefined>,
  { cached = CACHED_MS, maxWait = MAX_WAIT_MS, now = () => performance.now() } = {},
): Check {
  let found: { unhealthy: HealthProblem | undefined; until: number } | undefined;
  let pending: Promise<HealthProblem | undefined> | undefined;
  const checkNow = async () => {
    const unhealthy = await check().catch((): HealthProblem => ({
      reason: "DEFECT",
      message: "The check failed",
    }));
    found = { unhealthy, until: now() + (unhealthy ? cached.unhealthy : cached.healthy) };
    pending = undefined;
    return unhealthy;
  };
  return {
    ...of,
    check() {
      if (found && now() < found.until) return Promise.resolve(found.unhealthy);
      pending ??= checkNow();
      return within(maxWait, pending, found?.unhealthy ?? NO_ANSWER);
    },
  };
}

/** Whether the store is writable. */
export function storeCheck(store: Pick<DurableStore, "commit">): Check {
  return cachedHealthCheck({ part: "store" }, async () => {
    try {
      await store.commit({ set: [["probe", Date.now()]] });
      return undefined;
    } catch {
      return { reason: "STORE_NOT_WRITABLE", message: "The store (STORE_PATH) cannot be written" };
    }
  });
}
