import { readFile } from "node:fs/promises";
import { buildSchema, isSpecifiedDirective, lexicographicSortSchema, printSchema } from "graphql";
import { expect, test } from "vitest";
import { buildGraphSchema, printApi } from "../../src/graph/index.ts";
import { graphParts } from "../../src/resources/index.ts";

const text = await readFile(new URL("../../schema/api.graphql", import.meta.url), "utf8");
const executed = await buildGraphSchema(graphParts, { idChecks: "explain" });
const api = buildSchema(text); // Clients' tools read it so.

/** Such as `_Any` and `federation__FieldSet`; introspection's types begin with two underscores. */
const isOfFederation = (name: string) => /^_[^_]|[^_]__/.test(name);

test("schema/api.graphql is the executed schema", () => {
  expect(text).toBe(printApi(executed));
  const executedTypes = Object.values(executed.getTypeMap()).map(({ name }) => name);
  const own = executedTypes.filter((name) => !isOfFederation(name));
  expect(
    Object.values(api.getTypeMap())
      .map(({ name }) => name)
      .sort(),
  ).toEqual(own.sort());
});

test("it has nothing of federation", () => {
  expect(api.getDirectives().filter((directive) => !isSpecifiedDirective(directive))).toEqual([]);
  expect(Object.keys(api.getTypeMap()).filter(isOfFederation)).toEqual([]);
  expect(Object.keys(api.getQueryType()?.getFields() ?? {}).filter((name) => name.startsWith("_"))).toEqual([]);
  expect(text).not.toMatch(/_Any|FieldSet|@key|@shareable|@link/);
});

test("its text has all of it", () => {
  const canonical = (sdl: string) => printSchema(lexicographicSortSchema(buildSchema(sdl)));
  expect(canonical(printSchema(api))).toBe(canonical(text));
  expect(api.getQueryType()?.getFields().node?.type).toBe(api.getType("Node"));
});
