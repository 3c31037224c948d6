import { Metrics } from "./metrics.ts";
import { type SpanExporter, openTraces } from "./traces.ts";
import { Telemetry } from "./telemetry.ts";

export { CORRELATION_NAMES, REQUEST_ID, correlate, requestIdFrom } from "./correlation.ts";
export { codeOf, failuresOf } from "./failures.ts";
export { type Metrics } from "./metrics.ts";
export { telemetryPlugin } from "./plugin.ts";
export { metricsRoute, startMetricsServer } from "./scrape.ts";
export { Telemetry, requestIdOf } from "./telemetry.ts";
export { type SpanExporter } from "./traces.ts";
export { type Watch } from "./watch.ts";

interface TelemetryConfig {
  metrics: object | undefined;
  tracing: { endpoint: string | undefined; serviceName: string; tellsKore: boolean } | undefined;
}

/** Opens what the configuration asks for. `operations`: those that may be told by their names. */
export async function openTelemetry(
  { metrics, tracing }: TelemetryConfig,
  operations: ReadonlySet<string>,
  exporter?: SpanExporter,
): Promise<Telemetry> {
  return new Telemetry({
    metrics: metrics && new Metrics(),
    traces: tracing && (await openTraces({ ...tracing, exporter })),
    operations,
  });
}
