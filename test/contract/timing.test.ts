import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApp, startApp } from "../support/app.ts";
import { ROUTER_SECRET, ask } from "../support/auth.ts";

const OWN = "cmp-own";
const FOREIGN = "cmp-foreign";
const MISSING = "cmp-missing";

const ROUNDS = 80;
/** How slow KORE is: what one look there would add. Milliseconds. */
const SLOW = 40;
/** What is left of the machine's noise in a median of so many. Milliseconds. */
const NOISE = 5;

const CALLER = {
  "x-kore-graph-router-secret": ROUTER_SECRET,
  "x-kore-graph-caller-id": "ada",
  "x-kore-graph-caller-role": "viewer",
  "x-kore-graph-caller-accounts": OWN,
};

let app: TestApp;
beforeAll(async () => {
  const accounts = { [OWN]: { sims: 3 }, [FOREIGN]: { sims: 3 } };
  app = await startApp({ accounts }, { AUTH_ROUTER_SECRETS: ROUTER_SECRET, CACHE_SECONDS: "0" });
  app.kore.faults.add({ effect: "latency", ms: SLOW });
});
afterAll(() => app.stop());

test.each<[what: string, query: (accountId: string) => string]>([
  ["a list of SIMs", (id) => `{ subscriptions(accountId: "${id}", first: 1) { totalCount } }`],
  ["an account's number", (id) => `{ account(id: "${id}") { number } }`],
  ["a provisioning request", (id) => `{ provisioningRequest(accountId: "${id}", id: "cmp-k1-1") { status } }`],
  [
    "a gateway's reference",
    (id) =>
      `{ _entities(representations: [{ __typename: "ActivationProfile", accountId: "${id}", id: "cmp-k1-1" }]) {
        ... on ActivationProfile { name } } }`,
  ],
])("%s of a foreign account takes as long as that of a missing one, within noise", async (_, query) => {
  const took = { [FOREIGN]: [] as number[], [MISSING]: [] as number[], [OWN]: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    // In turn, so that whatever else the machine does meets both.
    for (const id of [FOREIGN, MISSING] as const) took[id].push(await timeOf(query(id)));
  }
  for (let round = 0; round < 3; round += 1) took[OWN].push(await timeOf(query(OWN)));
  const [foreign, missing, own] = [median(took[FOREIGN]), median(took[MISSING]), median(took[OWN])];
  expect(own).toBeGreaterThan(SLOW); // The clock would see a look.
  expect(Math.abs(foreign - missing)).toBeLessThan(NOISE);
});

async function timeOf(query: string): Promise<number> {
  const start = performance.now();
  await ask(app.url, query, CALLER);
  return performance.now() - start;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity;
