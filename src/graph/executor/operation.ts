import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  Kind,
  type OperationDefinitionNode,
  visit,
} from "graphql";
import { type PlanCache, PlanCachePart } from "./plan-cache.ts";
import { Plan } from "./plan.ts";

const CONDITIONS: ReadonlySet<string> = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name]);

/** Shared by the operations of one document. */
export interface DocumentParts {
  readonly fragments: Record<string, FragmentDefinitionNode>;
  /** The variables in `@skip` and `@include`. No others change the selection. */
  readonly conditions: readonly string[];
}

export function partsOf(document: DocumentNode): DocumentParts {
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>;
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments[one.name.value] = one;
  return { fragments, conditions: conditionsOf(document) };
}

interface OperationOptions {
  schema: GraphQLSchema;
  definition: OperationDefinitionNode;
  /** Of the definition's kind. */
  root: GraphQLObjectType;
  parts: DocumentParts;
  planCache: PlanCache;
}

/** One operation of a document, with a cached plan for each combination of `@skip` and `@include` values that occurred. */
export class Operation {
  readonly schema: GraphQLSchema;
  readonly definition: OperationDefinitionNode;
  readonly root: GraphQLObjectType;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  readonly #conditions: readonly string[];
  readonly #plans: PlanCachePart<Plan>;

  constructor({ schema, definition, root, parts, planCache }: OperationOptions) {
    const { fragments, conditions } = parts;
    this.schema = schema;
    this.definition = definition;
    this.root = root;
    this.fragments = fragments;
    const declared = new Set(definition.variableDefinitions?.map(({ variable }) => variable.name.value));
    this.#conditions = conditions.filter((name) => declared.has(name));
    this.#plans = new PlanCachePart(planCache);
  }

  /** Undefined where a condition has no value: graphql-js reports that. */
  plan(variables: Readonly<Record<string, unknown>>): Plan | undefined {
    let key = "";
    for (const name of this.#conditions) {
      const value = variables[name];
      if (typeof value !== "boolean") return undefined;
      key += value ? "+" : "-";
    }
    return this.#plans.get(key, (grow) => this.#make(key, grow));
  }

  #make(key: string, grow: (bytes: number) => void): Plan {
    const conditions = Object.fromEntries(this.#conditions.map((name, index) => [name, key[index] === "+"]));
    const { schema, definition: operation, fragments, root } = this;
    return new Plan({ schema, operation, fragments, conditions }, root, (fields) => grow(fields * BYTES_PER_FIELD));
  }
}

/** Heap of one field in a plan: 600 measured, plus caches that resolvers and prefetching key by its nodes. */
const BYTES_PER_FIELD = 1000;

function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (!CONDITIONS.has(name.value)) return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
