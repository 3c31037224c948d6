import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

const A = "/v1/accounts/acme";
const REQUESTS = `${A}/esim-profile-switch-requests`;
/** Milliseconds. */
const LONG = 600_000;
/** The simulator's eSIMs of SIMs in service, each of which holds one SIM. */
const world = { acme: { sims: 60 } } as const;

interface Result {
  eid: string;
  outcome: string;
  reason: string | null;
  field: string | null;
  message: string | null;
}

let app: TestApp;
let activationProfileId: string;
let eids: string[];
afterEach(() => app.stop());

async function open(provisioning: object): Promise<void> {
  app = await startApp({ accounts: world, provisioning }, { PROVISIONING_SETTLE_MS: "20" });
  const { data } = await app.graph.query<{ account: { activationProfiles: { id: string }[] } }>(
    `{ account(id: "acme") { activationProfiles { id } } }`,
  );
  activationProfileId = data?.account.activationProfiles[0]?.id ?? "";
  const sims = app.kore.iccids("acme").map((iccid) => app.kore.sim("acme", iccid));
  eids = sims.flatMap((sim) => (sim?.eid && sim.state === "Active" ? [sim.eid] : []));
}

async function order(input: object): Promise<{ id: string; results: Result[] }> {
  const { data, errors } = await app.graph.query<{
    switchEsimProfiles: { results: Result[]; requests: { id: string }[] };
  }>(
    `mutation ($input: SwitchEsimProfilesInput!) { switchEsimProfiles(input: $input) { results { eid outcome reason message } requests { id } } }`,
    { input: { accountId: "acme", activationProfileId, ...input } },
  );
  expect(errors).toBeUndefined();
  const { results = [], requests = [] } = data?.switchEsimProfiles ?? {};
  app.kore.clearLog();
  return { id: requests[0]?.id ?? "", results };
}

async function follow(verb: "retry" | "cancel", input: object) {
  const type = verb === "retry" ? "RetryEsimRequestInput" : "CancelEsimRequestInput";
  const { data, errors } = await app.graph.query<{ it: { results: Result[]; isDryRun: boolean } }>(
    `mutation ($input: ${type}!) { it: ${verb}EsimRequest(input: $input) { results { eid outcome reason field message } isDryRun } }`,
    { input: { accountId: "acme", ...input } },
  );
  return { ...data?.it, error: errors?.[0] };
}

const requests = () => app.kore.requests();
const statuses = () => app.kore.esimRequests("acme")[0]?.esims.map(({ status }) => status);

describe("A request whose devices are offline", () => {
  let id: string;
  beforeEach(async () => {
    await open({ pendingAfterMs: 0, completedAfterMs: 1000, sessionAfterMs: LONG });
    const input = { esims: [{ eid: eids[0] }, { eid: eids[1] }], skipSessionCheck: true, disableAutoRetry: true };
    ({ id } = await order({ ...input, requestKey: "k" }));
    app.kore.clock.advance(2000);
    expect(statuses()).toEqual(["Failed", "Failed"]);
  });

  test("is retried: one read, one write, of its failed eSIMs", async () => {
    app.kore.clock.advance(LONG);
    expect(await follow("retry", { id })).toMatchObject({
      results: [
        { eid: eids[0], outcome: "SUBMITTED" },
        { eid: eids[1], outcome: "SUBMITTED" },
      ],
    });
    expect(requests()).toEqual([`GET ${REQUESTS}/${id} ×1`, `POST ${REQUESTS}/retry ×1`]);
    expect((await follow("retry", { id })).results).toEqual([]);
    app.kore.clock.advance(2000);
    expect(statuses()).toEqual(["Completed", "Completed"]);
  });

  test("is retried for the named eSIMs only, each of which it must have", async () => {
    const { results } = await follow("retry", { id, eids: [eids[2], eids[1]] });
    expect(results).toMatchObject([
      { eid: eids[2], outcome: "REJECTED", reason: "NOT_FOUND", field: "eids[0]" },
      { eid: eids[1], outcome: "SUBMITTED" },
    ]);
    expect(statuses()).toEqual(["Failed", "Waiting for session"]);
    const { results: again } = await follow("retry", { id, eids: [eids[1]] });
    expect(again).toMatchObject([{ outcome: "ALREADY_SATISFIED" }]);
  });

  test("that is retried shows no failure when its order is repeated", async () => {
    const input = { esims: [{ eid: eids[0] }, { eid: eids[1] }], skipSessionCheck: true, disableAutoRetry: true };
    await app.graph.query(`{ esimRequest(accountId: "acme", id: "${id}") { status } }`);
    expect((await order({ ...input, requestKey: "k" })).results.map(({ outcome }) => outcome)).toEqual([
      "FAILED",
      "FAILED",
    ]);
    app.kore.clock.advance(LONG);
    await follow("retry", { id });
    expect((await order({ ...input, requestKey: "k" })).results.map(({ outcome }) => outcome)).toEqual([
      "SUBMITTED",
      "SUBMITTED",
    ]);
  });

  test("is only rehearsed by a dry run", async () => {
    expect(await follow("retry", { id, dryRun: true })).toMatchObject({
      results: [{ outcome: "WOULD_BE_SUBMITTED" }, { outcome: "WOULD_BE_SUBMITTED" }],
      isDryRun: true,
    });
    expect(requests()).toEqual([`GET ${REQUESTS}/${id} ×1`]);
  });

  test.each([
    ["after", "SUBMITTED"],
    ["before", "OUTCOME_UNKNOWN"],
  ] as const)("whose retry's reply is lost %s the work is read again: %s", async (when, outcome) => {
    app.kore.faults.add({ effect: "drop", when, method: "POST", path: "/connectivity/**/retry", times: 1 });
    expect((await follow("retry", { id, eids: [eids[0]] })).results).toMatchObject([{ outcome }]);
    expect(requests()).toEqual([`GET ${REQUESTS}/${id} ×2`, `POST ${REQUESTS}/retry ×1`]);
    expect((await follow("retry", { id, eids: [eids[0]] })).results).toMatchObject([
      { outcome: when === "after" ? "ALREADY_SATISFIED" : "SUBMITTED" },
    ]);
  });

  test("cannot be cancelled, since it is done", async () => {
    expect((await follow("cancel", { id, eids: [eids[0]] })).results).toMatchObject([
      { outcome: "REJECTED", reason: "WRONG_STATE", message: "KORE has finished it." },
    ]);
    expect(requests()).toEqual([`GET ${REQUESTS}/${id} ×1`]);
  });

  test("has retries that KORE refuses where none is pending", async () => {
    expect((await follow("cancel", { id, retriesOnly: true, eids: [eids[0]] })).results).toMatchObject([
      { outcome: "REJECTED", reason: "KORE_REFUSED", message: "KORE refused: Request cannot be cancelled!" },
    ]);
  });
});

describe("A request in progress", () => {
  let id: string;
  beforeEach(async () => {
    await open({ pendingAfterMs: 0, completedAfterMs: LONG, sessionAfterMs: 0 });
    ({ id } = await order({ esims: [{ eid: eids[0] }, { eid: eids[1] }] }));
  });

  test("is cancelled as a whole, or for some of its eSIMs, once", async () => {
    expect((await follow("cancel", { id, eids: [eids[1]] })).results).toMatchObject([{ outcome: "SUBMITTED" }]);
    expect(statuses()).toEqual(["Pending", "Cancelled"]);
    expect((await follow("cancel", { id })).results).toMatchObject([{ eid: eids[0], outcome: "SUBMITTED" }]);
    expect((await follow("cancel", { id, eids: [eids[0]] })).results).toMatchObject([{ outcome: "ALREADY_SATISFIED" }]);
    const { data } = await app.graph.query(
      `{ esimRequest(accountId: "acme", id: "${id}") { status esims { outcome } } }`,
    );
    expect(data).toEqual({
      esimRequest: { status: "CANCELLED", esims: [{ outcome: "CANCELLED" }, { outcome: "CANCELLED" }] },
    });
  });

  test("that KORE does not know is not found, and wrong input is named", async () => {
    expect((await follow("cancel", { id: "none" })).error?.extensions.code).toBe("NOT_FOUND");
    expect((await follow("retry", { id, eids: [] })).error?.message).toMatch(/input.eids: 1 to 100/);
  });
});
