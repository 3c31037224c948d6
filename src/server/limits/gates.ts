import { GraphQLError } from "graphql";
import { type Caller, type PricedOperation, koreCostOf } from "../../graph/index.ts";
import { type Allowances, rateLimited } from "./allowance.ts";

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
  async enter(caller: Caller): Promise<GraphQLError | undefined> {
    const wait = await this.#allowances.operations?.take(caller.id, 1);
    return wait === undefined ? undefined : rateLimited("operations", wait);
  }

  /** The most requests to KORE that it makes. */
  priceOf(operation: PricedOperation): number {
    try {
      return koreCostOf(operation);
    } catch (error) {
      // Variables that do not fit their types: execution refuses them, too, with better words, before it asks anything.
      if (error instanceof GraphQLError) return 0;
      throw error;
    }
  }

  /** Before it makes the first of them: answers why it is refused, if it is. */
  async pay(price: number, caller: Caller): Promise<GraphQLError | undefined> {
    if (price > this.#maxKoreRequests) return tooExpensive(price, this.#maxKoreRequests);
    const wait = price > 0 ? await this.#allowances.koreRequests?.take(caller.id, price) : undefined;
    return wait === undefined ? undefined : rateLimited("requests to KORE", wait);
  }
}

function tooExpensive(computed: number, limit: number): GraphQLError {
  const cost = Math.min(computed, Number.MAX_SAFE_INTEGER);
  const message = `This could cost ${cost} requests to KORE; at most ${limit} are allowed. Ask for shorter lists, or less of each item`;
  return new GraphQLError(message, { extensions: { code: "COST_LIMIT_EXCEEDED", cost, limit, http: { status: 400 } } });
}
