import { type FastifyInstance } from "fastify";

/** Whether new work is welcome. */
export interface Readiness {
  isReady: boolean;
}

/** Why no work should be sent here, in words that a machine and a person can act on. */
export interface Obstacle {
  reason: string;
  message: string;
}

/** Looks for one obstacle; undefined: there is none. It must not be slow, and must not be a burden when asked often. */
export type ReadinessCheck = () => Obstacle | undefined | Promise<Obstacle | undefined>;

/**
 * `/livez`: the process runs. `/readyz`: send work here; 503 before and after that time, and while a check finds an
 * obstacle.
 */
export function health(http: FastifyInstance, readiness: Readiness, checks: readonly ReadinessCheck[]): void {
  http.get("/livez", (_, reply) => reply.send({ status: "ok" }));
  http.get("/readyz", async (_, reply) => {
    const obstacle = readiness.isReady ? await firstObstacle(checks) : {};
    return obstacle ? reply.code(503).send({ status: "not ready", ...obstacle }) : reply.send({ status: "ready" });
  });
}

async function firstObstacle(checks: readonly ReadinessCheck[]): Promise<Obstacle | undefined> {
  for (const check of checks) {
    const obstacle = await check();
    if (obstacle) return obstacle;
  }
  return undefined;
}
