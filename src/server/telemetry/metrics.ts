import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import { type OperationReport } from "./watch.ts";

/** What lives longer than an operation. */
export type LiveThing = "socket" | "stream" | "subscription";

/** From a reply out of memory to the longest that a caller waits. Seconds. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The process has one heap and one event loop, however many apps are in it. */
let ofProcess: Registry | undefined;
function processRegistry(): Registry {
  if (ofProcess) return ofProcess;
  ofProcess = new Registry();
  collectDefaultMetrics({ register: ofProcess });
  return ofProcess;
}

/**
 * Counts for Prometheus. Each label has a bounded set of values: what callers make up (names of operations, aliases,
 * ids) never is one.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #process = processRegistry();
  readonly #operations = this.#counter("operations_total", "Operations and events", ["kind", "name", "outcome"]);
  readonly #durations = this.#histogram("operation_duration_seconds", "How long they took", ["kind"], DURATIONS);
  readonly #failures = this.#counter("field_errors_total", "Fields that failed", ["field", "code"]);
  readonly #live = this.#gauge("live", "Sockets, streams and subscriptions that are open", ["thing"]);

  readonly contentType = this.#registry.contentType;

  async text(): Promise<string> {
    return (await this.#registry.metrics()) + (await this.#process.metrics());
  }

  operation({ kind, name, outcome, seconds, failures }: OperationReport): void {
    this.#operations.inc({ kind, name, outcome });
    this.#durations.observe({ kind }, seconds);
    for (const { field, code } of failures) this.#failures.inc({ field, code });
  }

  opened(thing: LiveThing): () => void {
    this.#live.inc({ thing });
    return () => this.#live.dec({ thing });
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name: `kore_graph_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    return new Gauge({ name: `kore_graph_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    buckets: number[],
  ): Histogram<Label> {
    return new Histogram({ name: `kore_graph_${name}`, help, labelNames, buckets, registers: [this.#registry] });
  }
}
