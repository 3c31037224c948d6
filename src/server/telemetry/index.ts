import { type Logger } from "../logging/log.ts";
import { Metrics } from "./metrics.ts";
import { type MetricsServer, startMetricsServer } from "./metrics-endpoint.ts";
import { type SpanExporter, type TracesOptions, openTraces } from "./traces.ts";
import { Telemetry } from "./telemetry.ts";

export { type Metrics } from "./metrics.ts";
export { CORRELATION_NAMES, REQUEST_ID, correlate, requestIdFrom } from "./correlation.ts";
export { telemetryPlugin } from "./apollo-plugin.ts";
export { instrumentRequests } from "./request-instrumentation.ts";
export { metricsRoute } from "./metrics-endpoint.ts";
export { Telemetry, requestIdOf } from "./telemetry.ts";
export { DeprecatedUsage } from "./deprecations/index.ts";
export { type SpanExporter } from "./traces.ts";
export { type OperationInstrumentation } from "./operation-instrumentation.ts";

interface TelemetryConfig {
  metrics: { port: number | undefined } | undefined;
  tracing: Omit<TracesOptions, "exporter" | "onLost"> | undefined;
}

/** Starts the configured telemetry. `operations`: names that may be metric labels; others are counted as `other`. */
export async function openTelemetry(
  { metrics, tracing }: TelemetryConfig,
  operations: ReadonlySet<string>,
  log: Logger,
  exporter?: SpanExporter,
): Promise<Telemetry> {
  const onLost = () => log.warn("traces could not be sent to their collector");
  return new Telemetry({
    metrics: metrics && new Metrics(),
    traces: tracing && (await openTraces({ ...tracing, exporter, onLost })),
    operations,
  });
}

/** For metrics that have a port of their own, at the graph's address. */
export async function openMetricsServer(
  telemetry: Telemetry,
  { metrics, host }: Pick<TelemetryConfig, "metrics"> & { host: string },
): Promise<MetricsServer | undefined> {
  if (metrics?.port === undefined || !telemetry.metrics) return undefined;
  return startMetricsServer(telemetry.metrics, { host, port: metrics.port });
}
