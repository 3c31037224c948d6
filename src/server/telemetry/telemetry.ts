import { type GraphQLFormattedError } from "graphql";
import { type ConnectionRefusal } from "../http/connections/limits.ts";
import { type Correlation } from "./correlation.ts";
import { type ExecutedOperation, codeOf, fieldFailures } from "./field-failures.ts";
import { type LiveResource, type Metrics } from "./metrics.ts";
import { type Traces } from "./traces.ts";
import { OperationInstrumentation } from "./operation-instrumentation.ts";

interface TelemetryOptions {
  metrics?: Metrics | undefined;
  traces?: Traces | undefined;
  /** Names that may be metric labels; callers can invent others. */
  operations?: ReadonlySet<string>;
}

/** Request ids by error: Apollo formats errors without their operation. */
const requestIds = new WeakMap<object, string>();

/** The request id of an error that was observed. */
export const requestIdOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null ? requestIds.get(error) : undefined;

/** Metrics and traces of operations on every transport, and of calls to KORE. */
export class Telemetry {
  readonly metrics: Metrics | undefined;
  readonly traces: Traces | undefined;
  readonly #operations: ReadonlySet<string>;

  constructor({ metrics, traces, operations = new Set() }: TelemetryOptions = {}) {
    this.metrics = metrics;
    this.traces = traces;
    this.#operations = operations;
  }

  /** Starts an operation. */
  begin(correlation: Correlation): OperationInstrumentation {
    return this.#instrument(correlation);
  }

  /** Starts the operation of one event of a subscription. */
  event({ correlation, name }: OperationInstrumentation): OperationInstrumentation {
    return this.#instrument(correlation, name);
  }

  /** Counts a long-lived resource; call the returned function when it ends. */
  opened(thing: LiveResource): () => void {
    return this.metrics?.opened(thing) ?? (() => undefined);
  }

  /** Counts a refused or dropped connection. */
  refused(reason: ConnectionRefusal): void {
    this.metrics?.connectionRefused(reason);
  }

  /** Assigns errors to an operation. */
  observeErrors(errors: readonly unknown[], { requestId }: OperationInstrumentation): void {
    for (const error of errors) if (typeof error === "object" && error !== null) requestIds.set(error, requestId);
  }

  /** An operation has ended. `shown`: its errors as formatted for the caller. `source`: the same errors before formatting, if it was executed. */
  ended(
    instrumentation: OperationInstrumentation,
    shown: readonly GraphQLFormattedError[] = [],
    source?: ExecutedOperation,
  ): void {
    const [first] = shown;
    if (first) instrumentation.end(codeOf(first), source ? fieldFailures(source, shown) : []);
    else instrumentation.end("OK");
  }

  /** Instrumentation of KORE's client with the credentials of this name. */
  upstream(credential: string) {
    const { traces } = this;
    const metrics = this.metrics?.upstream(credential);
    return {
      ...metrics,
      coalesced: (endpoint: string): void => {
        metrics?.coalesced(endpoint);
        traces?.addEvent("coalesced", endpoint);
      },
      cacheHit: (hit: { operation: string; isStale: boolean }): void => {
        metrics?.cacheHit(hit);
        traces?.addEvent(hit.isStale ? "cached, stale" : "cached", hit.operation);
      },
    };
  }

  #instrument(correlation: Correlation, event?: string): OperationInstrumentation {
    return new OperationInstrumentation({
      correlation,
      event,
      nameOf: (name) => (name === undefined ? "anonymous" : this.#operations.has(name) ? name : "other"),
      span: this.traces?.operation(correlation),
      report: (report) => this.metrics?.operation(report),
    });
  }
}
