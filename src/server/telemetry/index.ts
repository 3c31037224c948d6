import { type GraphQLError } from "graphql";
import { type Correlation } from "./correlation.ts";
import { type LiveThing, type Metrics } from "./metrics.ts";
import { type Traces } from "./traces.ts";
import { type OperationReport, Watch } from "./watch.ts";

export { CORRELATION_NAMES, REQUEST_ID, correlate, requestIdFrom } from "./correlation.ts";
export { codeOf, failuresOf } from "./failures.ts";
export { telemetryPlugin } from "./plugin.ts";
export { Watch } from "./watch.ts";

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

/** Watches operations of every transport. */
export class Telemetry {
  readonly #options: TelemetryOptions;

  constructor(options: TelemetryOptions = {}) {
    this.#options = options;
  }

  /** An operation has come. */
  begin(correlation: Correlation): Watch {
    return this.#watch(correlation);
  }

  /** An event of a subscription is about to be answered. */
  event({ correlation, name }: Watch): Watch {
    return this.#watch(correlation, { name });
  }

  /** Something that lives longer than an operation has begun; the function says that it has ended. */
  opened(thing: LiveThing): () => void {
    return this.#options.metrics?.opened(thing) ?? (() => undefined);
  }

  note(errors: readonly unknown[] | readonly GraphQLError[], { requestId }: Watch): void {
    for (const error of errors) if (typeof error === "object" && error !== null) requestIds.set(error, requestId);
  }

  #watch(correlation: Correlation, event?: { name: string }): Watch {
    const { metrics, traces } = this.#options;
    const span = traces?.operation(correlation);
    return new Watch({ correlation, nameOf: this.#nameOf, span, report: this.#report(metrics) }, event);
  }

  readonly #report = (metrics: Metrics | undefined) => (report: OperationReport) => metrics?.operation(report);

  readonly #nameOf = (name: string | undefined): string => {
    if (name === undefined) return "anonymous";
    return this.#options.operations?.has(name) ? name : "other";
  };
}
