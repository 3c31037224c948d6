import { readFile } from "node:fs/promises";
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  OperationTypeNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  parse,
  print,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { buildGraphSchema } from "../../src/graph/index.ts";
import { graphParts } from "../../src/resources/index.ts";
import { documentedOperations } from "../../src/server/graphql/documented-operations.ts";
import { type TestApp, startApp } from "../support/app.ts";
import { MORE_OPERATIONS } from "../support/operations/rarely-shown.ts";

interface KoreOperation {
  operation: string;
  title: string;
  fields?: string[];
  why?: string;
}

/*
 * The table in schema/kore/COVERAGE.md is proven by KORE's requests: each named field alone, in one of the shown operations,
 * makes the simulator receive the request, which it does not receive when the field is left out.
 */

const CONTRACT = new URL("../../schema/kore/", import.meta.url);
const readYaml = async <Content>(name: string) => parseYaml(await readFile(new URL(name, CONTRACT), "utf8")) as Content;
const operations = Object.values(await readYaml<Record<string, KoreOperation[]>>("operations.yaml")).flat();
const { paths } = await readYaml<{ paths: Record<string, Record<string, unknown>> }>("connectivity.openapi.yaml");
const used = Object.entries(paths).flatMap(([path, item]) =>
  Object.keys(item).flatMap((method) => (/^(get|post|put)$/.test(method) ? [`${method.toUpperCase()} ${path}`] : [])),
);

const schema = await buildGraphSchema(graphParts, { idChecks: "explain" });
const texts = [...(await documentedOperations()), ...MORE_OPERATIONS];
const documents = texts
  .map((text) => parse(text, { noLocation: true }))
  .filter((document) => operationOf(document).operation !== OperationTypeNode.SUBSCRIPTION);

let app: TestApp;
let variables: Record<string, unknown>;

beforeAll(async () => {
  app = await startApp({ clock: "real" }, { CACHE_SECONDS: "0" });
  variables = { ...app.kore.examples, ...(await simsByState(app)) };
});
afterAll(() => app.stop());

describe("operations of KORE", () => {
  test("have fields, or a reason why there are none", () => {
    for (const one of operations)
      expect([one.operation, (one.fields ?? [one.why]).length > 0]).toEqual([one.operation, true]);
    expect(operations.filter(({ fields, why }) => (fields === undefined) === (why === undefined))).toEqual([]);
    expect(new Set(operations.map(({ operation }) => operation)).size).toBe(operations.length);
  });

  test("that the used contract describes are reached", () => {
    const reached = new Set(operations.filter(({ why }) => why !== "Not yet").map(({ operation }) => operation));
    expect(used.filter((operation) => !reached.has(operation))).toEqual([]);
  });

  test("that fields reach are in the used contract", () => {
    const reached = operations.filter(({ fields }) => fields).map(({ operation }) => operation);
    expect(reached.filter((operation) => !used.includes(operation))).toEqual([]);
  });
});

const claims = operations.flatMap(({ operation, fields = [] }) => fields.map((field) => [field, operation] as const));

test.each(claims)("%s sends %s", async (field, operation) => {
  const proven = [];
  for (const document of documents) {
    const alone = onlyField(document, field);
    if (!alone) continue;
    const [withIt, without] = [await requestsOf(alone.withIt, operation), await requestsOf(alone.without, operation)];
    proven.push({ isCause: withIt > without });
    if (withIt > without) break;
  }
  expect(proven.at(-1), `${field} in ${proven.length} operations`).toEqual({ isCause: true });
});

/** An operation with nothing but a field and the way to it, and the same without the field; undefined if it has no such field. */
function onlyField(document: DocumentNode, coordinate: string): { withIt: string; without: string } | undefined {
  const info = new TypeInfo(schema);
  const found = new Set<FieldNode>();
  const find = (node: FieldNode) => {
    if (`${info.getParentType()?.name ?? ""}.${node.name.value}` === coordinate) found.add(node);
  };
  visit(document, visitWithTypeInfo(info, { Field: find }));
  if (found.size === 0) return undefined;
  const withIt = (node: FieldNode): FieldNode => (node.selectionSet ? { ...node, selectionSet: TYPENAME } : node);
  return { withIt: pruned(document, found, withIt), without: pruned(document, found, () => TYPENAME_FIELD) };
}

const TYPENAME_FIELD: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };
const TYPENAME: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [TYPENAME_FIELD] };

function pruned(document: DocumentNode, kept: ReadonlySet<FieldNode>, replace: (node: FieldNode) => FieldNode): string {
  const prune = ({ selections, ...set }: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: selections.flatMap((node): SelectionNode[] => {
      if (node.kind === Kind.FIELD && kept.has(node)) return [replace(node)];
      if (node.kind === Kind.FRAGMENT_SPREAD || !node.selectionSet) return [];
      const below = prune(node.selectionSet);
      return below.selections.length > 0 ? [{ ...node, selectionSet: below }] : [];
    }),
  });
  const operation = operationOf(document);
  const selectionSet = prune(operation.selectionSet);
  const names = new Set<string>();
  visit(selectionSet, { Variable: ({ name }) => void names.add(name.value) });
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => names.has(variable.name.value));
  return print({ ...operation, selectionSet, variableDefinitions } as OperationDefinitionNode);
}

/** The requests of one kind that KORE receives for an operation. */
async function requestsOf(text: string, operation: string): Promise<number> {
  const before = app.kore.log().length;
  const { errors } = await app.graph.query(text, variables);
  expect(errors, text).toBeUndefined();
  const [method, path = ""] = operation.split(" ");
  const pattern = new RegExp(`^/connectivity${path.replace(/\{[^}]+\}/g, "[^/]+")}$`);
  const requests = app.kore.log().slice(before);
  return requests.filter((request) => request.method === method && pattern.test(request.path)).length;
}

function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const [operation] = definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || definitions.length > 1) throw new Error("not one operation");
  return operation;
}

/** A SIM in each state that writes need. */
async function simsByState({ graph, kore }: TestApp): Promise<Record<string, string>> {
  const sim = (state: string) =>
    `${state.toLowerCase()}: subscriptions(accountId: $id, first: 1, filter: { state: ${state} }) { nodes { iccid } }`;
  const { data } = await graph.query<Record<string, { nodes: { iccid: string }[] }>>(
    `query ($id: ID!) { ${["ACTIVE", "SUSPENDED", "DEACTIVATED"].map(sim).join(" ")} }`,
    { id: kore.examples.accountId },
  );
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([state, { nodes }]) => [`${state}Iccid`, nodes[0]?.iccid ?? ""]),
  );
}
