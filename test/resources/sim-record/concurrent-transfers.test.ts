import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

const REQUESTS = "/v1/accounts/acme/subscription-requests";
/** Nothing ends unless the clock is advanced. Milliseconds. */
const LONG = 600_000;

let app: TestApp;
beforeEach(async () => {
  app = await startApp({
    accounts: { acme: { sims: 3, states: "Stock" }, other: { sims: 2 } },
    clock: "real",
    provisioning: { pendingAfterMs: LONG, completedAfterMs: LONG },
  });
});
afterEach(() => app.stop());

async function send(mutation: string, places: number[], input: object, values: object = {}) {
  const type = `${mutation[0]?.toUpperCase() ?? ""}${mutation.slice(1)}Input`;
  const subscriptions = places.map((place) => ({ iccid: app.kore.iccids("acme")[place] ?? "", ...values }));
  const { data, errors } = await app.graph.query<Record<string, { results: { outcome: string; reason: string }[] }>>(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { results { outcome reason } } }`,
    { input: { accountId: "acme", subscriptions, ...input } },
  );
  expect(errors).toBeUndefined();
  return data?.[mutation]?.results;
}

const setFields = (...places: number[]) =>
  send("setCustomFields", places, {}, { fields: [{ key: "site", value: "Antwerp" }] });
const transfer = (...places: number[]) =>
  send("transferSubscriptions", places, { destinationAccountId: "other", confirm: places.length });

const SENT = [{ outcome: "SUBMITTED", reason: null }];
const REFUSED = { outcome: "REJECTED", reason: "ORDER_IN_PROGRESS" };

/** The first call's review waits for KORE's reply about its first SIM, while the second one writes its second SIM. */
test.each([
  { name: "a transfer", call: transfer, other: setFields, path: REQUESTS },
  { name: "a change of the record", call: setFields, other: transfer, path: `${REQUESTS}/sim-transfer` },
])("$name is not sent after the other one that was written since its review", async ({ call, other, path }) => {
  expect(await other(0)).toEqual(SENT);
  app.kore.clearLog();
  app.kore.faults.add({ effect: "latency", ms: 1500, method: "GET", path: `/connectivity${REQUESTS}/*`, times: 1 });
  const called = call(0, 1);
  await expect.poll(() => app.kore.requests().some((line) => line.startsWith(`GET ${REQUESTS}`))).toBe(true);
  expect(await other(1)).toEqual(SENT);
  expect(await called).toEqual([REFUSED, REFUSED]);
  const [first, second] = app.kore
    .subscriptionRequests("acme")
    .map(({ id }) => `GET ${REQUESTS}/${id} ×1`)
    .reverse();
  // The SIMs are read by each call, and again after the review has found the other order.
  expect(app.kore.requests().filter((line) => !line.startsWith("GET /v1/accounts ×"))).toEqual([
    "GET /v1/accounts/acme/subscriptions ×3",
    first,
    `POST ${path} ×1`,
    second,
  ]);
});
