import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  getNamedType,
  isInputObjectType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  parse,
} from "graphql";
import { type OperationGroup, type PlaygroundTab } from "./index.ts";

/** The name of the interface of API clients' payloads ends so; `SCHEMA_PREFIX` may stand before it. */
const CLIENT_PAYLOAD = /ClientPayload$/;

/** The names of the payloads of alert rules end so. */
const RULE_PAYLOAD = /RulePayload$/;

/** The documented operations, grouped by what the schema says of their fields. */
export function operationTabs(
  operations: readonly string[],
  examples: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): PlaygroundTab[] {
  return operations.map((query) => ({
    query,
    variables: exampleVariables(query, examples),
    group: groupOf(parse(query), schema),
    ...watchedAs(parse(query), schema),
  }));
}

/** By the type of the requests that a mutation's payload shows, such as `EsimRequest`. */
function watchedAs(document: DocumentNode, schema: GraphQLSchema): Pick<PlaygroundTab, "watchedAs"> {
  const [field] = operationsIn(document)[0]?.selectionSet.selections ?? [];
  const mutations = schema.getMutationType()?.getFields() ?? {};
  const payload = field?.kind === Kind.FIELD ? getNamedType(mutations[field.name.value]?.type) : undefined;
  if (!isObjectType(payload)) return {};
  const { requests, request, results } = payload.getFields();
  const result = getNamedType(results?.type);
  const shown = requests ?? request ?? (isObjectType(result) ? result.getFields().request : undefined);
  // `SCHEMA_PREFIX` may stand before the type's name.
  const [name] = /[A-Za-z]+Request$/.exec(getNamedType(shown?.type)?.name ?? "") ?? [];
  return name === undefined ? {} : { watchedAs: `${name.charAt(0).toLowerCase()}${name.slice(1)}Id` };
}

/** A required variable gets the example of its name, or an empty text. */
export function exampleVariables(query: string, examples: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const definitions = operationsIn(parse(query)).flatMap(({ variableDefinitions }) => variableDefinitions ?? []);
  const required = definitions.filter(({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && !defaultValue);
  return Object.fromEntries(required.map(({ variable: { name } }) => [name.value, examples[name.value] ?? ""]));
}

/** Mutations that require a `confirm`, by name: they end service or access. */
export function confirmedMutations(schema: GraphQLSchema): string[] {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
  return mutations.filter(requiresConfirm).map(({ name }) => name);
}

function requiresConfirm({ args }: GraphQLField<unknown, unknown>): boolean {
  return args.some((argument) => {
    if (argument.name === "confirm") return isRequiredArgument(argument);
    const type = getNamedType(argument.type);
    const field = isInputObjectType(type) ? type.getFields().confirm : undefined;
    return field !== undefined && isRequiredInputField(field);
  });
}

function groupOf(document: DocumentNode, schema: GraphQLSchema): OperationGroup {
  const [operation] = operationsIn(document);
  if (operation?.operation === OperationTypeNode.SUBSCRIPTION) return "live";
  if (operation?.operation !== OperationTypeNode.MUTATION) return "read";
  const mutations = schema.getMutationType()?.getFields() ?? {};
  const payloads = operation.selectionSet.selections.flatMap((selection) => {
    const type = selection.kind === Kind.FIELD ? getNamedType(mutations[selection.name.value]?.type) : undefined;
    return isObjectType(type) ? [type] : [];
  });
  if (payloads.some((type) => RULE_PAYLOAD.test(type.name))) return "alerts";
  const changesClients = payloads.some((type) => type.getInterfaces().some(({ name }) => CLIENT_PAYLOAD.test(name)));
  return changesClients ? "apiClients" : "order";
}

function operationsIn({ definitions }: DocumentNode): OperationDefinitionNode[] {
  return definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
}
