import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfigMap,
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  getOperationAST,
  parse,
} from "graphql";
import { beforeEach, expect, test, vi } from "vitest";
import { type GraphContext, LOCAL_CALLER } from "../../../src/graph/index.ts";
import { DeprecatedUsage, Telemetry } from "../../../src/server/telemetry/index.ts";
import { Metrics } from "../../../src/server/telemetry/metrics.ts";
import { type ToyGraph, startToyGraph } from "../../support/live/toy-graph.ts";

const deprecationReason = "Use another. Removed after 2027-01-01.";
const Order = new GraphQLEnumType({ name: "Order", values: { UP: {}, DOWN: { deprecationReason } } });
const Filter: GraphQLInputObjectType = new GraphQLInputObjectType({
  name: "Filter",
  fields: () => ({
    name: { type: GraphQLString },
    nick: { type: GraphQLString, deprecationReason },
    order: { type: Order },
    any: { type: new GraphQLList(Filter) },
  }),
});
const fields: GraphQLFieldConfigMap<unknown, GraphContext> = {
  now: { type: GraphQLString },
  old: { type: GraphQLString, deprecationReason },
  list: {
    type: GraphQLString,
    args: { filter: { type: Filter }, order: { type: Order }, reverse: { type: GraphQLBoolean, deprecationReason } },
  },
};
const schema = new GraphQLSchema({
  query: new GraphQLObjectType<unknown, GraphContext>({ name: "Query", fields }),
});

let graph: ToyGraph;
let metrics: Metrics;
beforeEach(async () => {
  metrics = new Metrics();
  graph = await startToyGraph(
    {},
    {
      schema,
      telemetry: new Telemetry({ metrics, operations: new Set(["Known"]) }),
      authenticator: {
        isRequired: true,
        authenticate: ({ "x-api-key": [name = ""] = [] }) => ({ caller: { ...LOCAL_CALLER, id: name, name } }),
      },
    },
  );
});

async function send(caller: string, query: string, variables: object = {}, operationName?: string): Promise<void> {
  const reply = await fetch(`${graph.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": caller },
    body: JSON.stringify({ query, variables, operationName }),
  });
  expect(await reply.json()).not.toHaveProperty("errors");
}

/** The metric's values by its labels, in their order. */
async function uses(): Promise<Record<string, number>> {
  const text = await metrics.text();
  const found = text.matchAll(
    /^kore_graph_deprecated_uses_total\{element="(.*)",operation="(.*)",caller="(.*)"\} (\d+)$/gm,
  );
  return Object.fromEntries([...found].map(([, ...parts]) => [parts.slice(0, 3).join(" "), Number(parts[3])]));
}

test.each<[element: string, query: string, variables?: object]>([
  ["Query.old", "query Known { now old }"],
  ["Query.old", "query Known { ...F } fragment F on Query { old }"],
  ["Query.list(reverse:)", "query Known { list(reverse: true) }"],
  ["Filter.nick", 'query Known { list(filter: { nick: "x" }) }'],
  ["Order.DOWN", "query Known { list(order: DOWN) }"],
  ["Order.DOWN", "query Known($o: Order) { list(order: $o) }", { o: "DOWN" }],
  ["Filter.nick", "query Known($f: Filter) { list(filter: $f) }", { f: { any: [{ name: "x" }, { nick: "y" }] } }],
  ["Order.DOWN", "query Known($f: Filter) { list(filter: $f) }", { f: { any: [{ order: "DOWN" }] } }],
])(
  "a use of %s is counted by operation and caller, on Apollo's path and on the fast path: %s",
  async (element, query, variables) => {
    for (const caller of ["erp", "erp", "app"]) await send(caller, query, variables);
    expect(await uses()).toEqual({ [`${element} Known erp`]: 2, [`${element} Known app`]: 1 });
  },
);

test("what is not deprecated is not counted, and only the operation that runs is", async () => {
  const both = "query Known { now list(order: UP) } query Other { old }";
  await send("erp", both, {}, "Known");
  await send("erp", "query Known($f: Filter) { list(filter: $f) }", { f: { name: "x", order: "UP" } });
  expect(await uses()).toEqual({});
  await send("erp", both, {}, "Other");
  expect(await uses()).toEqual({ "Query.old other erp": 1 });
});

test("labels are bounded: names that callers make up, and callers beyond the hundredth, are others", async () => {
  for (let index = 0; index < 102; index += 1) await send(`caller ${index}`, "query MadeUp { old }");
  const counted = await uses();
  expect(Object.keys(counted)).toHaveLength(101);
  expect(counted["Query.old other other"]).toBe(2);
});

test("the stop logs one line with the uses since the last one", async () => {
  for (const query of ["{ old }", "query Known { old }", "query Known { old }"]) await send("erp", query);
  await graph.stop();
  const lines = graph.logged().filter(({ msg }) => msg === "deprecated elements of the schema were used");
  expect(lines.map(({ level, uses }) => [level, uses])).toEqual([
    [
      "info",
      [
        { element: "Query.old", operation: "Known", caller: "erp", count: 2 },
        { element: "Query.old", operation: "anonymous", caller: "erp", count: 1 },
      ],
    ],
  ]);
});

test("a day with uses is one line of the log, one without is none", () => {
  vi.useFakeTimers();
  const info = vi.fn();
  const usage = DeprecatedUsage.of(schema, { info } as never, undefined);
  const document = parse("{ old }");
  const operation = getOperationAST(document);
  if (!usage || !operation) throw new Error("the schema has deprecations, and the document an operation");
  for (let use = 0; use < 3; use += 1) {
    usage.count({ document, operation, variables: null, name: "anonymous", caller: { name: "erp" } });
  }
  vi.advanceTimersByTime(3 * 24 * 3_600_000);
  usage.close();
  vi.useRealTimers();
  const use = { element: "Query.old", operation: "anonymous", caller: "erp", count: 3 };
  expect(info.mock.calls).toEqual([[{ uses: [use] }, "deprecated elements of the schema were used"]]);
});

test("a schema without deprecations has nothing to look at", () => {
  const current = new GraphQLSchema({
    query: new GraphQLObjectType({ name: "Query", fields: { now: fields.now as never } }),
  });
  expect(DeprecatedUsage.of(current, {} as never, undefined)).toBeUndefined();
});
