import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { announcedBreaks, breakingChanges, undatedDeprecations } from "../support/schema/breaking-changes.ts";

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const current = await read("schema/subgraph.graphql");

test("each breaking change since the last release is named under Breaking in the changelog's newest section", async () => {
  const announced = announcedBreaks(await read("CHANGELOG.md"));
  const changes = await breakingChanges(await read("schema/released.graphql"), current);
  expect(changes.filter(({ coordinate }) => !announced.has(coordinate))).toEqual([]);
});

test("what is deprecated has a reason and the date of its removal", () => {
  expect(undatedDeprecations(current)).toEqual([]);
});

describe("the check finds", () => {
  const RELEASED = `
    directive @key(fields: String!) repeatable on OBJECT
    type Query { sim(id: ID!): Sim sims: [Sim!]! }
    type Sim @key(fields: "id") @key(fields: "iccid") { id: ID! iccid: String state: State }
    enum State { ACTIVE STOCK }
    input Filter { state: State }`;
  const after = async (from: string, to: string) =>
    (await breakingChanges(RELEASED, RELEASED.replace(from, to))).map(({ coordinate }) => coordinate);

  test.each([
    ["a removed field", "state: State }\n    enum", "}\n    enum", ["Sim.state"]],
    ["another type", "iccid: String ", "iccid: Int ", ["Sim.iccid"]],
    ["a removed enum value", "ACTIVE STOCK", "ACTIVE", ["State.STOCK"]],
    ["a new argument that is required", "sim(id: ID!)", "sim(id: ID!, at: ID!)", ["Query.sim.at"]],
    ["a new input field that is required", "Filter { state: State }", "Filter { state: State at: ID! }", ["Filter.at"]],
    ["a removed key", ' @key(fields: "iccid")', "", ["Sim"]],
  ])("%s", async (_, from, to, expected) => {
    expect(await after(from, to)).toEqual(expected);
  });

  test("nothing in what adds", async () => {
    expect(await after("state: State }\n    enum", "state: State, plan: String }\n    enum")).toEqual([]);
    expect(await after("sims:", "count: Int sims:")).toEqual([]);
  });

  test("only what the newest section names, each change by itself", () => {
    const changelog =
      "# Changelog\n\n## 0.2.0 (not released yet)\n\n### Breaking\n\n- `Sim.state` is gone; `Sim.iccid` is a number.\n\n" +
      "### Added\n\n- `Sim.plan`\n\n## 0.1.0\n\n### Breaking\n\n- `Query.sim` has an argument.\n";
    expect([...announcedBreaks(changelog)]).toEqual(["Sim.state", "Sim.iccid"]);
    expect([...announcedBreaks("## 0.1.0\n\n### Added\n\n- `Sim.state`")]).toEqual([]);
  });

  test("deprecations without a reason or a date", () => {
    const sdl = `
      type Query {
        a: Int @deprecated
        b: Int @deprecated(reason: "Use c.")
        c(d: Int @deprecated(reason: "It has no effect.")): Int
        e: Int @deprecated(reason: "Use c: removed after 2027-06-30.")
      }
      enum State { OLD @deprecated(reason: "2027-06-30") NEW }`;
    expect(undatedDeprecations(sdl)).toEqual(["Query.a", "Query.b", "Query.c.d", "State.OLD"]);
  });
});
