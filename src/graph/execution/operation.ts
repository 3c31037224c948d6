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
import { Plan } from "./plan.ts";

const DECIDING: ReadonlySet<string> = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name]);

/** More ways to leave out fields than any client has of one document. */
const MAX_PLANS = 64;

/** One operation of a document, with a plan for each way of leaving out fields that was met. */
export class Operation {
  readonly definition: OperationDefinitionNode;
  readonly #schema: GraphQLSchema;
  readonly #document: DocumentNode;
  readonly #root: GraphQLObjectType;
  readonly #fragments: Record<string, FragmentDefinitionNode> = Object.create(null) as Record<string, never>;
  /** The variables in `@skip` and `@include`: no others decide what is selected. */
  readonly #conditions: readonly string[];
  readonly #plans = new Map<string, Plan>();
  #widest: Plan | undefined;

  constructor(
    schema: GraphQLSchema,
    document: DocumentNode,
    definition: OperationDefinitionNode,
    root: GraphQLObjectType,
  ) {
    this.definition = definition;
    this.#schema = schema;
    this.#document = document;
    this.#root = root;
    for (const one of document.definitions) {
      if (one.kind === Kind.FRAGMENT_DEFINITION) this.#fragments[one.name.value] = one;
    }
    const declared = new Set(definition.variableDefinitions?.map(({ variable }) => variable.name.value));
    this.#conditions = conditionsOf(document).filter((name) => declared.has(name));
  }

  /** Undefined where a condition has no value: graphql-js has the words for that. */
  plan(variables: Readonly<Record<string, unknown>>): Plan | undefined {
    let key = "";
    for (const name of this.#conditions) {
      const value = variables[name];
      if (typeof value !== "boolean") return undefined;
      key += value ? "+" : "-";
    }
    let plan = this.#plans.get(key);
    if (!plan) {
      if (this.#plans.size >= MAX_PLANS) this.#plans.clear();
      this.#plans.set(key, (plan = this.#make(key)));
    }
    return plan;
  }

  /** With all that any value of a condition selects. Not to be run: nobody asked for all of it. */
  get widest(): Plan {
    return (this.#widest ??= this.#withoutConditions());
  }

  #withoutConditions(): Plan {
    const document = visit(this.#document, { Directive: ({ name }) => (DECIDING.has(name.value) ? null : undefined) });
    const definition = document.definitions[this.#document.definitions.indexOf(this.definition)];
    return new Operation(this.#schema, document, definition as OperationDefinitionNode, this.#root).#make("");
  }

  #make(key: string): Plan {
    const conditions = Object.fromEntries(this.#conditions.map((name, index) => [name, key[index] === "+"]));
    const [schema, operation, fragments] = [this.#schema, this.definition, this.#fragments];
    return new Plan({ schema, operation, fragments, conditions }, this.#root);
  }
}

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
