import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from "graphql";
import { Operation } from "./operation.ts";

/** The operations of documents, worked out for one schema, for whoever runs or prices them. */
export class Operations {
  readonly #schema: GraphQLSchema;
  /** Kept as long as the document is: whoever keeps documents bounds both. */
  readonly #known = new WeakMap<DocumentNode, Map<string | null, Operation>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** Without a name it is the document's only operation. Undefined where that is none, or the schema has no such root. */
  find(document: DocumentNode, name: string | null): Operation | undefined {
    const known = this.#known.get(document);
    return known?.get(name) ?? this.#make(document, name, known ?? new Map<string | null, Operation>());
  }

  #make(document: DocumentNode, name: string | null, known: Map<string | null, Operation>): Operation | undefined {
    const definition = definitionOf(document, name);
    const root = definition && this.#schema.getRootType(definition.operation);
    if (!root) return undefined;
    const ownName = definition.name?.value ?? null;
    const operation = known.get(ownName) ?? new Operation(this.#schema, document, definition, root);
    this.#known.set(document, known.set(ownName, operation).set(name, operation));
    return operation;
  }
}

const bySchema = new WeakMap<GraphQLSchema, Operations>();

export function operationsOf(schema: GraphQLSchema): Operations {
  let operations = bySchema.get(schema);
  if (!operations) bySchema.set(schema, (operations = new Operations(schema)));
  return operations;
}

function definitionOf(document: DocumentNode, name: string | null): OperationDefinitionNode | undefined {
  const all = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  const [definition, ...more] = name === null ? all : all.filter((one) => one.name?.value === name);
  return more.length === 0 ? definition : undefined;
}
