import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from "graphql";
import { PlanCache } from "./plan-cache.ts";
import { type DocumentParts, Operation, partsOf } from "./operation.ts";

/** Estimated heap of the plans and costs of all operations, in bytes. */
const MAX_BYTES = 32 * 1024 * 1024;

interface Known {
  readonly parts: DocumentParts;
  readonly operations: Map<string | null, Operation>;
}

/** Operations of parsed documents with their plans, for one schema: shared by execution and query cost. */
export class Operations {
  /** Of all documents together. */
  readonly planCache = new PlanCache(MAX_BYTES);
  readonly #schema: GraphQLSchema;
  /** Lives as long as the document; the document cache bounds both. */
  readonly #known = new WeakMap<DocumentNode, Known>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** By name; without one, the document's only operation. Undefined when there is none, or the schema has no such root. */
  find(document: DocumentNode, name: string | null): Operation | undefined {
    return this.#known.get(document)?.operations.get(name) ?? this.#make(document, name);
  }

  #make(document: DocumentNode, name: string | null): Operation | undefined {
    const definition = definitionOf(document, name);
    const root = definition && this.#schema.getRootType(definition.operation);
    if (!root) return undefined;
    const known = this.#known.get(document) ?? { parts: partsOf(document), operations: new Map<string, Operation>() };
    this.#known.set(document, known);
    const ownName = definition.name?.value ?? null;
    const operation =
      known.operations.get(ownName) ??
      new Operation({ schema: this.#schema, definition, root, parts: known.parts, planCache: this.planCache });
    known.operations.set(ownName, operation).set(name, operation);
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
