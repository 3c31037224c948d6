import { expect, test } from "vitest";
import { SIM_STATES } from "../../src/simulator/state-machine.ts";
import { listPath, type Sim, type SimPage, start, startWithCaller } from "./support/harness.ts";

const luhnHolds = (digits: string): boolean =>
  [...Array.from(digits, Number)]
    .reverse()
    .reduce((sum, d, i) => sum + (i % 2 === 0 ? d : d > 4 ? d * 2 - 9 : d * 2), 0) %
    10 ===
  0;

async function allSims(options = {}): Promise<Sim[]> {
  const { kore, caller } = await startWithCaller(options);
  const sims: Sim[] = [];
  for (const accountId of Object.values(kore.examples.accountMapping)) {
    if (accountId === kore.examples.hiddenAccountId) continue;
    const page = await caller.get<SimPage>(listPath(accountId, { "show-state-history": "true" }));
    sims.push(...page.body.subscriptions);
  }
  return sims;
}

test("the default accounts hold 2,000 SIMs in all eight states over five service types", async () => {
  const kore = await start();
  const accounts = Object.values(kore.examples.accountMapping);
  expect(accounts.map((id) => kore.iccids(id).length).reduce((a, b) => a + b)).toBe(2_000);
  const sims = await allSims();
  expect(sims).toHaveLength(1_980); // 20 belong to an account that the credential may not see
  expect(new Set(sims.map((sim) => sim.states.at(-1)?.state))).toEqual(new Set(SIM_STATES));
  expect(new Set(sims.map((sim) => sim["service-type-id"])).size).toBe(5);
  expect(new Set(sims.map((sim) => sim["cost-center-id"])).size).toBeGreaterThan(20);
});

test("check digits of ICCIDs, IMEIs and EIDs are right, and lengths are those of the standards", async () => {
  for (const sim of await allSims()) {
    expect(sim.iccid).toMatch(/^89\d{17,18}$/);
    expect(luhnHolds(sim.iccid), sim.iccid).toBe(true);
    expect(sim.imsi).toMatch(/^\d{15}$/);
    for (const { msisdn } of sim.msisdns) expect(msisdn).toMatch(/^\d{11,15}$/);
    if (sim.imei !== "") {
      expect(sim.imei).toMatch(/^\d{15}$/);
      expect(luhnHolds(sim.imei), sim.imei).toBe(true);
    }
    if (sim.eid === "") continue;
    expect(sim.eid).toMatch(/^89\d{30}$/);
    expect(BigInt(sim.eid) % 97n, sim.eid).toBe(1n);
  }
});

test("no identifier is given twice", async () => {
  const sims = await allSims();
  for (const ids of [
    sims.map((sim) => sim["subscription-id"]),
    sims.map((sim) => sim.iccid),
    sims.map((sim) => sim.imsi),
    sims.flatMap((sim) => sim.msisdns.map(({ msisdn }) => msisdn)),
    sims.flatMap((sim) => sim.imei || []),
  ])
    expect(new Set(ids).size).toBe(ids.length);
});

test("some EIDs hold two or three SIMs, of which exactly the first is enabled", async () => {
  const byEid = new Map<string, Sim[]>();
  for (const sim of await allSims()) if (sim.eid) byEid.set(sim.eid, [...(byEid.get(sim.eid) ?? []), sim]);
  expect(new Set([...byEid.values()].map((sims) => sims.length))).toEqual(new Set([1, 2, 3]));
  for (const sims of byEid.values())
    expect(sims.map((sim) => sim["rsp-state"])).toEqual(["enabled", "disabled", "created"].slice(0, sims.length));
});

test("a SIM that is no eSIM has a blank eid and a blank rsp-state", async () => {
  const plain = (await allSims()).filter((sim) => sim.eid === "");
  expect(plain.length).toBeGreaterThan(1_000);
  expect(new Set(plain.map((sim) => sim["rsp-state"]))).toEqual(new Set([""]));
});

test("histories begin in stock, follow each other without gaps, end in one current state, and lie before 2025", async () => {
  for (const { states, profiles } of await allSims()) {
    expect(states[0]?.state).toBe("Stock");
    expect(states.map((s) => s["is-current"])).toEqual(states.map((_, i) => i === states.length - 1));
    states.slice(1).forEach((s, i) => {
      expect(states[i]?.["end-datetime-utc"]).toBe(s["start-datetime-utc"]);
      expect((states[i]?.["start-datetime-utc"] ?? "") < s["start-datetime-utc"]).toBe(true);
    });
    expect((states.at(-1)?.["start-datetime-utc"] ?? "") < "2025-01-01").toBe(true);
    expect(profiles.filter((p) => p["is-current"]).length).toBe(states.length > 1 ? 1 : 0);
  }
});

test("a profile id is an integer in last-active-profile and a text elsewhere, and leads to plans and features", async () => {
  const { kore, caller } = await startWithCaller();
  const page = await caller.get<SimPage>(listPath(kore.examples.accountId));
  const sim = page.body.subscriptions.find((s) => s.profiles.length > 1);
  const id = sim?.profiles.at(-1)?.["profile-id"];
  expect(sim?.["last-active-profile"][0]?.["profile-id"]).toBe(Number(id));
  const profile = await caller.get(`/v1/accounts/${kore.examples.accountId}/profiles/${id ?? ""}`);
  expect(profile.body).toMatchObject({ plans: [{ "usage-type": "DATA" }, { "usage-type": "SMS" }] });
});

test("the same seed gives the same data, another seed other data", async () => {
  const one = await allSims({ seed: 7, sims: 300 });
  expect(await allSims({ seed: 7, sims: 300 })).toEqual(one);
  const other = await allSims({ seed: 8, sims: 300 });
  expect(other.map((sim) => sim.iccid)).not.toEqual(one.map((sim) => sim.iccid));
});

test("examples do not depend on the number of SIMs, and hold what they promise", async () => {
  const kore = await start();
  for (const sims of [1_000, 50_000, 1_000_000]) expect((await start({ sims })).examples).toEqual(kore.examples);
  const { accountId, iccid, iccids, stockIccid, eid, provisioningRequestId } = kore.examples;
  expect(iccids.map((id) => kore.sim(accountId, id)?.state)).toEqual(Array(5).fill("Active"));
  expect(iccids[0]).toBe(iccid);
  expect(kore.sim(accountId, stockIccid)?.state).toBe("Stock");
  expect(eid).toMatch(/^\d{32}$/);
  const request = kore.provisioningRequests(accountId).find(({ id }) => id === provisioningRequestId);
  expect(request?.status).toBe("completed");
  expect(request?.subscriptions.some((sim) => sim.outcome === "Failed")).toBe(true);
});

test("past provisioning requests come in all types and statuses", async () => {
  const kore = await start();
  const past = Object.values(kore.examples.accountMapping).flatMap((id) => kore.provisioningRequests(id));
  expect(new Set(past.map(({ type }) => type))).toEqual(
    new Set(["Activation", "StateChange", "Deactivation", "Reactivation", "PlanChange", "ProfileChange"]),
  );
  expect(new Set(past.map(({ status }) => status))).toEqual(new Set(["submitted", "pending", "completed", "failed"]));
});

test("seeded requests agree with the states of their SIMs", async () => {
  const kore = await start();
  const CAUSES = [
    { error: "reactivate is not allowed in SIM state Barred", state: "Barred" },
    { error: "The network did not answer in time", state: "Stock" },
  ];
  const errors = new Set<string>();
  for (const accountId of Object.values(kore.examples.accountMapping)) {
    for (const { type, status, createdAt, subscriptions } of kore.provisioningRequests(accountId)) {
      for (const { iccid, outcome, error } of subscriptions) {
        const sim = kore.sim(accountId, iccid);
        if (outcome === "Failed") {
          expect({ error, state: sim?.state }).toEqual(CAUSES.find((cause) => cause.error === error));
          errors.add(error);
        } else {
          expect(error).toBe("");
        }
        if (status === "completed" && outcome === "Completed" && type !== "StateChange") {
          const ends = type === "Deactivation" ? ["Deactivated", "Pending Scrap"] : ["Active"]; // a termination, too
          expect(ends).toContain(sim?.state);
        }
      }
      expect(createdAt.getTime()).toBeLessThan(Date.UTC(2025, 0, 1));
    }
  }
  expect(errors.size).toBe(CAUSES.length);
});

test("API clients come as admin and standard, locked, unlocked and never locked", async () => {
  const { caller } = await startWithCaller();
  const { body } = await caller.clients<{
    clients: { client_type: string; locked: boolean | null; date_created: string }[];
  }>("/v1/clients?page_size=100&page_number=1");
  expect(new Set(body.clients.map((c) => c.client_type))).toEqual(new Set(["admin", "standard"]));
  expect(new Set(body.clients.map((c) => c.locked))).toEqual(new Set([true, false, null]));
  for (const c of body.clients) expect(new Date(c.date_created).toUTCString()).toBe(c.date_created);
});

test("a test's own accounts have exactly the ids, sizes and states asked for", async () => {
  const kore = await start({
    accounts: {
      acme: { sims: 50 },
      stocked: { sims: 20, states: "Stock", esims: "none" },
      chips: { sims: 5, esims: "all", serviceType: "VZW" },
      empty: { sims: 0 },
    },
  });
  expect(Object.values(kore.examples.accountMapping)).toEqual(["acme", "stocked", "chips", "empty"]);
  expect(kore.iccids("acme")).toHaveLength(50);
  expect(kore.iccids("empty")).toEqual([]);
  const states = kore.iccids("acme").map((iccid) => kore.sim("acme", iccid)?.state);
  expect(states.filter((state) => state === "Active")).toHaveLength(29);
  expect(new Set(states.slice(0, 12)).size).toBe(10);
  const stocked = kore.iccids("stocked").map((iccid) => kore.sim("stocked", iccid));
  expect(stocked.every((sim) => sim?.state === "Stock" && sim.eid === null && sim.serviceType === "OmniSIM")).toBe(
    true,
  );
  const chips = kore.iccids("chips").map((iccid) => kore.sim("chips", iccid));
  expect(new Set(chips.map((sim) => sim?.eid)).size).toBe(5);
  expect(new Set(chips.map((sim) => sim?.serviceType))).toEqual(new Set(["VZW"]));
  expect(kore.provisioningRequests("acme")).toEqual([]);
});

test("a test's own account has three cost centers, three activation profiles and three profiles", async () => {
  const { kore, caller } = await startWithCaller({ accounts: { acme: { sims: 1 }, other: { sims: 1 } } });
  expect((await caller.get("/v1/accounts/acme/cost-centers")).body).toHaveLength(3);
  const offers = await caller.get<{ "activation-profile-id": string }[]>("/v1/accounts/acme/activation-profiles");
  expect(offers.body).toHaveLength(3);
  const other = await caller.get<{ "activation-profile-id": string }[]>("/v1/accounts/other/activation-profiles");
  expect(other.body[0]).not.toEqual(offers.body[0]);
  expect((await caller.get(`/v1/accounts/acme/profiles/${kore.examples.profileId}`)).status).toBe(200);
});

test("invalid accounts are refused in plain words", async () => {
  await expect(start({ sims: 1_000_001 })).rejects.toThrow("sims must be a whole number from 0 to 1000000");
  await expect(start({ accounts: { acme: { sims: -1 } } })).rejects.toThrow("sims must be");
  await expect(start({ accounts: {} })).rejects.toThrow("at least one account is needed");
});
