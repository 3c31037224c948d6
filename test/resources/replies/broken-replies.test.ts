import { afterEach, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { codesOf } from "../../support/operations/every-transport.ts";

let app: TestApp | undefined;
afterEach(() => app?.stop());

const CENTERS = (id: string) => `{ subscriptions(accountId: "${id}", first: 1) { nodes { costCenter { id name } } } }`;
const OFFERS = (id: string) => `{ account(id: "${id}") { activationProfiles { id name } } }`;
const PLANS = (id: string) =>
  `{ subscriptions(accountId: "${id}", first: 1) { nodes { profile { id plans { id } features { id } } } } }`;
const DETAIL = (id: string) => `{ account(id: "${id}") { activationProfiles { id planIds } } }`;

/** Requests that KORE received for cacheable reads. */
const kept = (kore: TestApp["kore"]) => kore.requests().filter((line) => !line.includes("/subscriptions"));

test.each([
  ["cost centers", CENTERS, "cost-centers"],
  ["activation profiles", OFFERS, "activation-profiles"],
  ["an activation profile in long form", DETAIL, "activation-profiles/*"],
  ["a SIM's profile", PLANS, "profiles/*"],
])("12.5.6 %s of one account that break the contract leave another account's cache", async (_, query, path) => {
  const { graph, kore } = (app = await startApp({ accounts: { acme: { sims: 2 }, beta: { sims: 2 } } }));
  const ask = async (text: string) => {
    kore.clearLog();
    return { codes: new Set(codesOf(await graph.query(text))), requests: kept(kore) };
  };
  const first = await ask(query("beta"));
  expect(first.codes.size).toBe(0);
  expect(first.requests.length).toBeGreaterThan(0);
  const mend = kore.faults.add({ effect: "wrong-types", path: `/connectivity/v1/accounts/acme/${path}` });
  expect((await ask(query("acme"))).codes).toEqual(new Set(["KORE_CONTRACT_BROKEN"]));
  expect(await ask(query("beta"))).toEqual({ codes: new Set(), requests: [] });
  mend();
  const mended = await ask(query("acme"));
  expect(mended.codes.size).toBe(0); // Broken replies are not cached.
  expect(mended.requests.length).toBeGreaterThan(0);
  expect(await ask(query("acme"))).toEqual({ codes: new Set(), requests: [] });
});

test("12.5.6 a list of accounts that breaks the contract leaves every account's cache", async () => {
  const { graph, kore } = (app = await startApp({ accounts: { acme: { sims: 1 } } }));
  await graph.query(CENTERS("acme"));
  const mend = kore.faults.add({ effect: "wrong-types", path: "/connectivity/v1/accounts" });
  expect(codesOf(await graph.query("{ accounts { id } }"))).toEqual(["KORE_CONTRACT_BROKEN"]);
  kore.clearLog();
  expect((await graph.query(CENTERS("acme"))).errors).toBeUndefined();
  expect(kept(kore)).toEqual([]);
  mend();
  expect((await graph.query("{ accounts { id } }")).errors).toBeUndefined();
  expect(kept(kore)).toEqual(["GET /v1/accounts ×1"]);
});

test("12.5.6 SIMs of one account that repeatedly break the contract leave another account's cache", async () => {
  const { graph, kore } = (app = await startApp({ accounts: { acme: { sims: 2 }, beta: { sims: 2 } } }));
  await graph.query(CENTERS("beta"));
  kore.faults.add({ effect: "wrong-types", path: "/connectivity/v1/accounts/acme/subscriptions" });
  for (let time = 0; time < 5; time += 1) {
    expect(codesOf(await graph.query(CENTERS("acme")))).toEqual(["KORE_CONTRACT_BROKEN"]);
  }
  kore.clearLog();
  await graph.query(CENTERS("beta"));
  expect(kept(kore)).toEqual([]);
});
