/** Loaded only where traces are configured. */
export { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-node";
export { resourceFromAttributes } from "@opentelemetry/resources";
export { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
