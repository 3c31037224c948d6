import { type FastifyInstance, type FastifyRequest } from "fastify";
import { correlate } from "./correlation.ts";
import { type Telemetry } from "./telemetry.ts";
import { type Watch } from "./watch.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Of its operation; created at first use. */
    watch?: Watch;
  }
}

/** The returned function gives the watch of a request's operation, and starts it at the first call. */
export function watches(http: FastifyInstance, telemetry: Telemetry): (request: FastifyRequest) => Watch {
  http.decorateRequest("watch");
  return (request) => {
    const { id, headers } = request;
    return (request.watch ??= telemetry.begin(correlate((name) => headers[name], id)));
  };
}
