import { GraphQLError } from "graphql";
import { type Caller, type MaybePromise, type PricedOperation, koreCostOf, whenThere } from "../../../graph/index.ts";
import { type Allowances, rateLimited } from "./rate-limit.ts";
import { roundedNumberIn } from "./rounded-numbers.ts";

/** What each operation must pass before it is run, whatever way it came and whoever runs it. */
export class Gates {
  readonly #maxKoreRequests: number;
  readonly #allowances: Allowances;

  /** `maxKoreRequests`: of one operation, at worst. */
  constructor(maxKoreRequests: number, allowances: Allowances) {
    this.#maxKoreRequests = maxKoreRequests;
    this.#allowances = allowances;
  }

  /** Before an operation is read: answers why it is refused, if it is. What is refused later counts, too. */
  enter(caller: Caller): MaybePromise<GraphQLError | undefined> {
    return refusalOf("operations", this.#allowances.operations?.take(caller.id, 1));
  }

  /**
   * The most requests to KORE that it makes.
   *
   * @throws GraphQLError for variables that hold a number which JSON cannot
   */
  priceOf(operation: PricedOperation): number {
    const refusal = roundedNumberIn(operation.variables);
    if (refusal) throw refusal;
    try {
      return koreCostOf(operation);
    } catch (error) {
      // Variables that do not fit their types: execution refuses them, too, with better words, before it asks anything.
      if (error instanceof GraphQLError) return 0;
      throw error;
    }
  }

  /** Before it makes the first of them: answers why it is refused, if it is. */
  pay(price: number, caller: Caller): MaybePromise<GraphQLError | undefined> {
    if (price > this.#maxKoreRequests) return tooExpensive(price, this.#maxKoreRequests);
    if (price === 0) return undefined;
    return refusalOf("requests to KORE", this.#allowances.koreRequests?.take(caller.id, price));
  }
}

/** `wait`: until there will be more of what is counted, where there is not enough. */
function refusalOf(what: string, wait: MaybePromise<number | undefined>): MaybePromise<GraphQLError | undefined> {
  return whenThere(wait, (milliseconds) => (milliseconds === undefined ? undefined : rateLimited(what, milliseconds)));
}

function tooExpensive(computed: number, limit: number): GraphQLError {
  const cost = Math.min(computed, Number.MAX_SAFE_INTEGER);
  const message = `This could cost ${cost} requests to KORE; at most ${limit} are allowed. Ask for shorter lists, or less of each item`;
  return new GraphQLError(message, { extensions: { code: "COST_LIMIT_EXCEEDED", cost, limit, http: { status: 400 } } });
}
