import { OperationTypeNode, parse } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildGraphSchema } from "../../src/graph/index.ts";
import { graphParts } from "../../src/resources/index.ts";
import { documentedOperations } from "../../src/server/graphql/documented-operations.ts";
import { type TestApp, startApp } from "../support/app.ts";
import { readContract, usedContracts } from "../support/kore/contract-examples.ts";
import { simsByState } from "../support/kore/sims-by-state.ts";
import { textAndAlert } from "../support/kore/texts-and-alerts.ts";
import { BY_TOKEN } from "../support/kore/webhook-deliveries.ts";
import { onlyField, operationOf } from "../support/operations/only-field.ts";
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

const operations = Object.values(await readContract<Record<string, KoreOperation[]>>("operations.yaml")).flat();
/** The path of the API's base address, by operation of the used contracts. */
const used = new Map<string, string>();
for (const { paths, servers } of await usedContracts()) {
  for (const [path, item] of Object.entries(paths)) {
    const methods = Object.keys(item).filter((method) => /^(get|post|put)$/.test(method));
    for (const method of methods) used.set(`${method.toUpperCase()} ${path}`, new URL(servers[0]?.url ?? "").pathname);
  }
}

const schema = await buildGraphSchema(graphParts, { idChecks: "explain" });
const texts = [...(await documentedOperations()), ...MORE_OPERATIONS];
const documents = texts
  .map((text) => parse(text, { noLocation: true }))
  .filter((document) => operationOf(document).operation !== OperationTypeNode.SUBSCRIPTION);

let app: TestApp;
let variables: Record<string, unknown>;

beforeAll(async () => {
  app = await startApp({ clock: "real" }, { CACHE_SECONDS: "0", ...BY_TOKEN });
  variables = { ...app.kore.examples, ...(await simsByState(app)), ...(await textAndAlert(app)) };
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
    expect([...used.keys()].filter((operation) => !reached.has(operation))).toEqual([]);
  });

  test("that fields reach are in the used contract", () => {
    const reached = operations.filter(({ fields }) => fields).map(({ operation }) => operation);
    expect(reached.filter((operation) => !used.has(operation))).toEqual([]);
  });
});

const claims = operations.flatMap(({ operation, fields = [] }) => fields.map((field) => [field, operation] as const));

test.each(claims)("%s sends %s", async (field, operation) => {
  const proven = [];
  for (const document of documents) {
    const alone = onlyField(schema, document, field);
    if (!alone) continue;
    const [withIt, without] = [await requestsOf(alone.withIt, operation), await requestsOf(alone.without, operation)];
    proven.push({ isCause: withIt > without });
    if (withIt > without) break;
  }
  expect(proven.at(-1), `${field} in ${proven.length} operations`).toEqual({ isCause: true });
});

/** The requests of one kind that KORE receives for an operation. */
async function requestsOf(text: string, operation: string): Promise<number> {
  const before = app.kore.log().length;
  const { errors } = await app.graph.query(text, variables);
  expect(errors, text).toBeUndefined();
  const [method, path = ""] = operation.split(" ");
  const pattern = new RegExp(`^${used.get(operation) ?? ""}${path.replace(/\{[^}]+\}/g, "[^/]+")}$`);
  const requests = app.kore.log().slice(before);
  return requests.filter((request) => request.method === method && pattern.test(request.path)).length;
}
