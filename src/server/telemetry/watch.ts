import { type OperationDefinitionNode } from "graphql";
import { type Tally, type Watched } from "../../graph/index.ts";
import { type Correlation } from "./correlation.ts";
import { type Failure } from "./failures.ts";

/** `event`: one event of a subscription. `none`: what could not be read as an operation. */
export type OperationKind = "query" | "mutation" | "subscription" | "event" | "none";

/** What became of an operation. Everything in it is one of a bounded set. */
export interface OperationReport {
  kind: OperationKind;
  /** Of an operation that we know; callers name theirs as they like. */
  name: string;
  /** `OK`, or the code of the first error. */
  outcome: string;
  seconds: number;
  failures: readonly Failure[];
  /** Whether its answer is that of an identical one that was under way. */
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

/** Accompanies one operation, or one event of a subscription, from its beginning to its end. */
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

  /** Does the work so that what it asks of KORE is known to belong here. */
  run<Result>(work: () => Result): Result {
    const { span } = this.#options;
    return span ? span.run(work) : work();
  }

  /** It has been read. */
  resolved({ operation, name }: Pick<OperationDefinitionNode, "operation" | "name">): void {
    this.#kind = operation;
    this.#name = this.#options.nameOf(name?.value);
  }

  /** It has joined another, which was to ask for the same: all that the other asked KORE, somebody else had begun. */
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
