import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

/** Nothing ends unless the clock is advanced. Milliseconds. */
const LONG = 600_000;
const SETTLE = { PROVISIONING_SETTLE_MS: "20", PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "40" };
const SWITCHES = "/v1/accounts/acme/esim-profile-switch-requests";
const RECORDS = "/v1/accounts/acme/subscription-requests";

interface Result {
  outcome: string;
  reason: string | null;
  field: string | null;
}

let app: TestApp;
let esim: { eid: string; stock: string };
let activationProfileId: string;

beforeEach(() => start(0));

async function start(sessionAfterMs: number): Promise<void> {
  const provisioning = { pendingAfterMs: LONG, completedAfterMs: LONG, sessionAfterMs };
  const accounts = { acme: { sims: 600 }, other: { sims: 2 } };
  app = await startApp({ accounts, clock: "real", provisioning }, SETTLE);
  esim = esimWithStock();
  const { data } = await app.graph.query<{ account: { activationProfiles: { id: string }[] } }>(
    `{ account(id: "acme") { activationProfiles { id } } }`,
  );
  activationProfileId = data?.account.activationProfiles[0]?.id ?? "";
  app.kore.clearLog();
}
afterEach(() => app.stop());

/** An eSIM in service that also holds a SIM in state Stock, which may be transferred. */
function esimWithStock() {
  const sims = app.kore.iccids("acme").map((iccid) => app.kore.sim("acme", iccid));
  for (const sim of sims) {
    if (sim?.state !== "Stock" || sim.eid === null) continue;
    const current = sims.find((each) => each?.eid === sim.eid);
    if (current?.state === "Active") return { eid: sim.eid, stock: sim.iccid };
  }
  throw new Error("The fixtures have no such eSIM");
}

const writes = () => app.kore.requests().filter((line) => line.startsWith("POST"));

async function send(mutation: string, input: object): Promise<Result[]> {
  const type = `${mutation[0]?.toUpperCase() ?? ""}${mutation.slice(1)}Input`;
  const { data, errors } = await app.graph.query<Record<string, { results: Result[] }>>(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { results { outcome reason field } } }`,
    { input: { accountId: "acme", ...input } },
  );
  expect(errors).toBeUndefined();
  return data?.[mutation]?.results ?? [];
}

const switchProfile = (more: object = {}) =>
  send("switchEsimProfiles", { activationProfileId, esims: [{ eid: esim.eid }], ...more });
const transfer = () =>
  send("transferSubscriptions", {
    destinationAccountId: "other",
    subscriptions: [{ iccid: esim.stock }],
    confirm: 1,
  });

test("an order for an eSIM that KORE has not finished refuses the transfer of each SIM on it", async () => {
  expect(await switchProfile()).toMatchObject([{ outcome: "SUBMITTED" }]);
  expect(await transfer()).toEqual([{ outcome: "REJECTED", reason: "ORDER_IN_PROGRESS", field: "subscriptions[0]" }]);
  const site = [{ key: "site", value: "Antwerp" }];
  const fields = await send("setCustomFields", { subscriptions: [{ iccid: esim.stock, fields: site }] });
  expect(fields).toMatchObject([{ outcome: "SUBMITTED" }]);
  expect(writes()).toEqual([`POST ${SWITCHES} ×1`, `POST ${RECORDS} ×1`]);
  app.kore.clock.advance(LONG);
  expect(await transfer()).toMatchObject([{ outcome: "SUBMITTED" }]);
});

test("a transfer that KORE has not finished refuses orders for the eSIM that holds the SIM", async () => {
  expect(await transfer()).toMatchObject([{ outcome: "SUBMITTED" }]);
  expect(await switchProfile()).toEqual([{ outcome: "REJECTED", reason: "ORDER_IN_PROGRESS", field: "esims[0]" }]);
  expect(writes()).toEqual([`POST ${RECORDS}/sim-transfer ×1`]);
});

test("an ambiguous order for an eSIM holds back the transfer of its SIMs, but no change of their records", async () => {
  const path = "/connectivity/**/esim-profile-switch-requests";
  app.kore.faults.add({ effect: "drop", when: "after", method: "POST", path, times: 1 });
  app.kore.faults.add({ effect: "wrong-types", method: "GET", path });
  expect(await switchProfile()).toMatchObject([{ outcome: "OUTCOME_UNKNOWN", reason: "REPLY_LOST" }]);
  expect(await transfer()).toMatchObject([{ outcome: "REJECTED", reason: "EARLIER_OUTCOME_UNKNOWN" }]);
  const hardware = [{ iccid: esim.stock, serialNumber: "S" }];
  expect(await send("setConnectedHardware", { subscriptions: hardware })).toMatchObject([{ outcome: "SUBMITTED" }]);
  expect(writes()).toEqual([`POST ${SWITCHES} ×1`, `POST ${RECORDS}/connected-hardware ×1`]);
});

describe("A failed request for an eSIM", () => {
  let id: string;
  beforeEach(async () => {
    await app.stop();
    await start(10 * LONG);
    await switchProfile({ skipSessionCheck: true, disableAutoRetry: true });
    app.kore.clock.advance(LONG);
    const [request] = app.kore.esimRequests("acme");
    expect(request?.esims).toMatchObject([{ status: "Failed" }]);
    id = request?.id ?? "";
    app.kore.clearLog();
  });
  const retry = (more: object = {}) => send("retryEsimRequest", { id, ...more });

  test("is not retried while KORE transfers a SIM on the eSIM", async () => {
    expect(await transfer()).toMatchObject([{ outcome: "SUBMITTED" }]);
    const refused = { outcome: "REJECTED", reason: "ORDER_IN_PROGRESS" };
    expect(await retry()).toEqual([{ ...refused, field: null }]);
    expect(await retry({ eids: [esim.eid], dryRun: true })).toEqual([{ ...refused, field: "eids[0]" }]);
    expect(writes()).toEqual([`POST ${RECORDS}/sim-transfer ×1`]);
    app.kore.clock.advance(LONG);
    expect(await retry()).toMatchObject([{ outcome: "SUBMITTED" }]);
  });

  test("refuses the transfer of a SIM on the eSIM while KORE works on its retry", async () => {
    expect(await retry()).toMatchObject([{ outcome: "SUBMITTED" }]);
    expect(await transfer()).toMatchObject([{ outcome: "REJECTED", reason: "ORDER_IN_PROGRESS" }]);
    expect(writes()).toEqual([`POST ${SWITCHES}/retry ×1`]);
  });

  test("does not refuse it after a retry that KORE has refused, and is not read again for that", async () => {
    app.kore.faults.add({ effect: "status", status: 400, method: "POST", path: "/connectivity/**/retry", times: 1 });
    expect(await retry()).toMatchObject([{ outcome: "REJECTED", reason: "KORE_REFUSED" }]);
    expect(await transfer()).toMatchObject([{ outcome: "SUBMITTED" }]);
    expect(app.kore.requests().filter((line) => line.includes(SWITCHES))).toEqual([
      `GET ${SWITCHES}/${id} ×1`,
      `POST ${SWITCHES}/retry ×1`,
    ]);
  });
});
