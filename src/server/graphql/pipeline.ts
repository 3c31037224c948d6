import { type GraphQLRequest } from "@apollo/server";
import { GraphQLError, type ValidationRule } from "graphql";
import { type Caller, type MaybePromise, type CostedOperation, queryCost, mapMaybePromise } from "../../graph/index.ts";
import { commentError } from "./limits/comments.ts";
import { documentRule } from "./limits/document-rule.ts";
import { type Introspection, type Limits } from "./limits/limits.ts";
import { type RateLimits, rateLimited } from "./limits/rate-limit.ts";
import { roundedNumberIn } from "./limits/rounded-numbers.ts";
import { schemaHidingRule } from "./limits/schema-hiding-rule.ts";
import { unsupportedValueIn } from "./limits/unsupported-values.ts";
import { type TrustedDocuments } from "./trusted-documents.ts";

type Refusal = MaybePromise<GraphQLError | undefined>;

/** Before the document is parsed. */
interface BeforeParse {
  readonly phase: "before parse";
  readonly name: string;
  /**
   * Whether the fast path runs the stage. It does not where a document in its cache has passed the stage, or where its
   * request reader hands the request over to Apollo.
   */
  readonly isOnFastPath: boolean;
  readonly check: (request: GraphQLRequest, caller: Caller) => Refusal;
}

/** A rule beside graphql-js' own, for documents that are not in the cache. */
interface Validation {
  readonly phase: "validation";
  readonly name: string;
  readonly rule: ValidationRule;
}

/** Before the cost is computed. */
interface BeforeCost {
  readonly phase: "before cost";
  readonly name: string;
  readonly check: (operation: CostedOperation) => GraphQLError | undefined;
}

/** Before the first request to KORE. `cost`: the most requests to KORE that the operation makes. */
interface BeforeExecution {
  readonly phase: "before execution";
  readonly name: string;
  readonly check: (cost: number, caller: Caller) => Refusal;
}

type Stage = BeforeParse | Validation | BeforeCost | BeforeExecution;

export interface StageOptions {
  readonly limits: Limits;
  readonly introspection: Introspection;
  /** Undefined: any operation may be sent. */
  readonly trusted: TrustedDocuments | undefined;
  readonly rateLimits: RateLimits;
}

/** Every check of an operation, in the order in which they run, on every transport. */
function stagesOf({ limits, introspection, trusted, rateLimits }: StageOptions): readonly Stage[] {
  return [
    {
      phase: "before parse",
      name: "operations per minute",
      isOnFastPath: true,
      check: (_request, caller) => rateLimitRefusal("operations", rateLimits.operations?.take(caller.id, 1)),
    },
    {
      phase: "before parse",
      name: "comments",
      isOnFastPath: false, // Cached documents have passed.
      check: ({ query = "" }) => commentError(query, limits.tokens),
    },
    {
      phase: "before parse",
      name: "unsupported values",
      isOnFastPath: false, // Its request reader hands such requests over to Apollo.
      check: unsupportedValueIn,
    },
    {
      phase: "before parse",
      name: "trusted documents",
      isOnFastPath: false, // Its request reader looks up only trusted documents.
      check: (request) => trusted?.resolve(request),
    },
    // Parsing: at most `limits.tokens` tokens.
    { phase: "validation", name: "document size", rule: documentRule(limits) },
    { phase: "validation", name: "introspection", rule: schemaHidingRule(introspection) },
    { phase: "before cost", name: "rounded numbers", check: ({ variables }) => roundedNumberIn(variables) },
    // The cost: computed once for coalesced queries, checked for each caller.
    {
      phase: "before execution",
      name: "cost limit",
      check: (cost) => (cost > limits.koreRequests ? tooExpensive(cost, limits.koreRequests) : undefined),
    },
    {
      phase: "before execution",
      name: "KORE requests per minute",
      check: (cost, caller) =>
        cost === 0 ? undefined : rateLimitRefusal("requests to KORE", rateLimits.koreRequests?.take(caller.id, cost)),
    },
  ];
}

/**
 * The stages between a caller's request and its execution. Apollo's plugin (`apollo-guard.ts`) runs them for HTTP,
 * WebSocket and server-sent events, the fast path runs those that its document cache does not cover. All checks answer
 * synchronously unless the rate limit is shared.
 */
export class OperationPipeline {
  readonly #beforeParse: readonly BeforeParse[];
  readonly #beforeParseOnFastPath: readonly BeforeParse[];
  readonly #beforeCost: readonly BeforeCost[];
  readonly #beforeExecution: readonly BeforeExecution[];
  readonly validationRules: ValidationRule[];

  constructor(options: StageOptions) {
    const stages = stagesOf(options);
    this.#beforeParse = stages.filter((stage) => stage.phase === "before parse");
    this.#beforeParseOnFastPath = this.#beforeParse.filter(({ isOnFastPath }) => isOnFastPath);
    this.#beforeCost = stages.filter((stage) => stage.phase === "before cost");
    this.#beforeExecution = stages.filter((stage) => stage.phase === "before execution");
    this.validationRules = stages.filter((stage) => stage.phase === "validation").map(({ rule }) => rule);
  }

  /** Why a request is refused; undefined: it is not. May put a trusted document's text into the request. */
  beforeParse(request: GraphQLRequest, caller: Caller): Refusal {
    return firstRefusal(this.#beforeParse, ({ check }) => check(request, caller));
  }

  /** The same for a document in the fast path's cache. */
  beforeParseOnFastPath(caller: Caller): Refusal {
    return firstRefusal(this.#beforeParseOnFastPath, ({ check }) => check(CACHED, caller));
  }

  /**
   * The most requests to KORE that an operation makes.
   *
   * @throws GraphQLError for variables that hold a number which JSON cannot
   */
  costOf(operation: CostedOperation): number {
    for (const { check } of this.#beforeCost) {
      const refusal = check(operation);
      if (refusal) throw refusal;
    }
    try {
      return queryCost(operation);
    } catch (error) {
      // Variables that do not fit their types: execution refuses them with a better message, before any request.
      if (error instanceof GraphQLError) return 0;
      throw error;
    }
  }

  /** Why an operation of this cost is refused; undefined: it is not, and its cost is taken from the caller's quota. */
  beforeExecution(cost: number, caller: Caller): Refusal {
    return firstRefusal(this.#beforeExecution, ({ check }) => check(cost, caller));
  }
}

const CACHED: GraphQLRequest = {};

/** Runs the stages in order, up to the first refusal. */
function firstRefusal<One>(stages: readonly One[], check: (stage: One) => Refusal, from = 0): Refusal {
  for (let at = from; at < stages.length; at += 1) {
    const refusal = check(stages[at] as One);
    if (refusal instanceof Promise) return refusal.then((found) => found ?? firstRefusal(stages, check, at + 1));
    if (refusal) return refusal;
  }
  return undefined;
}

/** `wait`: milliseconds until the quota has room again; undefined: it has room. */
function rateLimitRefusal(unit: string, wait: MaybePromise<number | undefined>): Refusal {
  return mapMaybePromise(wait, (milliseconds) =>
    milliseconds === undefined ? undefined : rateLimited(unit, milliseconds),
  );
}

function tooExpensive(computed: number, limit: number): GraphQLError {
  const cost = Math.min(computed, Number.MAX_SAFE_INTEGER);
  const message = `This could cost ${cost} requests to KORE; at most ${limit} are allowed. Ask for shorter lists, or less of each item`;
  return new GraphQLError(message, { extensions: { code: "COST_LIMIT_EXCEEDED", cost, limit, http: { status: 400 } } });
}
