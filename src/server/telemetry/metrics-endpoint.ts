import { type Server, createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { type FastifyInstance, type FastifyRequest } from "fastify";
import { type Caller } from "../../graph/index.ts";
import { isLoopbackName } from "../http/host-check.ts";
import { listenError } from "../http/listen-error.ts";
import { type Metrics } from "./metrics.ts";

const PATH = "/metrics";

export interface MetricsServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** `/metrics` on the graph's port, for callers authorised for all accounts: metrics are totals of all callers. */
export function metricsRoute(
  http: FastifyInstance,
  metrics: Metrics,
  callerOf: (request: FastifyRequest) => Caller,
): void {
  http.get(PATH, async (request, reply) => {
    if (callerOf(request).accounts === undefined) return reply.type(metrics.contentType).send(await metrics.text());
    const message = "Metrics are for callers with access to all accounts";
    return reply.code(403).send({ errors: [{ message, extensions: { code: "FORBIDDEN" } }] });
  });
}

/** `/metrics` on a port of its own, which can be closed to callers of the graph. @throws SettingError */
export async function startMetricsServer(
  metrics: Metrics,
  { host, port }: { host: string; port: number },
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const isOurs = !isLoopbackName(host) || isLoopbackName((request.headers.host ?? "").replace(/:\d+$/, ""));
    const status = !isOurs ? 421 : request.url !== PATH ? 404 : request.method === "GET" ? 200 : 405;
    if (status !== 200) {
      response.writeHead(status).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { "content-type": metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await listen(server, host, port).catch(async (error: unknown) => {
    throw await listenError(error, { variable: "METRICS_PORT", host, port });
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}${PATH}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
}
