import { type FastifyInstance, type FastifyRequest } from "fastify";
import { correlate } from "./correlation.ts";
import { type Telemetry } from "./telemetry.ts";
import { type OperationInstrumentation } from "./operation-instrumentation.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Of its operation; created on first use. */
    instrumentation?: OperationInstrumentation;
  }
}

/** The returned function gets the instrumentation of a request's operation, which its first call starts. */
export function instrumentRequests(
  http: FastifyInstance,
  telemetry: Telemetry,
): (request: FastifyRequest) => OperationInstrumentation {
  http.decorateRequest("instrumentation");
  return (request) => {
    const { id, headers } = request;
    return (request.instrumentation ??= telemetry.begin(correlate((name) => headers[name], id)));
  };
}
