import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Context,
  DiagLogLevel,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  createTraceState,
  diag,
  isSpanContextValid,
  trace,
} from "@opentelemetry/api";
import { type SpanExporter } from "@opentelemetry/sdk-trace-node";
import { within } from "../../common/within.ts";
import { type Correlation } from "./correlation.ts";
import { type OperationReport, type OperationSpan } from "./operation-instrumentation.ts";

export type { SpanExporter };

/** One sending of a request to KORE. */
interface TracedCall {
  method: string;
  /** Method and path template. */
  operation: string;
  host: string;
  attempt: number;
  batchSize?: number | undefined;
}

export interface Traces {
  operation(correlation: Correlation): OperationSpan;
  /** Wraps the sending of a request to KORE. KORE is sent no trace context. */
  call<Result>(call: TracedCall, send: () => Promise<Result>): Promise<Result>;
  /** Adds an event to the operation's span for a read that needed no request. */
  addEvent(what: "coalesced" | "cached" | "cached, stale", endpoint: string): void;
  /** Sends the remaining spans. */
  stop(): Promise<void>;
}

export interface TracesOptions {
  endpoint: string | undefined;
  /** Sent to the endpoint. */
  headers: Readonly<Record<string, string>> | undefined;
  serviceName: string;
  /** Replaces the exporter to the endpoint. */
  exporter?: SpanExporter | undefined;
  /** Called when spans are lost, at most once a minute. */
  onLost: () => void;
}

/** Of the last spans at a stop. Milliseconds. */
const MAX_FLUSH_MS = 2_000;

const REPORT_INTERVAL_MS = 60_000;

/**
 * OpenTelemetry, loaded only if configured: it takes time at the start, and its context at every promise. Spans contain
 * endpoints, names of documented operations, and numbers; never identifiers, variables or documents.
 */
export async function openTraces(options: TracesOptions): Promise<Traces> {
  const { endpoint, headers, serviceName, exporter } = options;
  const sdk = await import("./open-telemetry.ts");
  const reportLost = reportLostTo(options.onLost);
  const provider = new sdk.BasicTracerProvider({
    resource: sdk.resourceFromAttributes({ "service.name": serviceName }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter ?? (await otlpExporter(endpoint, headers)))],
  });
  const tracer = provider.getTracer("kore-graph");
  const active = new AsyncLocalStorage<Context>();
  const here = () => active.getStore() ?? ROOT_CONTEXT;

  return {
    operation(correlation) {
      const parent = parentOf(correlation);
      const attributes = { "kore_graph.request_id": correlation.requestId };
      const span = tracer.startSpan("graphql", { kind: SpanKind.SERVER, attributes }, parent);
      const context = trace.setSpan(parent, span);
      return {
        run: (work) => active.run(context, work),
        end(report) {
          span.updateName(report.name === "" ? report.kind : `${report.kind} ${report.name}`);
          span.setAttributes(attributesOf(report));
          if (report.outcome !== "OK") span.setStatus({ code: SpanStatusCode.ERROR, message: report.outcome });
          span.end();
        },
      };
    },
    async call({ method, operation, host, attempt, batchSize }, send) {
      const attributes = {
        "http.request.method": method,
        "url.template": operation.slice(operation.indexOf(" ") + 1),
        "server.address": host,
        "http.request.resend_count": attempt - 1,
        ...(batchSize !== undefined && { "kore_graph.batch_size": batchSize }),
      };
      const span = tracer.startSpan(operation, { kind: SpanKind.CLIENT, attributes }, here());
      try {
        return await send();
      } catch (error) {
        const { kind, status } = error as { kind?: unknown; status?: unknown };
        if (typeof status === "number") span.setAttribute("http.response.status_code", status);
        span.setStatus({ code: SpanStatusCode.ERROR, message: typeof kind === "string" ? kind : "defect" });
        throw error;
      } finally {
        span.end();
      }
    },
    addEvent: (what, endpoint) => void trace.getSpan(here())?.addEvent(what, { "url.template": endpoint }),
    async stop() {
      if ((await within(MAX_FLUSH_MS, provider.shutdown(), "late")) === "late") reportLost();
    },
  };
}

/** OpenTelemetry logs lost spans to one global logger. Its messages are dropped: they may quote the collector's response. */
function reportLostTo(onLost: () => void): () => void {
  let last = -Infinity;
  const error = () => {
    if (performance.now() - last < REPORT_INTERVAL_MS) return;
    last = performance.now();
    onLost();
  };
  const ignore = () => undefined;
  const logger = { error, warn: ignore, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
  return error;
}

async function otlpExporter(endpoint: string | undefined, headers: TracesOptions["headers"]): Promise<SpanExporter> {
  const { OTLPTraceExporter } = await import("./open-telemetry.ts");
  // It reads time-outs and the like from OpenTelemetry's variables.
  return new OTLPTraceExporter({
    ...(endpoint !== undefined && { url: `${endpoint.replace(/\/$/, "")}/v1/traces` }),
    ...(headers !== undefined && { headers: { ...headers } }),
  });
}

function attributesOf({ kind, name, outcome, stats, failures }: OperationReport) {
  return {
    "graphql.operation.type": kind,
    "graphql.operation.name": name,
    "kore_graph.outcome": outcome,
    "kore_graph.field_errors": failures.length,
    "kore_graph.requests": stats.requests,
    "kore_graph.cached": stats.cached,
    "kore_graph.coalesced": stats.coalesced,
    "kore_graph.retried": stats.retried,
  };
}

/** The caller's trace, by its W3C trace context. */
function parentOf({ traceparent = "", tracestate }: Correlation): Context {
  const [, traceId = "", spanId = "", flags = ""] =
    /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-|$)/.exec(traceparent) ?? [];
  const remote: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: true,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  };
  return isSpanContextValid(remote) ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
}
