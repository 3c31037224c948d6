import { type OperationDefinitionNode } from "graphql";
import { type RequestStats, newRequestStats } from "../../common/request-stats.ts";
import { type OperationTelemetry } from "../../graph/index.ts";
import { type Correlation } from "./correlation.ts";
import { type FieldFailure } from "./field-failures.ts";

/** `event`: one event of a subscription. `none`: the request holds no readable operation. */
export type OperationKind = "query" | "mutation" | "subscription" | "event" | "none";

/** The outcome of an operation. Labels have bounded sets of values. */
export interface OperationReport {
  kind: OperationKind;
  /** Of a documented operation, else `anonymous` or `other`. */
  name: string;
  /** `OK`, or the code of the first error. */
  outcome: string;
  seconds: number;
  failures: readonly FieldFailure[];
  /** Whether the query was coalesced with another. */
  isCoalesced: boolean;
  stats: Readonly<RequestStats>;
}

/** The span of an operation. */
export interface OperationSpan {
  run<Result>(work: () => Result): Result;
  end(report: OperationReport): void;
}

interface InstrumentationOptions {
  correlation: Correlation;
  /** For an event: the name of its subscription. */
  event: string | undefined;
  nameOf: (name: string | undefined) => string;
  span: OperationSpan | undefined;
  report: (report: OperationReport) => void;
}

/** Request stats and span of one operation, or of one event of a subscription. */
export class OperationInstrumentation implements OperationTelemetry {
  readonly requestId: string;
  readonly wantsStats: boolean;
  readonly correlation: Correlation;
  readonly stats = newRequestStats();
  readonly #options: InstrumentationOptions;
  readonly #began = performance.now();
  #kind: OperationKind;
  #name = "";
  #isCoalesced = false;
  #hasEnded = false;

  constructor(options: InstrumentationOptions) {
    this.correlation = options.correlation;
    this.requestId = options.correlation.requestId;
    this.wantsStats = options.correlation.wantsStats;
    this.#options = options;
    this.#kind = options.event === undefined ? "none" : "event";
    this.#name = options.event ?? "";
  }

  get name(): string {
    return this.#name;
  }

  /** Runs work within the span: its calls to KORE become child spans. */
  run<Result>(work: () => Result): Result {
    const { span } = this.#options;
    return span ? span.run(work) : work();
  }

  /** Sets kind and name once the document is parsed. */
  resolved({ operation, name }: Pick<OperationDefinitionNode, "operation" | "name">): void {
    this.#kind = operation;
    this.#name = this.#options.nameOf(name?.value);
  }

  /** Counts the requests of the operation that this one was coalesced with. */
  coalescedWith({ requests, retried, cached, coalesced }: Readonly<RequestStats>): void {
    this.#isCoalesced = true;
    this.stats.cached += cached;
    this.stats.coalesced += requests - retried + coalesced;
  }

  /** Only the first end counts. */
  end(outcome: string, failures: readonly FieldFailure[] = []): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const seconds = (performance.now() - this.#began) / 1000;
    const report: OperationReport = {
      kind: this.#kind,
      name: this.#name,
      outcome,
      seconds,
      failures,
      isCoalesced: this.#isCoalesced,
      stats: this.stats,
    };
    this.#options.report(report);
    this.#options.span?.end(report);
  }
}
