import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

const COST_CENTERS = "/v1/accounts/acme/cost-centers";
const SETTLE = { PROVISIONING_SETTLE_MS: "20", PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "40" };
const READ = `GET ${COST_CENTERS} ×1`;
const path = "/connectivity/**/cost-centers";

interface Payload {
  outcome: string;
  reason: string | null;
  field: string | null;
  message: string | null;
  costCenter: { key: string; name: string } | null;
}

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ accounts: { acme: { sims: 3 } }, clock: "real" }, SETTLE);
});
afterEach(() => app.stop());

const send = (mutation: "create" | "rename", input: object, fields = "") =>
  app.graph.query<Record<string, Payload>>(
    `mutation ($input: ${mutation === "create" ? "Create" : "Rename"}CostCenterInput!) {
       ${mutation}CostCenter(input: $input) { outcome reason field message ${fields} } }`,
    { input: { accountId: "acme", ...input } },
  );

async function write(mutation: "create" | "rename", input: object, fields = ""): Promise<Payload | undefined> {
  const { data, errors } = await send(mutation, input, fields);
  expect(errors).toBeUndefined();
  return data?.[`${mutation}CostCenter`];
}

async function names(): Promise<string[]> {
  const { data } = await app.graph.query<{ account: { costCenters: { key: string; name: string }[] } }>(
    `{ account(id: "acme") { costCenters { key name } } }`,
  );
  app.kore.clearLog();
  return data?.account.costCenters.map(({ name }) => name) ?? [];
}

async function keyOf(name: string): Promise<string> {
  const { data } = await app.graph.query<{ account: { costCenters: { key: string; name: string }[] } }>(
    `{ account(id: "acme") { costCenters { key name } } }`,
  );
  app.kore.clearLog();
  return data?.account.costCenters.find((each) => each.name === name)?.key ?? "";
}

describe("Creating a cost center", () => {
  test("is a read and a write, and the cached list is read again", async () => {
    const before = await names();
    const payload = await write("create", { name: "Airfreight" }, "costCenter { key name }");
    expect(payload).toMatchObject({ outcome: "DONE", costCenter: { name: "Airfreight" } });
    expect(app.kore.requests()).toEqual([`GET ${COST_CENTERS} ×2`, `POST ${COST_CENTERS} ×1`]);
    expect(await names()).toEqual([...before, "Airfreight"]);
  });

  test("is not repeated for its request key, also after a restart; with another name the key is refused", async () => {
    const input = { name: "Airfreight", requestKey: "k" };
    const first = await write("create", input, "costCenter { key name }");
    expect(await write("create", input, "costCenter { key name }")).toEqual(first);
    await app.restart();
    expect(await write("create", input, "costCenter { key name }")).toEqual(first);
    const { errors } = await send("create", { ...input, name: "Rail" });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "REQUEST_KEY_REUSED" });
    expect(app.kore.requests().filter((line) => line.startsWith("POST"))).toEqual([`POST ${COST_CENTERS} ×1`]);
  });

  test("of a name that exists is refused, whatever its case, and shows the one that has it", async () => {
    const [name = ""] = await names();
    for (const same of [name, name.toUpperCase()]) {
      const payload = await write("create", { name: same }, "costCenter { key name }");
      expect(payload).toMatchObject({
        outcome: "REJECTED",
        reason: "NAME_EXISTS",
        field: "name",
        costCenter: { name },
      });
    }
    expect(app.kore.requests().some((line) => line.startsWith("POST"))).toBe(false);
  });

  test("rehearsed reads only", async () => {
    expect(await write("create", { name: "Airfreight", dryRun: true })).toMatchObject({ outcome: "WOULD_BE_DONE" });
    const [name = ""] = await names();
    expect(await write("create", { name, dryRun: true })).toMatchObject({ reason: "NAME_EXISTS" });
    expect(app.kore.requests()).toEqual([READ]);
  });

  test.each([
    ["", "input.name: must not be empty"],
    ["  ", "input.name: must not be empty"],
    [" A", "input.name: must not begin or end with a blank"],
    ["x".repeat(101), "input.name: must be at most 100 characters"],
    ["a\nb", "input.name: must not hold control characters"],
  ])("named %j is refused without a KORE call", async (name, message) => {
    for (const mutation of ["create", "rename"] as const) {
      const { errors } = await send(mutation, { name, ...(mutation === "rename" && { key: "1" }) });
      expect(errors?.map((error) => error.message)).toEqual([message]);
    }
    expect(app.kore.requests()).toEqual([]);
  });

  test.each([
    ["after the work", { effect: "drop", when: "after" }, "ADOPTED", 1],
    ["before the work", { effect: "drop", when: "before" }, "DONE", 2],
    ["as a 500", { effect: "status", status: 500 }, "DONE", 2],
  ] as const)("whose reply is lost %s creates one", async (_, fault, outcome, count) => {
    const before = await names();
    app.kore.faults.add({ ...fault, method: "POST", path, times: 1 });
    expect(await write("create", { name: "Airfreight", requestKey: "k" })).toMatchObject({ outcome });
    const posts = app.kore.requests().filter((line) => line.startsWith("POST"));
    expect(posts).toEqual([`POST ${COST_CENTERS} ×${count}`]);
    expect(await names()).toEqual([...before, "Airfreight"]);
  });

  test("twice at once creates one", async () => {
    const both = await Promise.all([1, 2].map(() => write("create", { name: "Airfreight" })));
    expect(both.map((payload) => payload?.outcome)).toEqual(["DONE", "DONE"]);
    expect((await names()).filter((name) => name === "Airfreight")).toHaveLength(1);
  });
});

describe("Renaming a cost center", () => {
  test("is a read and a write, and renaming it so again is a read", async () => {
    const [name = "", ...others] = await names();
    const key = await keyOf(name);
    const input = { key, name: "Airfreight" };
    const payload = await write("rename", input, "costCenter { key name }");
    expect(payload).toMatchObject({ outcome: "DONE", costCenter: { key, name: "Airfreight" } });
    expect(app.kore.requests()).toEqual([`GET ${COST_CENTERS} ×2`, `PUT ${COST_CENTERS} ×1`]);
    expect(await names()).toEqual(["Airfreight", ...others]);
    expect(await write("rename", input)).toMatchObject({ outcome: "ALREADY_SATISFIED" });
    expect(app.kore.requests()).toEqual([READ]);
  });

  test("that does not exist, or to the name of another, is refused", async () => {
    const [name = "", other = ""] = await names();
    expect(await write("rename", { key: "1", name: "Airfreight" })).toMatchObject({
      reason: "NOT_FOUND",
      field: "key",
    });
    const taken = await write("rename", { key: await keyOf(name), name: other });
    expect(taken).toMatchObject({ outcome: "REJECTED", reason: "NAME_EXISTS", field: "name" });
    expect(app.kore.requests()).toEqual([READ]);
  });

  test.each([
    ["after the work", "after", "DONE"],
    ["before the work", "before", "OUTCOME_UNKNOWN"],
  ] as const)("whose reply is lost %s is sent once", async (_, when, outcome) => {
    const [name = ""] = await names();
    const key = await keyOf(name);
    app.kore.faults.add({ effect: "drop", when, method: "PUT", path, times: 1 });
    expect(await write("rename", { key, name: "Airfreight" })).toMatchObject({ outcome });
    const puts = app.kore.requests().filter((line) => line.startsWith("PUT"));
    expect(puts).toEqual([`PUT ${COST_CENTERS} ×1`]);
  });
});
