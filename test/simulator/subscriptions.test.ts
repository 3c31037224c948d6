import { describe, expect, test } from "vitest";
import { type Caller, listPath, type Sim, type SimPage, startWithCaller } from "./support/harness.ts";

const sizes = { accounts: { acme: { sims: 250 }, other: { sims: 5 } } };

async function list(caller: Caller, query: Readonly<Record<string, string | number>> = {}): Promise<SimPage> {
  const answer = await caller.get<SimPage>(listPath("acme", query));
  expect(answer.status).toBe(200);
  return answer.body;
}
const iccidsOf = (page: SimPage): string[] => page.subscriptions.map((sim) => sim.iccid);

describe("paging", () => {
  test("pages count from 0, follow each other, and say how many there are in all", async () => {
    const { kore, caller } = await startWithCaller(sizes);
    const seen: string[] = [];
    for (const index of [0, 1, 2]) {
      const page = await list(caller, { "page-index": index, "max-page-item": 100 });
      expect(page["page-info-result"]).toEqual({ "total-count": 250, "page-index": index, "max-page-item": 100 });
      seen.push(...iccidsOf(page));
    }
    expect(seen).toEqual(kore.iccids("acme"));
    expect(iccidsOf(await list(caller, { "page-index": 3, "max-page-item": 100 }))).toEqual([]);
  });

  test("both numbers are required, whole and in range", async () => {
    const { caller } = await startWithCaller(sizes);
    for (const search of [
      "page-index=0",
      "max-page-item=10",
      "page-index=-1&max-page-item=10",
      "page-index=0&max-page-item=0",
      "page-index=0&max-page-item=1001",
      "page-index=a&max-page-item=10",
      "page-index=0&max-page-item=1.5",
      "page-index=0&max-page-item=",
      "page-index=0&page-index=1&max-page-item=10",
    ]) {
      const { status, body } = await caller.get(`/v1/accounts/acme/subscriptions?${search}`);
      expect([search, status, Object.keys(body)]).toEqual([search, 400, ["message"]]);
    }
    expect((await list(caller, { "max-page-item": 1000 })).subscriptions).toHaveLength(250);
  });
});

describe("order", () => {
  test("without a sort field the newest SIM comes first, or last when ascending", async () => {
    const { caller } = await startWithCaller(sizes);
    const page = await list(caller, { "show-state-history": "true" });
    const born = page.subscriptions.map((sim) => sim.states[0]?.["start-datetime-utc"] ?? "");
    expect(born).toEqual([...born].sort().reverse());
    const ascending = await list(caller, { "sort-direction": "Asc" });
    expect(iccidsOf(ascending)).toEqual(iccidsOf(page).reverse());
  });

  test.each(["subscription-id", "iccid", "service-type-id", "cost-center-id"] as const)(
    "sorts by %s, descending by default",
    async (field) => {
      const { kore, caller } = await startWithCaller();
      const { accountId } = kore.examples;
      const get = async (query: Record<string, string>): Promise<Sim[]> => [
        ...(await caller.get<SimPage>(listPath(accountId, { "sort-field": field, ...query }))).body.subscriptions,
      ];
      const descending = (await get({})).map((sim) => sim[field]);
      expect(descending).toHaveLength(900);
      expect(descending).toEqual([...descending].sort().reverse());
      const ascending = await get({ "sort-direction": "Asc" });
      expect(ascending.map((sim) => sim[field])).toEqual([...descending].reverse());
      expect(new Set(ascending.map((sim) => sim.iccid)).size).toBe(900);
      const few = ascending.filter((_, i) => i % 100 === 7);
      const named = await get({ "sort-direction": "Asc", iccid: few.map((sim) => sim.iccid).join(",") });
      expect(named).toEqual(few);
    },
  );

  test("sort values are case-sensitive", async () => {
    const { caller } = await startWithCaller(sizes);
    for (const query of [{ "sort-field": "ICCID" }, { "sort-field": "state" }, { "sort-direction": "desc" }])
      expect((await caller.get(listPath("acme", query))).status).toBe(400);
  });
});

describe("filters", () => {
  test("by 100 comma-joined ICCIDs, and no more", async () => {
    const { kore, caller } = await startWithCaller(sizes);
    const iccids = kore.iccids("acme");
    const hundred = await list(caller, { iccid: iccids.slice(20, 120).join(",") });
    expect(iccidsOf(hundred)).toEqual(iccids.slice(20, 120));
    expect((await caller.get(listPath("acme", { iccid: iccids.slice(0, 101).join(",") }))).status).toBe(400);
  });

  test("unknown ICCIDs, those of other accounts and wrong check digits are left out without complaint", async () => {
    const { kore, caller } = await startWithCaller(sizes);
    const [mine = "", other = ""] = [kore.iccids("acme")[3], kore.iccids("other")[0]];
    const mistyped = mine.slice(0, -1) + String((Number(mine.at(-1)) + 1) % 10);
    const page = await list(caller, { iccid: [mine, other, mistyped, "8900", "x", mine].join(",") });
    expect(iccidsOf(page)).toEqual([mine]);
    expect(page["page-info-result"]["total-count"]).toBe(1);
  });

  test("by IMSI, IMEI, MSISDN and EID, alone and together", async () => {
    const { caller } = await startWithCaller(sizes);
    const sim = (await list(caller)).subscriptions.find((s) => s.eid !== "" && s.imei !== "");
    const found = { imsi: sim?.imsi ?? "", imei: sim?.imei ?? "", msisdn: sim?.msisdns[0]?.msisdn ?? "" };
    for (const [key, value] of Object.entries(found)) {
      expect(iccidsOf(await list(caller, { [key]: value }))).toEqual([sim?.iccid]);
      expect(iccidsOf(await list(caller, { [key]: `${value.slice(0, -1)}x` }))).toEqual([]);
    }
    expect(iccidsOf(await list(caller, { eid: sim?.eid ?? "" }))).toContain(sim?.iccid);
    expect(iccidsOf(await list(caller, { ...found, eid: sim?.eid ?? "" }))).toEqual([sim?.iccid]);
    expect(iccidsOf(await list(caller, { ...found, "sim-state": "Stock" }))).toEqual([]);
  });

  test("an EID answers all the SIMs it holds", async () => {
    const { caller } = await startWithCaller(sizes);
    const all = (await list(caller)).subscriptions;
    const shared = all.find((sim) => sim["rsp-state"] === "created")?.eid ?? "";
    const expected = all.filter((sim) => sim.eid === shared).map((sim) => sim.iccid);
    expect(expected).toHaveLength(3);
    expect(iccidsOf(await list(caller, { eid: shared }))).toEqual(expected);
  });

  test("by state, page by page; a state that KORE does not have matches nothing", async () => {
    const { caller } = await startWithCaller(sizes);
    const all = (await list(caller)).subscriptions.filter((sim) => sim.states[0]?.state === "Suspend With Charge");
    const query = { "sim-state": "Suspend With Charge", "max-page-item": 4 };
    const pages = [await list(caller, query), await list(caller, { ...query, "page-index": 1 })];
    expect(pages.flatMap(iccidsOf)).toEqual(all.slice(0, 8).map((sim) => sim.iccid));
    expect(pages[1]?.["page-info-result"]["total-count"]).toBe(all.length);
    expect(iccidsOf(await list(caller, { "sim-state": "active" }))).toEqual([]);
  });

  test("by time of the last change, both ends included", async () => {
    const { kore, caller } = await startWithCaller(sizes);
    const [iccid = ""] = kore.iccids("acme"); // an Active one
    await caller.post("/v1/accounts/acme/provisioning-requests/suspend", { suspend: { subscriptions: [{ iccid }] } });
    kore.clock.advance(2_000);
    const at = kore.clock.now().toISOString();
    const after = new Date(kore.clock.now().getTime() + 1).toISOString();
    expect(iccidsOf(await list(caller, { "last-modified-from": at, "last-modified-to": at }))).toEqual([iccid]);
    expect(iccidsOf(await list(caller, { "last-modified-from": after }))).toEqual([]);
    const old = await list(caller, { "last-modified-to": "2024-06-01T00:00:00.000Z" });
    expect(old.subscriptions.length).toBeGreaterThan(0);
    expect(old.subscriptions.length).toBeLessThan(250);
    for (const wrong of ["yesterday", "2024-06-01", "2024-13-01T00:00:00.000Z"])
      expect((await caller.get(listPath("acme", { "last-modified-from": wrong }))).status).toBe(400);
  });

  test("a parameter that the contract does not have is refused rather than ignored", async () => {
    const { caller } = await startWithCaller(sizes);
    expect((await caller.get(listPath("acme", { simState: "Active" }))).body).toEqual({
      message: "Unknown query parameter simState",
    });
  });
});

test("past states show only when asked for", async () => {
  const { caller } = await startWithCaller(sizes);
  expect((await list(caller)).subscriptions.every((sim) => sim.states.length === 1)).toBe(true);
  const withHistory = await list(caller, { "show-state-history": "true" });
  expect(withHistory.subscriptions.some((sim) => sim.states.length > 2)).toBe(true);
  expect((await caller.get(listPath("acme", { "show-state-history": "yes" }))).status).toBe(400);
});

test("the detail of a SIM is the item of the list", async () => {
  const { caller } = await startWithCaller(sizes);
  const [item] = (await list(caller)).subscriptions;
  const { body } = await caller.get(`/v1/accounts/acme/subscriptions/${item?.["subscription-id"] ?? ""}`);
  expect(body).toEqual(item);
});
