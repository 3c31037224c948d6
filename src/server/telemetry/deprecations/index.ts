import { type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
import { type Caller } from "../../../graph/index.ts";
import { type Logger } from "../../logging/log.ts";
import { type Metrics } from "../metrics.ts";
import { type DeprecatedUse } from "./deprecated-use.ts";
import { type DeprecatedElements, addElementsIn, deprecatedElements, hasDeprecations } from "./elements.ts";

/** An operation that is run. */
export interface UsedOperation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>> | null | undefined;
  /** Its name as a label: one of a known operation, `anonymous` or `other`. */
  name: string;
  caller: Pick<Caller, "name">;
}

const DAY = 24 * 3_600_000;

/** Callers with a label of their own, which bounds the metric. Further ones share `other`. */
const MAX_CALLERS = 100;

/** Uses in one line of the log, the most frequent first. */
const MAX_LOGGED = 100;

/** Counts uses of deprecated elements by operation and caller, so that they can be removed by evidence. */
export class DeprecatedUsage {
  readonly #schema: GraphQLSchema;
  readonly #log: Logger;
  readonly #metrics: Metrics | undefined;
  /** Lives as long as the document. */
  readonly #elements = new WeakMap<OperationDefinitionNode, DeprecatedElements>();
  readonly #callers = new Set<string>();
  readonly #counts = new Map<string, DeprecatedUse & { count: number }>();
  readonly #timer: NodeJS.Timeout;

  private constructor(schema: GraphQLSchema, log: Logger, metrics: Metrics | undefined) {
    this.#schema = schema;
    this.#log = log;
    this.#metrics = metrics;
    this.#timer = setInterval(() => this.#report(), DAY).unref();
  }

  /** Undefined: nothing in the schema is deprecated, and nothing is looked at. */
  static of(schema: GraphQLSchema, log: Logger, metrics: Metrics | undefined): DeprecatedUsage | undefined {
    return hasDeprecations(schema) ? new DeprecatedUsage(schema, log, metrics) : undefined;
  }

  count({ document, operation, variables, name, caller }: UsedOperation): void {
    let known = this.#elements.get(operation);
    if (!known) this.#elements.set(operation, (known = deprecatedElements(this.#schema, document, operation)));
    const elements = new Set(known.inDocument);
    for (const one of known.variables) addElementsIn(one.type, variables?.[one.name], elements);
    for (const element of elements) this.#add({ element, operation: name, caller: this.#labelOf(caller.name) });
  }

  /** Logs the uses since the last line. */
  close(): void {
    clearInterval(this.#timer);
    this.#report();
  }

  #add(use: DeprecatedUse): void {
    this.#metrics?.deprecatedUse(use);
    const key = JSON.stringify(use);
    const known = this.#counts.get(key);
    if (known) known.count += 1;
    else this.#counts.set(key, { ...use, count: 1 });
  }

  #labelOf(caller: string): string {
    if (this.#callers.size < MAX_CALLERS) this.#callers.add(caller);
    return this.#callers.has(caller) ? caller : "other";
  }

  #report(): void {
    const uses = [...this.#counts.values()].sort((one, other) => other.count - one.count);
    this.#counts.clear();
    if (uses.length === 0) return;
    this.#log.info({ uses: uses.slice(0, MAX_LOGGED) }, "deprecated elements of the schema were used");
  }
}
