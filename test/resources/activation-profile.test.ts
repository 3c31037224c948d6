import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestApp, startApp } from "../support/app.ts";

const PROFILES = "/v1/accounts/acme/activation-profiles";
let app: TestApp;
beforeEach(async () => {
  app = await startApp({ accounts: { acme: { sims: 10 } } }, { CACHE_SECONDS: "0" });
});
afterEach(() => app.stop());

interface Profile {
  id: string;
  name: string;
  createdAt: string;
  serviceTypeId: string;
  planIds: string[];
}
async function list(fields: string): Promise<Profile[]> {
  const { data } = await app.graph.query<{ account: { activationProfiles: Profile[] } }>(
    `{ account(id: "acme") { activationProfiles { ${fields} } } }`,
  );
  return data?.account.activationProfiles ?? [];
}

test("a list is one request, and one more per profile for fields that KORE's list lacks", async () => {
  const profiles = await list("id name createdAt createdBy");
  expect(profiles).toHaveLength(3);
  expect(profiles.every(({ name, createdAt }) => name && createdAt)).toBe(true);
  expect(app.kore.requests()).toEqual([`GET ${PROFILES} ×1`]);

  app.kore.clearLog();
  const whole = await list("id name description serviceTypeId productOffer planIds featureIds");
  expect(whole.every(({ serviceTypeId, planIds }) => serviceTypeId && planIds.length > 0)).toBe(true);
  expect(app.kore.requests()).toEqual([`GET ${PROFILES} ×1`, ...whole.map(({ id }) => `GET ${PROFILES}/${id} ×1`)]);
});

test("one profile by its id is one request, with all fields", async () => {
  const [{ id } = { id: "" }] = await list("id");
  app.kore.clearLog();
  const { data } = await app.graph.query(
    `query ($id: ID!) { activationProfile(accountId: "acme", id: $id) { id name description planIds account { id } } }`,
    { id },
  );
  expect(data).toMatchObject({
    activationProfile: { id, name: expect.any(String) as string, account: { id: "acme" } },
  });
  expect(app.kore.requests()).toEqual([`GET ${PROFILES}/${id} ×1`]);
});

test("an unknown profile is null", async () => {
  const reply = await app.graph.query(`{ activationProfile(accountId: "acme", id: "none") { id name } }`);
  expect(reply).toEqual({ data: { activationProfile: null } });
});

test("eligible profiles have the SIM's service type, and all SIMs of an account share the requests", async () => {
  const { data } = await app.graph.query<{
    subscriptions: { nodes: { serviceTypeId: string; eligibleActivationProfiles: Profile[] }[] };
  }>(
    `{ subscriptions(accountId: "acme") { nodes { serviceTypeId eligibleActivationProfiles { id serviceTypeId } } } }`,
  );
  const sims = data?.subscriptions.nodes ?? [];
  expect(sims.some(({ eligibleActivationProfiles }) => eligibleActivationProfiles.length > 0)).toBe(true);
  for (const { serviceTypeId, eligibleActivationProfiles } of sims) {
    for (const profile of eligibleActivationProfiles) expect(profile.serviceTypeId).toBe(serviceTypeId);
  }
  expect(app.kore.requests()).toHaveLength(1 + 1 + 3);
});
