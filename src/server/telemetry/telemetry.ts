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
  /** Operations that may be told by their names. Any caller can make up more of them. */
  operations?: ReadonlySet<string>;
}

/** Whose errors are whose: Apollo formats an error without saying of which operation it is. */
const requestIds = new WeakMap<object, string>();

/** The operation that an error belongs to, once it was noted. */
export const requestIdOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null ? requestIds.get(error) : undefined;

/** Watches operations of every transport, and the way to KORE. */
export class Telemetry {
  readonly metrics: Metrics | undefined;
  readonly traces: Traces | undefined;
  readonly #operations: ReadonlySet<string>;

  constructor({ metrics, traces, operations = new Set() }: TelemetryOptions = {}) {
    this.metrics = metrics;
    this.traces = traces;
    this.#operations = operations;
  }

  /** An operation has come. */
  begin(correlation: Correlation): Watch {
    return this.#watch(correlation);
  }

  /** An event of a subscription is about to be answered. */
  event({ correlation, name }: Watch): Watch {
    return this.#watch(correlation, name);
  }

  /** Something that lives longer than an operation has begun; the function says that it has ended. */
  opened(thing: LiveThing): () => void {
    return this.metrics?.opened(thing) ?? (() => undefined);
  }

  /** A connection was refused or cut off. */
  refused(reason: ConnectionRefusal): void {
    this.metrics?.connectionRefused(reason);
  }

  /** These errors are an operation's. */
  note(errors: readonly unknown[], { requestId }: Watch): void {
    for (const error of errors) if (typeof error === "object" && error !== null) requestIds.set(error, requestId);
  }

  /** An operation has ended. `shown`: its errors as the caller sees them. `source`: the same errors as they were, where it was run. */
  ended(watch: Watch, shown: readonly GraphQLFormattedError[] = [], source?: FailureSource): void {
    const [first] = shown;
    if (first) watch.end(codeOf(first), source ? failuresOf(source, shown) : []);
    else watch.end("OK");
  }

  /** For what speaks to KORE with the credentials of this name. */
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
