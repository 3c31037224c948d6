import { type GraphQLError, type GraphQLOutputType, isNonNullType, locatedError } from "graphql";
import { type Path, pathToArray } from "graphql/jsutils/Path.js";
import { type Field, type Plan } from "./plan.ts";

/** The state of one execution of a plan. */
export class Execution {
  readonly plan: Plan;
  readonly root: unknown;
  readonly context: unknown;
  readonly variables: Record<string, unknown>;
  readonly errors: GraphQLError[] = [];
  readonly #nulled = new Set<Path | undefined>();
  readonly #completed = new Map<Field, Map<object, object>>();
  #uncacheable = 0;

  constructor(plan: Plan, root: unknown, context: unknown, variables: Record<string, unknown>) {
    this.plan = plan;
    this.root = root;
    this.context = context;
    this.variables = variables;
  }

  /**
   * Completes an object once per field, though several rows share it: a thousand SIMs have few cost centers. Not cached if
   * anything in it failed or is pending, since errors have paths.
   */
  completeOnce<Completed>(field: Field, object: object, complete: () => Completed): Completed | object {
    const completed = this.#completed.get(field) ?? new Map<object, object>();
    const known = completed.get(object);
    if (known) return known;
    const before = this.#uncacheable;
    const made = complete();
    if (this.#uncacheable !== before || typeof made !== "object" || made === null || made instanceof Promise)
      return made;
    this.#completed.set(field, completed.set(object, made));
    return made;
  }

  /** The value being completed depends on its path, and must not be reused. */
  markUncacheable(): void {
    this.#uncacheable += 1;
  }

  /** Records an error, unless it is below a path that another error has made null. */
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
