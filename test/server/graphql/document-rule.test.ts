import { type ValidationRule, buildSchema, parse, specifiedRules, validate } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentRule } from "../../../src/server/graphql/limits/document-rule.ts";
import { DEFAULT_LIMITS } from "../../../src/server/graphql/limits/limits.ts";
import { type TestApp, startApp } from "../../support/app.ts";
import { EVERY_TRANSPORT } from "../../support/operations/every-transport.ts";

const copies = (text: string, count = 490) => `${text} `.repeat(count);

/** Each is refused for its size; `nothing` is no field, which only graphql-js' own rules would say. */
const TOO_LARGE: Record<string, string> = {
  "490 copies at the root": `{ ${copies("accounts { nothing }")} }`,
  "490 copies below the root": `{ account(id: "a") { ${copies("costCenters { nothing }")} } }`,
  "copies at both": `{ ${copies('account(id: "a") { nothing }', 19)} capabilities { ${copies("mode", 1500)} } }`,
  "copies of leaves": `{ account(id: "a") { ${copies("nothing", 1900)} } }`,
  "copies by aliases of one name": `{ account(id: "a") { ${copies("id: nothing", 30)} ${copies("id", 500)} } }`,
  "copies in a fragment": `{ account(id: "a") { ...F } } fragment F on Account { ${copies("costCenters { nothing }", 400)} }`,
  "copies in a fragment that nothing uses": `{ __typename } fragment F on Account { ${copies("costCenters { nothing }", 400)} }`,
  "copies in inline fragments": `{ account(id: "a") { ${copies("... { id nothing }", 300)} } }`,
  "copies by many fragments": `{ account(id: "a") { ${Array.from({ length: 110 }, (_, n) => `...F${n}`).join(" ")} } } ${Array.from(
    { length: 110 },
    (_, n) => `fragment F${n} on Account { id nothing { id } }`,
  ).join(" ")}`,
  "copies that only together are many": `{ account(id: "a") { ${copies("subscriptions { nodes { id nothing } }", 110)} } }`,
  "copies in another operation": `query A { __typename } query B { account(id: "a") { ${copies("costCenters { nothing }", 400)} } }`,
  "more levels than allowed": `{ ${"account { ".repeat(13)} nothing ${"} ".repeat(13)} }`,
  "more selections than allowed": `{ account(id: "a") { ...A ...A ...A ...A } } fragment A on Account { ...B ...B ...B ...B ...B ...B } fragment B on Account { ${Array.from(
    { length: 90 },
    (_, n) => `nothing${n}`,
  ).join(" ")} }`,
};

const ACCEPTABLE: Record<string, string> = {
  "some copies": `{ account(id: "a") { ${copies("id name", 60)} } }`,
  "fragments of a front end": `{ account(id: "a") { ${Array.from({ length: 20 }, (_, n) => `...F${n}`).join(" ")} } } ${Array.from(
    { length: 20 },
    (_, n) => `fragment F${n} on Account { id name number }`,
  ).join(" ")}`,
};

describe("12.8 the size rule comes before graphql-js' own rules:", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ accounts: { acme: { sims: 1 } } });
  });
  afterAll(() => app.stop());

  test.each(Object.entries(TOO_LARGE))("%s", async (_, query) => {
    for (const { name, ask } of EVERY_TRANSPORT) {
      const { errors = [] } = await ask(app.url, { query });
      expect([name, errors.map(({ extensions: { code } }) => code)]).toEqual([name, ["GRAPHQL_VALIDATION_FAILED"]]);
      expect(errors[0]?.message).toMatch(/at most \d+ /);
      expect(errors[0]).toHaveProperty("locations");
    }
  });

  test.each(Object.entries(ACCEPTABLE))("%s are let through", async (_, query) => {
    const { errors = [] } = await app.graph.query(query);
    expect(errors.map(({ extensions: { code } }) => code)).not.toContain("GRAPHQL_VALIDATION_FAILED");
  });
});

describe("A document that is refused for its size", () => {
  const schema = buildSchema("type Query { a(x: Int): Query id: ID }");

  /** Number of fields that other rules visit. */
  function visited(query: string, firsts: ValidationRule[]): { fields: number; errors: number } {
    let fields = 0;
    const probe: ValidationRule = () => ({ Field: () => void (fields += 1), SelectionSet: () => void (fields += 1) });
    const errors = validate(schema, parse(query), [...specifiedRules, probe, ...firsts], { maxErrors: 5 });
    return { fields, errors: errors.length };
  }

  test.each([
    `{ ${copies("a { id }")} }`,
    `{ a { ${copies("a { id }")} } }`,
    `{ a { ...F } } fragment F on Query { ${copies("a { ...G }", 400)} } fragment G on Query { id ...F }`,
    `{ ...F } fragment F on Query { a { ...F } a { ...F } ${copies("id", 300)} }`,
  ])("12.8 is shown to no other rule (%#)", (query) => {
    expect(visited(query, [documentRule(DEFAULT_LIMITS)])).toEqual({ fields: 0, errors: 1 });
  });

  test("and no other is hidden from them", () => {
    const query = "{ a { id } ...F } fragment F on Query { a(x: 1) { id } nothing }";
    expect(visited(query, [documentRule(DEFAULT_LIMITS)])).toEqual(visited(query, []));
  });

  test("fragments in circles end, and are graphql-js' to refuse", () => {
    const query =
      "{ ...F } fragment F on Query { a { ...G b: a { ...F } } } fragment G on Query { a { ...F } c: a { ...G } }";
    const { errors } = visited(query, [documentRule(DEFAULT_LIMITS)]);
    expect(errors).toBeGreaterThan(0);
  });
});
