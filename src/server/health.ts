import { type FastifyInstance } from "fastify";

/** Whether new work is welcome. */
export interface Readiness {
  isReady: boolean;
}

/** `/livez`: the process runs. `/readyz`: send work here; 503 before and after that time. Neither asks KORE. */
export function health(http: FastifyInstance, readiness: Readiness): void {
  http.get("/livez", (_, reply) => reply.send({ status: "ok" }));
  http.get("/readyz", (_, reply) =>
    readiness.isReady ? reply.send({ status: "ready" }) : reply.code(503).send({ status: "not ready" }),
  );
}
