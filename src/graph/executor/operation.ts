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

const DECIDING: ReadonlySet<string> = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name]);

/** Shared by the operations of one document. */
export interface DocumentParts {
  readonly fragments: Record<string, FragmentDefinitionNode>;
  /** The variables in `@skip` and `@include`: no others decide what is selected. */
  readonly conditions: readonly string[];
}

export function partsOf(document: DocumentNode): DocumentParts {
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>;
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments[one.name.value] = one;
  return { fragments, conditions: conditionsOf(document) };
}

/** One operation of a document, with a plan for each way of leaving out fields that was met, as long as there is room. */
export class Operation {
  readonly schema: GraphQLSchema;
  readonly definition: OperationDefinitionNode;
  readonly root: GraphQLObjectType;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  readonly #conditions: readonly string[];
  readonly #plans: PlanCachePart<Plan>;

  constructor(
    schema: GraphQLSchema,
    definition: OperationDefinitionNode,
    root: GraphQLObjectType,
    { fragments, conditions }: DocumentParts,
    kept: PlanCache,
  ) {
    this.schema = schema;
    this.definition = definition;
    this.root = root;
    this.fragments = fragments;
    const declared = new Set(definition.variableDefinitions?.map(({ variable }) => variable.name.value));
    this.#conditions = conditions.filter((name) => declared.has(name));
    this.#plans = new PlanCachePart(kept);
  }

  /** Undefined where a condition has no value: graphql-js has the words for that. */
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

/** Of heap, for a field of a plan: measured 600, and what resolvers and prefetching keep by its nodes. */
const BYTES_PER_FIELD = 1000;

function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (!DECIDING.has(name.value)) return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
