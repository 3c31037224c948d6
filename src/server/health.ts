import { type FastifyInstance } from "fastify";
import { type Store } from "./store/lmdb.ts";

/** Whether new work is welcome. */
export interface Readiness {
  isReady: boolean;
}

/** Why new work is not welcome, in words that hold no secrets. */
export interface Obstacle {
  reason: string;
  message: string;
}

/** Something without which no work can be done. */
export interface Check {
  readonly name: string;
  readonly check: () => Promise<Obstacle | undefined>;
}

/** `/livez`: the process runs. */
export function livez(http: FastifyInstance): void {
  http.get("/livez", (_, reply) => reply.send({ status: "ok" }));
}

/** `/readyz`: send work here; 503 when not, with the first thing that is wrong. */
export function readyz(http: FastifyInstance, readiness: Readiness, checks: readonly Check[]): void {
  http.get("/readyz", async (_, reply) => {
    if (!readiness.isReady) return reply.code(503).send({ status: "not ready" });
    for (const { name, check } of checks) {
      const obstacle = await check();
      if (obstacle) return reply.code(503).send({ status: "not ready", check: name, ...obstacle });
    }
    return reply.send({ status: "ready" });
  });
}

/** What was found is believed for so long, however often anybody asks. Milliseconds. */
const BELIEVED = { well: 10_000, unwell: 2_000 };

/** Whoever asks whether we are ready does not wait for long, and no answer is one too. Milliseconds. */
const PATIENCE = 800;

/**
 * A check that costs something: looked into only when asked for, one look at a time, and not again too soon. A look
 * that takes long goes on, and who asks later hears of it.
 */
export function seldom(
  name: string,
  look: () => Promise<Obstacle | undefined>,
  { believed = BELIEVED, patience = PATIENCE, now = () => performance.now() } = {},
): Check {
  let found: { unwell: Obstacle | undefined; until: number } | undefined;
  let looking: Promise<Obstacle | undefined> | undefined;
  const lookNow = async () => {
    const unwell = await look().catch((): Obstacle => ({ reason: "DEFECT", message: "It could not be looked into" }));
    found = { unwell, until: now() + (unwell ? believed.unwell : believed.well) };
    looking = undefined;
    return unwell;
  };
  return {
    name,
    check() {
      if (found && now() < found.until) return Promise.resolve(found.unwell);
      looking ??= lookNow();
      return orAfter(patience, looking, found?.unwell ?? { reason: "NO_ANSWER", message: "There is no answer yet" });
    },
  };
}

/** Whether the store takes what is written. */
export function storeCheck(store: Pick<Store, "write">): Check {
  return seldom("store", async () => {
    try {
      await store.write([["probe", Date.now()]]);
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
