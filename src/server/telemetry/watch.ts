import { type OperationDefinitionNode } from "graphql";
import { type Tally, type Watched } from "../../graph/index.ts";
import { type Correlation } from "./correlation.ts";
import { type Failure } from "./failures.ts";

/** `event`: one event of a subscription. `none`: the request holds no readable operation. */
export type OperationKind = "query" | "mutation" | "subscription" | "event" | "none";

/** The outcome of an operation. Every label is one of a bounded set. */
export interface OperationReport {
  kind: OperationKind;
  /** Of a documented operation; callers choose the names of others. */
  name: string;
  /** `OK`, or the code of the first error. */
  outcome: string;
  seconds: number;
  failures: readonly Failure[];
  /** Whether the result is that of a coalesced query. */
  isJoined: boolean;
  tally: Readonly<Tally>;
}

/** The span of an operation. */
export interface OperationSpan {
  run<Result>(work: () => Result): Result;
  end(report: OperationReport): void;
}

interface WatchOptions {
  correlation: Correlation;
  /** The name of the subscription whose event it is. */
  event: string | undefined;
  nameOf: (name: string | undefined) => string;
  span: OperationSpan | undefined;
  report: (report: OperationReport) => void;
}

/** Request stats and span of one operation, or of one event of a subscription. */
export class Watch implements Watched {
  readonly requestId: string;
  readonly wantsTally: boolean;
  readonly correlation: Correlation;
  readonly tally: Tally = { requests: 0, cached: 0, coalesced: 0, retried: 0 };
  readonly #options: WatchOptions;
  readonly #began = performance.now();
  #kind: OperationKind;
  #name = "";
  #isJoined = false;
  #isOver = false;

  constructor(options: WatchOptions) {
    this.correlation = options.correlation;
    this.requestId = options.correlation.requestId;
    this.wantsTally = options.correlation.wantsTally;
    this.#options = options;
    this.#kind = options.event === undefined ? "none" : "event";
    this.#name = options.event ?? "";
  }

  get name(): string {
    return this.#name;
  }

  /** Runs the work within the span, so that its calls to KORE are the span's children. */
  run<Result>(work: () => Result): Result {
    const { span } = this.#options;
    return span ? span.run(work) : work();
  }

  /** Sets kind and name once the document is parsed. */
  resolved({ operation, name }: Pick<OperationDefinitionNode, "operation" | "name">): void {
    this.#kind = operation;
    this.#name = this.#options.nameOf(name?.value);
  }

  /** The operation was coalesced with another: that one's requests to KORE count as coalesced here. */
  joined({ requests, retried, cached, coalesced }: Readonly<Tally>): void {
    this.#isJoined = true;
    this.tally.cached += cached;
    this.tally.coalesced += requests - retried + coalesced;
  }

  /** Only the first end counts. */
  end(outcome: string, failures: readonly Failure[] = []): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const seconds = (performance.now() - this.#began) / 1000;
    const report: OperationReport = {
      kind: this.#kind,
      name: this.#name,
      outcome,
      seconds,
      failures,
      isJoined: this.#isJoined,
      tally: this.tally,
    };
    this.#options.report(report);
    this.#options.span?.end(report);
  }
}
