import { beforeEach, describe, expect, test } from "vitest";
import {
  app,
  start,
  at,
  sims,
  posts,
  send,
  change,
  site,
  transfer,
  costCenters,
  idOf,
  REQUESTS,
  FINISHED_AT_ONCE,
  type Result,
} from "./fixtures.ts";

describe("When KORE is done", () => {
  beforeEach(() => start({ provisioning: FINISHED_AT_ONCE }));

  test("custom fields and hardware are read, other values stay, and a repetition writes nothing", async () => {
    const seen = "subscription { customFields { key value } device { imei serialNumber modelNumber } }";
    const fields = [
      { key: "site", value: "Antwerp" },
      { key: "asset-tag", value: "T1" },
    ];
    await change("setCustomFields", { subscriptions: sims([0], { fields }), waitUpTo: 5 });
    const input = { subscriptions: sims([0], site("Bruges")), waitUpTo: 5 };
    const { results } = await change("setCustomFields", input, `status ${seen}`);
    expect(results).toMatchObject([{ outcome: "SUBMITTED", request: { status: "COMPLETED" } }]);
    expect(new Map(fieldsIn(results[0]))).toEqual(
      new Map([...fieldsIn(results[0]), ["asset-tag", "T1"], ["site", "Bruges"]]),
    );
    await change("setConnectedHardware", { subscriptions: sims([0], { serialNumber: "S" }), waitUpTo: 5 });
    const hardware = { subscriptions: sims([0], { imei: "490154203237518" }), waitUpTo: 5 };
    const [last] = (await change("setConnectedHardware", hardware, seen)).results;
    expect(last?.subscription).toMatchObject({ device: { imei: "490154203237518", serialNumber: "S" } });

    app.kore.clearLog();
    expect((await change("setCustomFields", input)).counts).toMatchObject({ alreadySatisfied: 1, submitted: 0 });
    expect((await change("setConnectedHardware", hardware)).counts).toMatchObject({ alreadySatisfied: 1 });
    expect(app.kore.requests()).toEqual(["GET /v1/accounts/acme/subscriptions ×2"]);
  });

  test("a cost center is assigned once", async () => {
    const [, center] = await costCenters();
    const input = { costCenterKey: center?.key, subscriptions: sims([0, 1, 2]), waitUpTo: 5 };
    const seen = "subscription { costCenter { id name } }";
    const { results } = await change("assignCostCenter", input, seen);
    const shown = { costCenter: { id: center?.id, name: center?.name } };
    expect(results.map(({ subscription }) => subscription)).toEqual([shown, shown, shown]);
    app.kore.clearLog();
    expect((await change("assignCostCenter", input)).counts).toMatchObject({ alreadySatisfied: 3 });
    expect(posts()).toEqual([]);
  });

  test("a field that KORE does not know fails the whole request, with KORE's words", async () => {
    const { results, counts } = await change("setCustomFields", {
      subscriptions: [...sims([0], site("A")), ...sims([1], { fields: [{ key: "colour", value: "blue" }] })],
      waitUpTo: 5,
    });
    expect(counts).toMatchObject({ failed: 2, submitted: 0 });
    expect(results[1]).toMatchObject({
      reason: "KORE_FAILED",
      message: expect.stringContaining("no field colour") as string,
    });
    expect(results[0]?.message).toContain("Validation failed");
  });

  test("a transferred SIM is in the other account, and a repetition finds it there", async () => {
    const input = { ...transfer, subscriptions: sims([0]), confirm: 1, waitUpTo: 5 };
    const { results } = await change("transferSubscriptions", input, "subscription { accountId iccid }");
    expect(results).toMatchObject([{ outcome: "SUBMITTED", subscription: { accountId: "other", iccid: at(0) } }]);
    expect(await idOf(0)).toBeUndefined();
    expect(await idOf(0, "other")).toBeDefined();
    const again = await change("transferSubscriptions", input, "subscription { accountId }");
    expect(again.results).toMatchObject([{ outcome: "ALREADY_SATISFIED", subscription: { accountId: "other" } }]);
    expect(posts()).toEqual([]);
  });

  test("a transfer is of SIMs in state STOCK, and its number of SIMs is confirmed", async () => {
    await app.graph.query(
      `mutation ($iccid: ICCID!) { activateSubscriptions(input: { accountId: "acme", activationState: ACTIVE, subscriptions: [{ iccid: $iccid }], waitUpTo: 5 }) { koreRequests } }`,
      { iccid: at(0) },
    );
    app.kore.clearLog();
    const { results } = await change("transferSubscriptions", { ...transfer, subscriptions: sims([0, 1]), confirm: 2 });
    expect(results).toMatchObject([
      { outcome: "REJECTED", reason: "WRONG_STATE", field: "subscriptions[0]" },
      { outcome: "SUBMITTED" },
    ]);
    const { errors } = await send("transferSubscriptions", { ...transfer, subscriptions: sims([2, 3, 3]), confirm: 3 });
    expect(errors?.[0]?.message).toBe(
      "input.confirm: is 3, but must be 2, the number of different SIMs named; nothing was written",
    );
    expect(posts()).toEqual([`POST ${REQUESTS}/sim-transfer ×1`]);
  });

  test("the parts that KORE could do are done, and the others failed", async () => {
    await start({ accounts: { acme: { sims: 60 } } });
    const places = app.kore.iccids("acme").flatMap((iccid, place) => {
      const state = app.kore.sim("acme", iccid)?.state;
      return state === "Active" || state === "Scrapped" ? [place] : [];
    });
    const { results } = await change("setCustomFields", {
      subscriptions: sims(places, site("Antwerp")),
      waitUpTo: 10,
    });
    for (const { iccid, outcome, message } of results) {
      const isScrapped = app.kore.sim("acme", iccid ?? "")?.state === "Scrapped";
      expect([outcome, message]).toEqual(
        isScrapped ? ["FAILED", expect.stringContaining("scrapped SIM is closed")] : ["SUBMITTED", null],
      );
    }
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(["SUBMITTED", "FAILED"]));
  });
});

function fieldsIn(result: Result | undefined): [string, string][] {
  const { customFields = [] } = (result?.subscription ?? {}) as { customFields?: { key: string; value: string }[] };
  return customFields.map(({ key, value }) => [key, value]);
}
