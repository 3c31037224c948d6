import { type GraphQLFormattedError } from "graphql";
import { type ConnectionRefusal } from "../http/connections/limits.ts";
import { type Correlation } from "./correlation.ts";
import { type FailureSource, codeOf, failuresOf } from "./failures.ts";
import { type LiveThing, type Metrics } from "./metrics.ts";
import { type Traces } from "./traces.ts";
import { Watch } from "./watch.ts";

interface TelemetryOptions {
  metrics?: Metrics | undefined;
  traces?: Traces | undefined;
  /** Names that may be metric labels; callers can invent others. */
  operations?: ReadonlySet<string>;
}

/** Request ids by error: Apollo formats an error without its operation. */
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
  begin(correlation: Correlation): Watch {
    return this.#watch(correlation);
  }

  /** Starts the operation of one event of a subscription. */
  event({ correlation, name }: Watch): Watch {
    return this.#watch(correlation, name);
  }

  /** Counts a long-lived resource; call the returned function when it ends. */
  opened(thing: LiveThing): () => void {
    return this.metrics?.opened(thing) ?? (() => undefined);
  }

  /** Counts a refused or dropped connection. */
  refused(reason: ConnectionRefusal): void {
    this.metrics?.connectionRefused(reason);
  }

  /** Assigns errors to an operation. */
  observeErrors(errors: readonly unknown[], { requestId }: Watch): void {
    for (const error of errors) if (typeof error === "object" && error !== null) requestIds.set(error, requestId);
  }

  /** An operation has ended. `shown`: its errors as the caller sees them. `source`: the same errors as they were, where it was run. */
  ended(watch: Watch, shown: readonly GraphQLFormattedError[] = [], source?: FailureSource): void {
    const [first] = shown;
    if (first) watch.end(codeOf(first), source ? failuresOf(source, shown) : []);
    else watch.end("OK");
  }

  /** Instrumentation of KORE's client with the credentials of this name. */
  upstream(credential: string) {
    const { traces } = this;
    const metrics = this.metrics?.upstream(credential);
    return {
      ...metrics,
      coalesced: (endpoint: string): void => {
        metrics?.coalesced(endpoint);
        traces?.noted("coalesced", endpoint);
      },
      cacheHit: (hit: { operation: string; isStale: boolean }): void => {
        metrics?.cacheHit(hit);
        traces?.noted(hit.isStale ? "cached, stale" : "cached", hit.operation);
      },
    };
  }

  #watch(correlation: Correlation, event?: string): Watch {
    return new Watch({
      correlation,
      event,
      nameOf: (name) => (name === undefined ? "anonymous" : this.#operations.has(name) ? name : "other"),
      span: this.traces?.operation(correlation),
      report: (report) => this.metrics?.operation(report),
    });
  }
}
