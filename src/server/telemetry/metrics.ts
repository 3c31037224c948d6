import { type Aggregator, Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import { type ConnectionRefusal } from "../http/connections/limits.ts";
import { type DeprecatedUse } from "./deprecations/deprecated-use.ts";
import { type OperationReport } from "./operation-instrumentation.ts";

/** Long-lived resources. */
export type LiveResource = "socket" | "stream" | "callback" | "subscription";

/** Buckets, from a cached reply to the longest wait of a caller. Seconds. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const BATCHES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Default metrics are per process, and an app registers no second set. */
let ofProcess: Registry | undefined;
function processRegistry(): Registry {
  if (ofProcess) return ofProcess;
  ofProcess = new Registry();
  collectDefaultMetrics({ register: ofProcess });
  return ofProcess;
}

/**
 * Metrics for Prometheus. Each label has a bounded set of values: names that callers choose (operations, aliases, ids) are
 * never labels.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #process = processRegistry();

  readonly #operations = this.#counter("operations_total", "Operations and events", ["kind", "name", "outcome"]);
  readonly #durations = this.#histogram("operation_duration_seconds", "How long they took", ["kind"], DURATIONS);
  readonly #coalescedOperations = this.#counter("operations_coalesced_total", "Queries that joined an identical one", [
    "name",
  ]);
  readonly #failures = this.#counter("field_errors_total", "Fields that failed", ["field", "code"]);
  readonly #deprecatedUses = this.#counter("deprecated_uses_total", "Uses of deprecated elements of the schema", [
    "element",
    "operation",
    "caller",
  ]);
  readonly #live = this.#gauge("live", "Sockets, streams and subscriptions that are open", ["thing"]);
  readonly #refusedConnections = this.#counter("connections_refused_total", "Connections refused or cut off", [
    "reason",
  ]);
  readonly #orders = this.#counter("orders_total", "Orders that wrote or tried to", ["verb", "source"]);
  readonly #sims = this.#counter("order_sims_total", "SIMs of orders", ["verb", "outcome"]);
  readonly #deliveries = this.#counter("webhook_deliveries_total", "Deliveries of KORE's webhooks", ["result"]);
  readonly #events = this.#counter("webhook_events_total", "Events of accepted deliveries", ["event"]);

  readonly #calls = this.#counter("upstream_requests_total", "Requests sent to KORE", [
    "host",
    "endpoint",
    "outcome",
    "credential",
  ]);
  readonly #waits = this.#histogram(
    "upstream_request_duration_seconds",
    "Until KORE's answer",
    ["endpoint"],
    DURATIONS,
  );
  readonly #batches = this.#histogram("upstream_batch_size", "Things in one request", ["endpoint"], BATCHES);
  readonly #retries = this.#counter("upstream_retries_total", "Requests sent again", ["endpoint", "reason"]);
  readonly #coalescedReads = this.#counter("upstream_coalesced_total", "Reads that joined another", ["endpoint"]);
  readonly #cache = this.#counter("upstream_cache_total", "Reads that may be cached", ["endpoint", "result"]);
  readonly #refusals = this.#counter("upstream_refused_total", "Requests not sent at all", ["endpoint", "reason"]);
  readonly #breakers = this.#gauge(
    "upstream_breaker_state",
    "0 closed, 1 half open, 2 open",
    ["host", "credential"],
    "max",
  );
  readonly #tokens = this.#counter("upstream_tokens_total", "Tokens that KORE gave", ["host", "credential"]);
  readonly #failedRenewals = this.#counter(
    "upstream_token_renewals_failed_total",
    "Renewals ahead of time that failed",
    ["credential"],
  );
  readonly #unknownValues = this.#counter("upstream_unknown_values_total", "Enum values that KORE never named", [
    "field",
  ]);

  readonly #degraded = this.#gauge("degraded", "1 where /readyz last found a part degraded", ["part", "credential"]);

  readonly #statements = this.#histogram(
    "database_duration_seconds",
    "Until PostgreSQL's answer",
    ["statement"],
    DURATIONS,
  );
  readonly #takeOvers = this.#counter("takeovers_total", "Writes that another replica or operation had left");
  readonly #fencedCommits = this.#counter("fenced_commits_total", "Commits refused since another had taken over");
  readonly #lostLeases = this.#counter("leases_lost_total", "Leases in the database that have ended");

  /** Without other replicas. */
  #fleet = { alive: () => 1, leaseAge: () => 0 };

  readonly contentType = this.#registry.contentType;

  constructor() {
    const read = (name: string, help: string, value: () => number) => {
      const collect = function (this: Gauge) {
        this.set(value());
      };
      new Gauge({ name: `kore_graph_${name}`, help, registers: [this.#registry], collect });
    };
    read("replicas", "Replicas that lived at the last heartbeat", () => this.#fleet.alive());
    read("lease_age_seconds", "Since the last heartbeat that succeeded", () => this.#fleet.leaseAge());
  }

  async text(): Promise<string> {
    return (await this.#registry.metrics()) + (await this.#process.metrics());
  }

  operation({ kind, name, outcome, seconds, failures, isCoalesced }: OperationReport): void {
    this.#operations.inc({ kind, name, outcome });
    this.#durations.observe({ kind }, seconds);
    if (isCoalesced) this.#coalescedOperations.inc({ name });
    for (const { field, code } of failures) this.#failures.inc({ field, code });
  }

  deprecatedUse({ element, operation, caller }: DeprecatedUse): void {
    this.#deprecatedUses.inc({ element, operation, caller });
  }

  opened(thing: LiveResource): () => void {
    this.#live.inc({ thing });
    return () => this.#live.dec({ thing });
  }

  connectionRefused(reason: ConnectionRefusal): void {
    this.#refusedConnections.inc({ reason });
  }

  order(verb: string, isRecovery: boolean, outcomes: Readonly<Record<string, number>>): void {
    this.#orders.inc({ verb, source: isRecovery ? "recovery" : "caller" });
    for (const [outcome, count] of Object.entries(outcomes)) this.#sims.inc({ verb, outcome }, count);
  }

  delivery(result: string): void {
    this.#deliveries.inc({ result });
  }

  deliveredEvents(event: string, count: number): void {
    this.#events.inc({ event }, count);
  }

  /** Instrumentation of calls to KORE with the credentials of this name. Endpoints are path templates. */
  readonly upstream = (credential: string) => ({
    callEnded: ({ host, operation: endpoint, error, batchSize, milliseconds }: EndedCall): void => {
      this.#calls.inc({ host, endpoint, outcome: error ?? "ok", credential });
      this.#waits.observe({ endpoint }, milliseconds / 1000);
      if (batchSize !== undefined) this.#batches.observe({ endpoint }, batchSize);
    },
    retried: ({ operation: endpoint, error: reason }: { operation: string; error: string }): void =>
      this.#retries.inc({ endpoint, reason }),
    coalesced: (endpoint: string): void => this.#coalescedReads.inc({ endpoint }),
    cacheHit: ({ operation: endpoint, isStale }: { operation: string; isStale: boolean }): void =>
      this.#cache.inc({ endpoint, result: isStale ? "stale" : "hit" }),
    cacheMiss: (endpoint: string): void => this.#cache.inc({ endpoint, result: "miss" }),
    refusedEarly: ({ operation: endpoint, reason }: { operation: string; reason: string }): void =>
      this.#refusals.inc({ endpoint, reason }),
    breakerChanged: (host: string, state: keyof typeof BREAKER): void =>
      this.#breakers.set({ host, credential }, BREAKER[state]),
    tokenRenewed: (host: string): void => this.#tokens.inc({ host, credential }),
    renewalFailed: (): void => this.#failedRenewals.inc({ credential }),
  });

  unknownValue(field: string): void {
    this.#unknownValues.inc({ field });
  }

  /** Numbers of each set of credentials, read at each scrape. */
  credentialGauges<Item extends { readonly name: string }>(
    items: () => readonly Item[],
    numbers: Readonly<Record<string, readonly [help: string, read: (item: Item) => number]>>,
  ): void {
    for (const [name, [help, read]] of Object.entries(numbers)) {
      const collect = function (this: Gauge) {
        this.reset(); // Credentials come and go.
        for (const item of items()) this.set({ credential: item.name }, read(item));
      };
      const labelNames = ["credential"];
      new Gauge({ name: `kore_graph_${name}`, help, labelNames, registers: [this.#registry], collect });
    }
  }

  /** This replica has joined others. `leaseAge`: seconds since its last successful heartbeat. */
  joinedFleet(fleet: { alive: () => number; leaseAge: () => number }): void {
    this.#fleet = fleet;
  }

  /** A statement has ended, successfully or not. */
  statement(name: string, milliseconds: number): void {
    this.#statements.observe({ statement: name }, milliseconds / 1000);
  }

  tookOver(count: number): void {
    this.#takeOvers.inc(count);
  }

  fencedCommit(): void {
    this.#fencedCommits.inc();
  }

  leaseLost(): void {
    this.#lostLeases.inc();
  }

  /** The result of `/readyz`: each checked part, and whether it is degraded. */
  readonly healthChecked = (
    parts: readonly { part: string; credential?: string | undefined; isDegraded: boolean }[],
  ): void => {
    this.#degraded.reset();
    for (const { part, credential = "", isDegraded } of parts) {
      this.#degraded.set({ part, credential }, isDegraded ? 1 : 0);
    }
  };

  #counter<Label extends string>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name: `kore_graph_${name}`, help, labelNames, registers: [this.#registry] });
  }

  /** `aggregator`: how the values of several processes are combined. */
  #gauge<Label extends string>(name: string, help: string, labelNames: Label[] = [], aggregator: Aggregator = "sum") {
    return new Gauge({ name: `kore_graph_${name}`, help, labelNames, registers: [this.#registry], aggregator });
  }

  #histogram<Label extends string>(name: string, help: string, labelNames: Label[], buckets: number[]) {
    return new Histogram({ name: `kore_graph_${name}`, help, labelNames, buckets, registers: [this.#registry] });
  }
}

const BREAKER = { closed: 0, "half-open": 1, open: 2 } as const;

interface EndedCall {
  host: string;
  operation: string;
  error?: string | undefined;
  batchSize?: number | undefined;
  milliseconds: number;
}
