import { type FastifyInstance } from "fastify";
import { type DurableStore } from "../common/durable-store.ts";

/** Whether new work is welcome. */
export interface Readiness {
  isReady: boolean;
}

/** Why something is not as it should be, in words that hold no secrets. */
export interface HealthProblem {
  reason: string;
  message: string;
}

/** A part of the graph that may be degraded while the others answer. */
interface Part {
  readonly part: "connectivity" | "clients" | "store";
  /** Name of the credentials, for the parts that need some. */
  readonly credential?: string | undefined;
}

/** Looks whether a part is degraded. */
export interface Check extends Part {
  readonly check: () => Promise<HealthProblem | undefined>;
}

export interface Health {
  /** Read each time: credentials come and go. */
  checks: () => readonly Check[];
  /** Why this instance cannot answer as it is configured; undefined when it can. Read after the checks. */
  misconfiguration?: () => HealthProblem | undefined;
  /** Whether KORE takes them, by their name and the API family. */
  credentials?: () => Readonly<Record<string, unknown>>;
  /** Told what each look has found. */
  onCheck?: (parts: readonly (Part & { isDegraded: boolean })[]) => void;
}

/** `/livez`: the process runs. */
export function livez(http: FastifyInstance): void {
  http.get("/livez", (_, reply) => reply.send({ status: "ok" }));
}

/** For so long after the first question a look that takes long counts as the start. Milliseconds. */
const STARTING_MS = 5_000;

/**
 * `/readyz`: whether work may be sent here. 503 while the instance starts, drains or is misconfigured. Otherwise 200:
 * with what is degraded, since the rest answers, and other instances would fare no better.
 */
export function readyz(http: FastifyInstance, readiness: Readiness, health: Health): void {
  let startsUntil: number | undefined;
  http.get("/readyz", async (_, reply) => {
    if (!readiness.isReady) return reply.code(503).send({ status: "not ready" });
    startsUntil ??= performance.now() + STARTING_MS;
    const found = await Promise.all(
      health.checks().map(async ({ part, credential, check }) => ({ part, credential, obstacle: await check() })),
    );
    health.onCheck?.(
      found.map(({ part, credential, obstacle }) => ({ part, credential, isDegraded: obstacle !== undefined })),
    );
    const credentials = health.credentials && { credentials: health.credentials() };
    const misconfiguration = health.misconfiguration?.();
    if (misconfiguration) {
      return reply.code(503).send({ status: "misconfigured", ...misconfiguration, ...credentials });
    }
    const isUnanswered = found.some(({ obstacle }) => obstacle === NO_ANSWER);
    if (isUnanswered && performance.now() < startsUntil) return reply.code(503).send({ status: "starting" });
    startsUntil = 0;
    const reasons = found.flatMap(({ part, credential, obstacle }) =>
      obstacle ? [{ part, ...(credential !== undefined && { credential }), ...obstacle }] : [],
    );
    const degraded = [...new Set(reasons.map(({ part }) => part))];
    return reply.send({ status: "ready", degraded, reasons, ...credentials });
  });
}

/** What was found is believed for so long, however often anybody asks. Milliseconds. */
const BELIEVED = { well: 10_000, unwell: 2_000 };

/** Whoever asks whether we are ready does not wait for long, and no answer is one too. Milliseconds. */
const PATIENCE = 800;

const NO_ANSWER: HealthProblem = { reason: "NO_ANSWER", message: "There is no answer yet" };

/**
 * A check that costs something: looked into only when asked for, one look at a time, and not again too soon. A look
 * that takes long goes on, and who asks later hears of it.
 */
export function cachedHealthCheck(
  of: Part,
  look: () => Promise<HealthProblem | undefined>,
  { believed = BELIEVED, patience = PATIENCE, now = () => performance.now() } = {},
): Check {
  let found: { unwell: HealthProblem | undefined; until: number } | undefined;
  let looking: Promise<HealthProblem | undefined> | undefined;
  const lookNow = async () => {
    const unwell = await look().catch((): HealthProblem => ({
      reason: "DEFECT",
      message: "It could not be looked into",
    }));
    found = { unwell, until: now() + (unwell ? believed.unwell : believed.well) };
    looking = undefined;
    return unwell;
  };
  return {
    ...of,
    check() {
      if (found && now() < found.until) return Promise.resolve(found.unwell);
      looking ??= lookNow();
      return orAfter(patience, looking, found?.unwell ?? NO_ANSWER);
    },
  };
}

/** Whether the store takes what is written. */
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

async function orAfter<Result>(milliseconds: number, work: Promise<Result>, otherwise: Result): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Result>((resolve) => (timer = setTimeout(() => resolve(otherwise), milliseconds)));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
