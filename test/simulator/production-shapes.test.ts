import { expect, test } from "vitest";
import { post, sims, startAcme, PATH } from "./support/acme.ts";
import { type Sim, type SimPage, startWithCaller } from "./support/harness.ts";

async function page(): Promise<{
  accountId: string;
  sims: readonly (Sim & Record<string, unknown>)[];
  get: (path: string) => Promise<unknown>;
}> {
  const { kore, caller } = await startWithCaller();
  const { accountId } = kore.examples;
  const query = "page-index=0&max-page-item=1000&show-state-history=true";
  const { body } = await caller.get<SimPage>(`/v1/accounts/${accountId}/subscriptions?${query}`);
  return {
    accountId,
    sims: body.subscriptions as readonly (Sim & Record<string, unknown>)[],
    get: async (path) => (await caller.get(`/v1/accounts/${accountId}${path}`)).body,
  };
}

test("A6.2 service types, cost centers and APNs are numbers as text, activation profiles cmp-prov-ap-…", async () => {
  const { sims: found, get } = await page();
  for (const sim of found) {
    expect(sim["service-type-id"]).toMatch(/^\d{2}$/);
    expect(sim["cost-center-id"]).toMatch(/^\d{5}$/);
    for (const apn of sim["apn-data"] as { "apn-id": string }[]) expect(apn["apn-id"]).toMatch(/^\d{4}$/);
  }
  expect(found.map((sim) => sim["service-type-id"])).toContain("32");
  const offers = (await get("/activation-profiles")) as Record<string, string>[];
  expect(offers[0]?.["activation-profile-id"]).toBe("cmp-prov-ap-12548");
  for (const offer of offers) {
    expect(offer["activation-profile-id"]).toMatch(/^cmp-prov-ap-\d{5}$/);
    const { "service-type-id": type } = (await get(`/activation-profiles/${offer["activation-profile-id"]}`)) as Record<
      string,
      string
    >;
    expect(found.map((sim) => sim["service-type-id"])).toContain(type);
  }
  const centers = (await get("/cost-centers")) as Record<string, string>[];
  expect(centers[0]?.["cost-center-id"]).toBe("21287");
});

test("A6.2 unknown fields of a SIM are blank, and never absent", async () => {
  const { sims: found } = await page();
  const blanks = new Set<string>();
  for (const sim of found) {
    for (const field of ["eid", "imei", "serial", "model", "rsp-state"]) {
      expect(sim[field]).toBeTypeOf("string");
      if (sim[field] === "") blanks.add(`${field} ${sim.states.at(-1)?.state === "Stock" ? "in stock" : "in use"}`);
    }
    expect([sim.imei, sim["serial"], sim["model"]].filter((value) => value === "")).toHaveLength(
      sim.imei === "" ? 3 : 0,
    );
  }
  expect([...blanks]).toEqual(
    expect.arrayContaining(["imei in stock", "serial in stock", "model in stock", "rsp-state in use"]),
  );
  expect([...blanks]).not.toContain("imei in use");
});

test("A6.2 dates of states and profiles are instants with Z, and an open period ends in 9999", async () => {
  const { sims: found } = await page();
  const INSTANT = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
  for (const sim of found) {
    for (const dated of sim["last-effective-date-of-states"]) expect(dated["start-date-time-utc"]).toMatch(INSTANT);
    for (const period of [...sim.states, ...(sim.profiles as unknown as Sim["states"])]) {
      expect(period["start-datetime-utc"]).toMatch(INSTANT);
      if (period["is-current"]) expect(period["end-datetime-utc"]).toBe("9999-12-31T00:00:00.000Z");
      else expect(period["end-datetime-utc"]).toMatch(INSTANT);
    }
  }
  expect(found.some(({ states }) => states.some((state) => !state["is-current"]))).toBe(true);
});

test("A6.2 state ids name the state", async () => {
  const { sims: found } = await page();
  const ids = new Map(
    found.flatMap(({ states }) => states.map((s) => [s.state, (s as unknown as Record<string, string>)["state-id"]])),
  );
  expect(ids.get("Active")).toBe("cmp-pp-state-Active");
  expect(new Set(ids.values()).size).toBe(ids.size);
  for (const id of ids.values()) expect(id).toMatch(/^cmp-pp-state-[A-Za-z]+$/);
});

test("A6.2 request ids count on from cmp-cpro-request-27580, above those of the past", async () => {
  const { kore, caller } = await startWithCaller();
  const { accountId, iccid } = kore.examples;
  const past = kore.provisioningRequests(accountId).map(({ id }) => id);
  for (const id of past) expect(id).toMatch(/^cmp-cpro-request-2[0-6]\d{3}$/);
  const path = `/v1/accounts/${accountId}/provisioning-requests/suspend`;
  const { body } = await caller.post(path, { suspend: { subscriptions: [{ iccid }] } });
  expect(body).toMatchObject({ data: { "provisioning-request-id": "cmp-cpro-request-27580" } });
});

test.each([
  ["deactivate", "Deactivation"],
  ["terminate", "Deactivation"],
  ["suspend", "StateChange"],
  ["reactivate", "Reactivation"],
] as const)("A6.1 the status of %s comes under the outer key %s", async (verb, key) => {
  const { kore, caller, active } = await startAcme();
  const id = await post(caller, verb, sims(active[0]));
  const { body } = await caller.get<Record<string, Record<string, unknown>>>(`${PATH}/${id}`);
  expect(Object.keys(body)).toEqual([key]);
  expect(body[key]).toMatchObject({ "provisioning-request-id": id, "request-type": key, status: "submitted" });
  expect(kore.provisioningRequests("acme")[0]?.type).toBe(key);
});

test("A6.1 it may lack id and type inside, as KORE's README sample does", async () => {
  const { caller, active } = await startAcme({ provisioning: { bareDetail: true } });
  const id = await post(caller, "terminate", sims(active[0]));
  const { body } = await caller.get<Record<string, object>>(`${PATH}/${id}`);
  expect(body).toMatchObject({ Deactivation: { status: "submitted", subscriptions: [{ iccid: active[0] }] } });
  expect(Object.keys(body["Deactivation"] ?? {})).not.toContain("provisioning-request-id");
  expect(Object.keys(body["Deactivation"] ?? {})).not.toContain("request-type");
});

test("A6.3 Super SIM, a product of another API, is no service type", async () => {
  const { sims: found, get } = await page();
  expect(JSON.stringify([found, await get("/activation-profiles"), await get("/provisioning-requests")])).not.toMatch(
    /super ?sim/i,
  );
  const { kore } = await startWithCaller({ accounts: { acme: { sims: 1 } } });
  expect(kore.sim("acme", kore.iccids("acme")[0] ?? "")?.serviceType).toBe("OmniSIM");
});

test("A1.5 SIMs in Test and Ready are seeded, with the number, device and profile that they have in use", async () => {
  const { kore, caller } = await startWithCaller();
  const { accountId } = kore.examples;
  for (const state of ["Test", "Ready"]) {
    const query = `page-index=0&max-page-item=1000&sim-state=${state}`;
    const { body } = await caller.get<SimPage>(`/v1/accounts/${accountId}/subscriptions?${query}`);
    expect(body.subscriptions.length).toBeGreaterThan(5);
    for (const sim of body.subscriptions) {
      expect(sim.states.at(-1)).toMatchObject({ state, "state-id": `cmp-pp-state-${state}`, "is-current": true });
      expect([sim.msisdns.length, sim.imei.length, sim.profiles.length > 0]).toEqual([1, 15, true]);
    }
  }
});
