import { type GraphQLError, type GraphQLOutputType, isNonNullType, locatedError } from "graphql";
import { type Path, pathToArray } from "graphql/jsutils/Path.js";
import { type Field, type Plan } from "./plan.ts";

/** One run of a plan. */
export class Execution {
  readonly plan: Plan;
  readonly root: unknown;
  readonly context: unknown;
  readonly variables: Record<string, unknown>;
  readonly errors: GraphQLError[] = [];
  readonly #nulled = new Set<Path | undefined>();
  readonly #shown = new Map<Field, Map<object, object>>();
  #special = 0;

  constructor(plan: Plan, root: unknown, context: unknown, variables: Record<string, unknown>) {
    this.plan = plan;
    this.root = root;
    this.context = context;
    this.variables = variables;
  }

  /**
   * Shows an object as it was shown before in the same field of another row: a thousand SIMs have a handful of cost
   * centers. Not where anything failed or is still to come, since errors have places.
   */
  completeOnce<Shown>(field: Field, object: object, show: () => Shown): Shown | object {
    const shown = this.#shown.get(field) ?? new Map<object, object>();
    const known = shown.get(object);
    if (known) return known;
    const before = this.#special;
    const made = show();
    if (this.#special !== before || typeof made !== "object" || made === null || made instanceof Promise) return made;
    this.#shown.set(field, shown.set(object, made));
    return made;
  }

  /** Completed values depend on their path. */
  markUncacheable(): void {
    this.#special += 1;
  }

  /** Notes an error, unless it happened below a place that another error has made null. */
  add(error: GraphQLError, path: Path | undefined): void {
    this.markUncacheable();
    for (let at = path; at; at = at.prev) if (this.#nulled.has(at)) return;
    if (this.#nulled.has(undefined)) return;
    this.#nulled.add(path);
    this.errors.push(error);
  }

  /** Null propagation (spec 6.4.4): nullable fields become null, others rethrow to the parent. */
  fail(error: unknown, field: Field, type: GraphQLOutputType, path: Path): null {
    const located = locatedError(error, field.nodes, pathToArray(path));
    if (isNonNullType(type)) throw located;
    this.add(located, path);
    return null;
  }
}
