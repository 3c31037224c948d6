import { setImmediate } from "node:timers/promises";
import { type DocumentNode, buildSchema, getOperationAST, parse } from "graphql";
import { describe, expect, test } from "vitest";
import { LOCAL_CALLER, buildGraphSchema, createExecutor, queryCost } from "../../../src/graph/index.ts";
import { operationsOf } from "../../../src/graph/executor/operations.ts";
import { graphParts } from "../../../src/resources/index.ts";
import { heapInUse } from "../../support/heap.ts";

const schema = await buildGraphSchema(graphParts, { idChecks: "explain" });
const context = { kore: { credentials: [{ name: "default" }] }, caller: LOCAL_CALLER };
const MIB = 1024 * 1024;

const some = (count: number) => Array.from({ length: count }, (_, n) => n);

function costOf(document: DocumentNode, variables: Record<string, unknown> = {}): number {
  const operation = getOperationAST(document);
  if (!operation) throw new Error("no operation");
  return queryCost({ schema, document, operation, variables, context });
}

/** Some 2 KB with six conditions, of which each value is one of 64 combinations; written out, about 2,000 fields. */
const conditional = (n: number) => `
  query Q${n}(${some(6)
    .map((at) => `$c${at}: Boolean!`)
    .join(", ")}) {
    ${some(15)
      .map((at) => `account${at}: account(id: "cmp-${n}") { ...F }`)
      .join(" ")}
  }
  fragment F on Account { ${some(6)
    .map((at) => `...G${at} @include(if: $c${at})`)
    .join(" ")} }
  ${some(6)
    .map(
      (at) =>
        `fragment G${at} on Account { id s${at}: subscriptions(first: ${at + 1}) { nodes { iccid imsi costCenter { id name } } } }`,
    )
    .join("\n")}`;

const combinations = some(64).map((bits) =>
  Object.fromEntries(some(6).map((at) => [`c${at}`, Boolean((bits >> at) & 1)])),
);

describe("12.4.2 plans and costs have one bound over all documents:", () => {
  test("pricing 64 combinations of each of nine documents builds one structure for each document", () => {
    const documents = some(9).map((n) => parse(conditional(n)));
    for (const document of documents) costOf(document, combinations[63]);
    const { planCache } = operationsOf(schema);
    const before = { size: planCache.size, bytes: planCache.bytes };
    const heap = heapInUse();
    for (const document of documents) for (const variables of combinations) costOf(document, variables);
    expect(heapInUse() - heap).toBeLessThan(MIB);
    expect({ size: planCache.size, bytes: planCache.bytes }).toEqual(before);
  });

  test("running 64 combinations of each of nine documents keeps no more than 32 MiB", async () => {
    const small = buildSchema(
      "type Query { a(of: Int): A } type A { a(of: Int): A b: B c: String } type B { d: String }",
    );
    const leaf = { b: { d: "d" }, c: "c" };
    const rootValue = { a: { ...leaf, a: leaf } };
    const query = (n: number) => `
      query Q${n}(${some(6)
        .map((at) => `$c${at}: Boolean!`)
        .join(", ")}) { ${some(6)
        .map((at) =>
          some(12)
            .map((of) => `f${at}_${of}: a { ...F${at} }`)
            .join(" "),
        )
        .join(" ")} }
      ${some(6)
        .map((at) =>
          `fragment F${at} on A @include(if: true) { a { c ...G @include(if: $c${at}) } c }`.replace(
            " @include(if: true)",
            "",
          ),
        )
        .join("\n")}
      fragment G on A { ${some(8)
        .map((at) => `g${at}: b { d }`)
        .join(" ")} }`;
    const execute = createExecutor(small);
    const documents = some(9).map((n) => parse(query(n)));
    const before = heapInUse();
    for (const document of documents) {
      for (const variableValues of combinations) await execute({ document, variableValues, rootValue });
    }
    expect(heapInUse() - before).toBeLessThan(32 * MIB);
    const { planCache } = operationsOf(small);
    expect(planCache.size).toBeGreaterThan(5);
    expect(planCache.bytes).toBeLessThanOrEqual(32 * MIB);
    expect(documents).toHaveLength(9);
  });

  test("used values are kept, and the least recently used is evicted", async () => {
    const small = buildSchema("type Query { a: String }");
    const execute = createExecutor(small);
    const { planCache } = operationsOf(small);
    const fields = some(500).map((at) => `a${at}: a`);
    const documents = some(100).map((n) => parse(`query Q${n} { ${fields.join(" ")} }`));
    const planOf = (document: DocumentNode) => operationsOf(small).find(document, null)?.plan({});
    const [first, second] = documents as [DocumentNode, DocumentNode];
    const [firstPlan, secondPlan] = [planOf(first), planOf(second)];
    for (const document of documents) {
      await execute({ document });
      await execute({ document: first });
    }
    expect(planCache.size).toBeLessThan(100);
    expect(planOf(first)).toBe(firstPlan);
    expect(planOf(second)).not.toBe(secondPlan);
  });

  test("values of a document are released with it", async () => {
    const small = buildSchema("type Query { a: String }");
    const execute = createExecutor(small);
    const long = "x".repeat(100_000);
    const before = heapInUse();
    for (const n of some(200)) await execute({ document: parse(`query Q${n} { a } # ${n} ${long}`) });
    expect(operationsOf(small).planCache.size).toBe(200);
    await setImmediate(); // Until then the engine keeps new targets of weak references.
    expect(heapInUse() - before).toBeLessThan(5 * MIB);
  });
});

describe("12.4.3 conditions cost their selection:", () => {
  const page = (fields: string) => `subscriptions(accountId: "a", first: 100) { nodes { ${fields} } }`;

  test.each([
    ["a fragment spread under two conditions", page("...F @include(if: $a) ...F @include(if: $b)"), [1, 101, 101, 101]],
    [
      "one field in two places",
      `${page("profile @include(if: $a) { id }")} ${page("profile @skip(if: $b) { name }")}`,
      [101, 101, 1, 101],
    ],
    ["a condition above", `... @include(if: $a) { ${page("profile { id }")} } __typename`, [0, 101, 0, 101]],
    ["both at one field", page("profile @include(if: $a) @skip(if: $b) { id } id"), [1, 101, 1, 1]],
    [
      "conditions in each other",
      page("... @include(if: $a) { ... @include(if: $b) { profile { id } } } id"),
      [1, 1, 1, 101],
    ],
    [
      "a merged field, of which one part costs",
      `${page("id")} ... @include(if: $a) { ${page("profile { id }")} }`,
      [1, 101, 1, 101],
    ],
    [
      "literals",
      `${page("profile @include(if: false) { id } id")} ${page("profile @skip(if: true) { id }")}`,
      [1, 1, 1, 1],
    ],
    ["literals that select", page("profile @include(if: true) @skip(if: false) { id } id"), [101, 101, 101, 101]],
  ])("%s", (_, selection, costs) => {
    const document = parse(
      `query ($a: Boolean = false, $b: Boolean = false) { ${selection} } fragment F on SimSubscription { profile { id } }`,
    );
    const given = [{}, { a: true }, { b: true }, { a: true, b: true }];
    expect(given.map((variables) => costOf(document, variables))).toEqual(costs);
  });

  test("references, by the type that is referenced", () => {
    const document = parse(`query ($of: [_Any!]!, $a: Boolean!) { _entities(representations: $of) {
      ... on Account @include(if: $a) { costCenters { id } } ... on Account { id } ... on SimSubscription { id } } }`);
    const account = { __typename: "Account", id: "cmp-1" };
    const without = costOf(document, { of: [account], a: false });
    expect(costOf(document, { of: [account], a: true })).toBe(without + 1);
    expect(
      costOf(document, { of: [account, { __typename: "SimSubscription", accountId: "cmp-1", id: "1" }], a: true }),
    ).toBe(without + 2);
  });

  test("every combination costs as much as the same document without its conditions", () => {
    const text = conditional(1);
    const document = parse(text);
    for (const variables of combinations) {
      const decided = Object.entries(variables).reduce(
        (all, [name, value]) => all.replaceAll(`@include(if: $${name})`, value ? "" : "@include(if: false)"),
        text.replace(/\(\$c0.*?\)/, ""),
      );
      expect(costOf(document, variables)).toBe(costOf(parse(decided)));
    }
  });
});
