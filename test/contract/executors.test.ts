import { readFile, readdir } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  execute,
  getIntrospectionQuery,
  parse,
  validate,
} from "graphql";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildGraphSchema, createExecutor } from "../../src/graph/index.ts";
import { graphParts } from "../../src/resources/index.ts";
import { RandomValues, resolveRandomly, variablesFor } from "../support/operations/random-resolvers.ts";

/*
 * Our executor must answer as graphql-js does, to the byte: data, errors, their order, places and words. Both run every
 * operation that we show and every one in our tests, against a graph in which anything goes wrong anywhere.
 */

const OPERATIONS = new URL("../../schema/operations/", import.meta.url);
const TESTS = new URL("../", import.meta.url);
const ROUNDS = 40;

/** What our operations have little of. */
const MORE = [
  `query ($with: Boolean!, $without: Boolean!, $first: Int) {
    __typename
    a: subscriptions(accountId: "acme", first: $first) @include(if: $with) { ...Sims }
    b: subscriptions(accountId: "acme", first: 3) @skip(if: $without) { ...Sims totalCount }
  }
  fragment Sims on SimSubscriptionConnection {
    nodes { ...on SimSubscription { id @skip(if: $with) state } __typename state @include(if: $without) ...Rest }
    edges { cursor node { ...Rest } }
  }
  fragment Rest on SimSubscription { costCenter { name } account { id name subscriptions { totalCount } } again: iccid }`,
  `query ($representations: [_Any!]!) {
    _entities(representations: $representations) {
      __typename
      ...on SimSubscription { id costCenter { name } profile { plans { usageType } } stateHistory { startedAt state } }
      ...on Account { id name activationProfiles { planIds createdAt } }
      ...on ProvisioningRequest { status progress { total } subscriptions { subscription { state } } }
    }
    _service { sdl }
  }`,
  `query First { account(id: "a") { id } } query Second { accounts { id name costCenters { id name key } } }`,
  `query ($maybe: Boolean = true) { account(id: "a") { id @include(if: $maybe) name @skip(if: $maybe) } }`,
  `{ __proto__: account(id: "a") { constructor: id toString: name } }`,
];

interface Case {
  name: string;
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

let cases: Case[] = [];
let schema: GraphQLSchema;

beforeAll(async () => {
  schema = await buildGraphSchema(graphParts, { idChecks: "explain" });
  const shown = await Promise.all(
    (await readdir(OPERATIONS)).map((name) => readFile(new URL(name, OPERATIONS), "utf8")),
  );
  const found = await textsOfTests();
  cases = [...new Set([...shown, ...found, ...MORE])].flatMap((text) => casesOf(text));
});

/** Errors that nobody has heard. graphql-js forgets some promises of a list when another item fails at once. */
let unheard = 0;
const usual = process.listeners("unhandledRejection");
beforeAll(() => {
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", () => (unheard += 1));
});
afterAll(() => {
  process.removeAllListeners("unhandledRejection");
  for (const listener of usual) process.on("unhandledRejection", listener);
});

describe("our executor and graphql-js", () => {
  test("have all that we show and test to compare", () => {
    expect(cases.length).toBeGreaterThan(75);
  });

  test.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))("answer alike in world %i", async (seed) => {
    const chance = new RandomValues(seed);
    const world = await buildGraphSchema(graphParts, { idChecks: "explain" });
    resolveRandomly(world, chance);
    const ours = createExecutor(world);
    const differing: { name: string; ours: string; theirs: string }[] = [];
    for (const { name, document, operation } of cases) {
      const run = {
        document,
        operationName: operation.name?.value ?? null,
        variableValues: variablesFor(world, operation, chance),
        contextValue: {},
        rootValue: {},
      };
      const theirs = written(await execute({ schema: world, ...run }));
      await setImmediate();
      unheard = 0;
      // The second run finds the plan of the first.
      for (const answer of [written(await ours(run)), written(await ours(run))]) {
        if (answer !== theirs) differing.push({ name, ours: answer, theirs });
      }
      await setImmediate();
      expect(unheard, name).toBe(0);
    }
    expect(differing).toEqual([]);
  });

  test("introspect alike", async () => {
    const document = parse(getIntrospectionQuery());
    const [ours, theirs] = [await createExecutor(schema)({ document }), await execute({ schema, document })];
    expect(written(ours)).toBe(written(theirs));
  });

  test.each([
    ["a name that no operation has", { operationName: "Third" }],
    ["no name where there are two", {}],
    ["an empty name", { operationName: "" }],
  ])("refuse alike: %s", async (_what, names) => {
    const run = { document: parse(MORE[2] ?? ""), ...names };
    const [ours, theirs] = [await createExecutor(schema)(run), await execute({ schema, ...run })];
    expect(written(ours)).toBe(written(theirs));
    expect(theirs.errors).toHaveLength(1);
  });

  test.each([
    {},
    { iccid: "12" },
    { iccid: null },
    { iccid: ["8", { "9": 1 }] },
    { iccid: "89014103211118510720", x: 1 },
  ])("refuse variables alike: %j", async (variableValues) => {
    const document = parse(
      "query ($iccid: ICCID!) { __typename @skip(if: true) subscription(accountId: 1, iccid: $iccid) { id } }",
    );
    const contextValue = {};
    const [ours, theirs] = [
      await createExecutor(schema)({ document, variableValues, contextValue }),
      await execute({ schema, document, variableValues, contextValue }),
    ];
    expect(written(ours)).toBe(written(theirs));
  });
});

/** As it goes over the wire, and what the log would be told besides. */
function written({ data, errors }: ExecutionResult): string {
  const told = errors?.map((error) => {
    if (!(error instanceof GraphQLError)) throw new Error("no GraphQL error", { cause: error });
    return { ...error.toJSON(), cause: error.originalError?.message, nodes: error.nodes?.length };
  });
  return JSON.stringify({ data, errors: told }, null, 1);
}

function casesOf(text: string): Case[] {
  const document = parsed(text);
  if (!document || validate(schema, document).length > 0) return [];
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  return operations.map((operation) => ({ name: text, document, operation }));
}

function parsed(text: string): DocumentNode | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** Every text in our tests that has no holes; those that are no operations fall out later. */
async function textsOfTests(): Promise<string[]> {
  const files = (await readdir(TESTS, { recursive: true })).filter((file) => /\.test\.ts$/.test(file));
  const texts: string[] = [];
  for (const file of files) {
    const visit = (node: ts.Node) => {
      if (ts.isStringLiteralLike(node) && node.text.includes("{")) texts.push(node.text);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, await readFile(new URL(file, TESTS), "utf8"), ts.ScriptTarget.Latest));
  }
  return texts;
}
