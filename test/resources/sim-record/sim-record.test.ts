import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { bearer, keysFile } from "../../support/auth.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";

const REQUESTS = "/v1/accounts/acme/subscription-requests";
const LIST = "GET /v1/accounts/acme/subscriptions ×1";
/** Nothing ends unless the clock is advanced. Milliseconds. */
const LONG = 600_000;
const SETTLE = { PROVISIONING_SETTLE_MS: "20", PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "40" };
const ACCOUNTS = { acme: { sims: 5, states: "Stock" }, other: { sims: 2 } } as const;

interface Result {
  iccid: string | null;
  outcome: string;
  reason: string | null;
  field: string | null;
  message: string | null;
  request: { id: string; status?: string } | null;
  subscription?: Record<string, unknown> | null;
}
interface Payload {
  results: Result[];
  counts: Record<string, number>;
  koreRequests: number;
  isDryRun: boolean;
}

let app: TestApp;
afterEach(() => app.stop());

const at = (index: number) => app.kore.iccids("acme")[index] ?? "";
const sims = (places: number[], more: object = {}) => places.map((place) => ({ iccid: at(place), ...more }));
const posts = () => app.kore.requests().filter((line) => line.startsWith("POST"));

type Mutation = "setCustomFields" | "setConnectedHardware" | "assignCostCenter" | "transferSubscriptions";
const inputOf = (mutation: Mutation) => `${mutation[0]?.toUpperCase() ?? ""}${mutation.slice(1)}Input`;

function send(mutation: Mutation, input: object, fields = "") {
  return app.graph.query<Record<string, Payload>>(
    `mutation ($input: ${inputOf(mutation)}!) { ${mutation}(input: $input) {
       results { iccid outcome reason field message request { id ${fields.includes("status") ? "status" : ""} } ${fields.replace("status", "")} }
       counts { submitted failed alreadySatisfied rejected unknown } koreRequests isDryRun } }`,
    { input: { accountId: "acme", ...input } },
  );
}

async function change(mutation: Mutation, input: object, fields = ""): Promise<Payload> {
  const { data, errors } = await send(mutation, input, fields);
  expect(errors).toBeUndefined();
  const payload = data?.[mutation];
  if (!payload) throw new Error("no payload");
  return payload;
}

const site = (value: string) => ({ fields: [{ key: "site", value }] });
const transfer = { destinationAccountId: "other" };

async function costCenters(): Promise<{ id: string; key: string; name: string }[]> {
  const { data } = await app.graph.query<{ account: { costCenters: { id: string; key: string; name: string }[] } }>(
    `{ account(id: "acme") { costCenters { id key name } } }`,
  );
  app.kore.clearLog();
  return data?.account.costCenters ?? [];
}

const idOf = async (place: number, accountId = "acme") => {
  const { data } = await app.graph.query<{ subscriptions: { nodes: { id: string }[] } }>(
    `query ($iccid: ICCID!, $accountId: ID!) { subscriptions(accountId: $accountId, filter: { iccids: [$iccid] }) { nodes { id } } }`,
    { iccid: at(place), accountId },
  );
  app.kore.clearLog();
  return data?.subscriptions.nodes[0]?.id;
};

/** As KORE received them, oldest first. */
const bodies = () =>
  app.kore
    .subscriptionRequests("acme")
    .map(({ body }) => body)
    .reverse();

describe("A change of records", () => {
  beforeEach(async () => {
    const provisioning = { pendingAfterMs: LONG, completedAfterMs: LONG };
    app = await startApp({ accounts: ACCOUNTS, clock: "real", provisioning }, SETTLE);
  });

  test("of custom fields is one read and one request, with the fields that the SIM has", async () => {
    const ids = [await idOf(0), await idOf(1)];
    const payload = await change("setCustomFields", { subscriptions: sims([0, 1, 1], site("Antwerp")) });
    expect(payload).toMatchObject({ counts: { submitted: 2, failed: 0, rejected: 0, unknown: 0 }, koreRequests: 1 });
    expect(app.kore.requests()).toEqual([LIST, `POST ${REQUESTS} ×1`]);
    const [body] = bodies() as { "subscription-request": { subscriptions: Record<string, unknown>[] } }[];
    const { subscriptions = [] } = body?.["subscription-request"] ?? {};
    expect(subscriptions.map((sim) => sim["subscription-id"])).toEqual(ids);
    for (const sim of subscriptions) {
      const fields = sim["additional-fields"] as { key: string; value: string }[];
      expect(fields.filter(({ key }) => key === "site")).toEqual([{ key: "site", value: "Antwerp" }]);
    }
  });

  test("of hardware, of a cost center and of the account has KORE's body", async () => {
    const [center] = await costCenters();
    const id = await idOf(0);
    await change("setConnectedHardware", { subscriptions: sims([0], { imei: "490154203237518", modelNumber: "M" }) });
    await change("assignCostCenter", { costCenterKey: center?.key, subscriptions: sims([0]) });
    app.kore.clock.advance(LONG); // A transfer waits for no other order.
    await change("transferSubscriptions", { ...transfer, subscriptions: sims([0]), confirm: 1 });
    const one = (values: object) => ({
      "subscription-request": { subscriptions: [{ "subscription-id": id, ...values }] },
    });
    expect(bodies()).toEqual([
      one({ "connected-hardware": { imei: "490154203237518", "model-number": "M" } }),
      [{ "cost-center-pk": center?.key, "subscription-id": id }],
      one({ "destination-account-id": "other" }),
    ]);
  });

  test("is not sent again for its request key, nor while KORE has not finished it", async () => {
    const input = { subscriptions: sims([0], site("Antwerp")), requestKey: "k" };
    const first = await change("setCustomFields", input);
    expect((await change("setCustomFields", input)).results).toEqual(first.results);
    const joined = { subscriptions: sims([1], site("Bruges")) };
    expect((await change("setCustomFields", joined)).results).toEqual(
      (await change("setCustomFields", joined)).results,
    );
    expect(posts()).toEqual([`POST ${REQUESTS} ×2`]);
    const { errors } = await send("setCustomFields", { ...input, subscriptions: sims([1], site("Ghent")) });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "REQUEST_KEY_REUSED" });
  });

  test("rehearsed writes nothing, and names the fields that cannot be checked", async () => {
    const fields = [{ key: "colour", value: "blue" }];
    const payload = await change("setCustomFields", { subscriptions: sims([0], { fields }), dryRun: true });
    expect(payload).toMatchObject({
      results: [{ outcome: "WOULD_BE_SUBMITTED", message: expect.stringContaining('"colour"') as string }],
      koreRequests: 1,
      isDryRun: true,
    });
    expect(app.kore.requests()).toEqual([LIST]);
  });

  test("of a cost center that the account lacks is refused for each SIM", async () => {
    const payload = await change("assignCostCenter", { costCenterKey: "1", subscriptions: sims([0]) });
    expect(payload.results).toMatchObject([
      { outcome: "REJECTED", reason: "COST_CENTER_NOT_FOUND", field: "costCenterKey" },
    ]);
    expect(posts()).toEqual([]);
  });

  test("of SIMs that the account lacks, and with different values for one, is refused for these SIMs alone", async () => {
    const foreign = app.kore.iccids("other")[0] ?? "";
    const payload = await change("setCustomFields", {
      subscriptions: [
        { iccid: foreign, ...site("A") },
        ...sims([0], site("A")),
        ...sims([0], site("B")),
        ...sims([1], site("A")),
      ],
    });
    expect(payload.results).toMatchObject([
      { outcome: "REJECTED", reason: "NOT_FOUND", field: "subscriptions[0]" },
      { outcome: "REJECTED", reason: "CONFLICTING_VALUES", field: "subscriptions[2]" },
      { outcome: "SUBMITTED" },
    ]);
  });

  test.each([
    ["setCustomFields", { subscriptions: [] }, "input.subscriptions: 1 to 10000 SIMs at once; 0 are given"],
    ["setCustomFields", { subscriptions: [site("A")] }, "input.subscriptions[0]: give one of id and iccid"],
    [
      "setCustomFields",
      { subscriptions: [{ id: "1", fields: [] }] },
      "input.subscriptions[0].fields: 1 to 50 fields a SIM; 0 are given",
    ],
    [
      "setCustomFields",
      { subscriptions: [{ id: "1", fields: [{ key: " ", value: "" }] }] },
      "input.subscriptions[0].fields[0].key: must not be empty",
    ],
    [
      "setCustomFields",
      { subscriptions: [{ id: "1", fields: [site("A").fields[0], site("B").fields[0]] }] },
      "input.subscriptions[0].fields[1].key: is that of fields[0] as well",
    ],
    [
      "setCustomFields",
      { subscriptions: [{ id: "1", ...site("x".repeat(1001)) }] },
      "input.subscriptions[0].fields[0].value: must be at most 1000 characters",
    ],
    [
      "setConnectedHardware",
      { subscriptions: [{ id: "1" }] },
      "input.subscriptions[0]: give at least one of imei, serialNumber and modelNumber",
    ],
    [
      "setConnectedHardware",
      { subscriptions: [{ id: "1", serialNumber: "" }] },
      "input.subscriptions[0].serialNumber: must not be empty",
    ],
    [
      "transferSubscriptions",
      { subscriptions: [{ id: "1" }], confirm: 1, destinationAccountId: "acme" },
      "input.destinationAccountId: must be another account than accountId",
    ],
    [
      "transferSubscriptions",
      { subscriptions: [{ id: "1" }], confirm: 1, destinationAccountId: "nobody" },
      "input.destinationAccountId: must be an account that KORE lists for these credentials",
    ],
  ] as const)("%s names a wrong input, and writes nothing", async (mutation, input, message) => {
    const { errors } = await send(mutation, input);
    expect(errors?.map((error) => error.message)).toEqual([message]);
    expect(posts()).toEqual([]);
  });

  test("with an IMEI of wrong length is refused before the SIM is read", async () => {
    const { errors } = await send("setConnectedHardware", { subscriptions: [{ id: "1", imei: "123" }] });
    expect(errors?.[0]?.message).toContain("IMEI must be 14 to 16 digits");
    expect(app.kore.requests()).toEqual([]);
  });
});

describe("When KORE is done", () => {
  beforeEach(async () => {
    const provisioning = { pendingAfterMs: 0, completedAfterMs: 0 };
    app = await startApp({ accounts: ACCOUNTS, clock: "real", provisioning }, SETTLE);
  });

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
    await app.stop();
    app = await startApp({ accounts: { acme: { sims: 60 } }, clock: "real" }, SETTLE);
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

describe("A lost reply", () => {
  const path = "/connectivity/**/subscription-requests/**";
  const fieldsPath = "/connectivity/**/subscription-requests";

  test("is resolved where the SIMs show the change", async () => {
    const provisioning = { pendingAfterMs: 0, completedAfterMs: 0 };
    app = await startApp({ accounts: ACCOUNTS, clock: "real", provisioning }, SETTLE);
    app.kore.faults.add({ effect: "drop", when: "after", method: "POST", path: fieldsPath, times: 1 });
    const { results } = await change("setCustomFields", { subscriptions: sims([0], site("A")), requestKey: "k" });
    expect(results).toMatchObject([
      { outcome: "SUBMITTED", request: null, message: expect.stringContaining("shows the change") as string },
    ]);
    app.kore.faults.add({ effect: "drop", when: "after", method: "POST", path, times: 1 });
    const input = { ...transfer, subscriptions: sims([1]), confirm: 1 };
    const moved = await change("transferSubscriptions", input, "subscription { accountId }");
    expect(moved.results).toMatchObject([
      { outcome: "SUBMITTED", request: null, subscription: { accountId: "other" } },
    ]);
    expect(posts()).toEqual([`POST ${REQUESTS} ×1`, `POST ${REQUESTS}/sim-transfer ×1`]);
  });

  test("is never sent again where they do not, blocks no order, and an administrator resolves it", async () => {
    const provisioning = { pendingAfterMs: LONG, completedAfterMs: LONG };
    app = await startApp({ accounts: ACCOUNTS, clock: "real", provisioning }, SETTLE);
    app.kore.faults.add({ effect: "drop", when: "after", method: "POST", path: fieldsPath, times: 1 });
    const input = { subscriptions: sims([0], site("A")), requestKey: "k" };
    expect((await change("setCustomFields", input)).results).toMatchObject([
      { outcome: "OUTCOME_UNKNOWN", reason: "REPLY_LOST" },
    ]);
    expect((await change("setCustomFields", input)).counts).toMatchObject({ unknown: 1 });
    const other = await change("setCustomFields", { subscriptions: sims([0], site("B")) });
    expect(other.results).toMatchObject([{ outcome: "REJECTED", reason: "EARLIER_OUTCOME_UNKNOWN" }]);
    const moved = await change("transferSubscriptions", { ...transfer, subscriptions: sims([0]), confirm: 1 });
    expect(moved.results).toMatchObject([{ outcome: "REJECTED", reason: "EARLIER_OUTCOME_UNKNOWN" }]);
    expect(
      (await change("setConnectedHardware", { subscriptions: sims([0], { imei: "490154203237518" }) })).counts,
    ).toMatchObject({ submitted: 1 });
    const suspend = await app.graph.query(
      `mutation ($iccid: ICCID!) { activateSubscriptions(input: { accountId: "acme", activationState: ACTIVE, subscriptions: [{ iccid: $iccid }] }) { counts { submitted } } }`,
      { iccid: at(0) },
    );
    expect(suspend.data).toEqual({ activateSubscriptions: { counts: { submitted: 1 } } });

    const { data } = await app.graph.query<{
      unresolvedOrders: { intentId: string; verb: string; candidates: unknown[] }[];
    }>(`{ unresolvedOrders(accountId: "acme") { intentId verb candidates { requestId } } }`);
    expect(data?.unresolvedOrders).toMatchObject([{ verb: "SET_CUSTOM_FIELDS", candidates: [] }]);
    const [arrivedAs] = app.kore.subscriptionRequests("acme").filter(({ part }) => part === "additional-fields");
    const resolve = (id: string) =>
      app.graph.query(
        `mutation ($input: ResolveOrderInput!) { resolveOrder(input: $input) { outcome reason results { outcome request { id } } } }`,
        { input: { accountId: "acme", intentId: data?.unresolvedOrders[0]?.intentId, arrivedAs: id, confirm: 1 } },
      );
    expect((await resolve("cmp-nothing")).data).toMatchObject({ resolveOrder: { reason: "REQUEST_NOT_FOUND" } });
    expect((await resolve(arrivedAs?.id ?? "")).data).toEqual({
      resolveOrder: { outcome: "ADOPTED", reason: null, results: [{ outcome: "SUBMITTED", request: null }] },
    });
    expect((await change("setCustomFields", input)).results).toMatchObject([
      { outcome: "SUBMITTED", request: { id: arrivedAs?.id } },
    ]);
    expect(posts().filter((line) => line.startsWith(`POST ${REQUESTS} `))).toEqual([`POST ${REQUESTS} ×1`]);
  });

  test("survives a restart in mid-write", async () => {
    app = await startApp({ accounts: ACCOUNTS, clock: "real" }, SETTLE);
    const first = await change("setCustomFields", { subscriptions: sims([0], site("A")), requestKey: "k" });
    await app.restart();
    expect((await change("setCustomFields", { subscriptions: sims([0], site("A")), requestKey: "k" })).results).toEqual(
      first.results,
    );
    expect(posts()).toEqual([`POST ${REQUESTS} ×1`]);
  });
});

describe("A transfer and other orders for a SIM exclude each other", () => {
  const activate = () =>
    app.graph.query<{ activateSubscriptions: { results: { outcome: string; reason: string | null }[] } }>(
      `mutation ($iccid: ICCID!) { activateSubscriptions(input: { accountId: "acme", activationState: ACTIVE, subscriptions: [{ iccid: $iccid }] }) { results { outcome reason } } }`,
      { iccid: at(0) },
    );
  beforeEach(async () => {
    const provisioning = { pendingAfterMs: LONG, completedAfterMs: LONG };
    app = await startApp({ accounts: ACCOUNTS, clock: "real", provisioning }, SETTLE);
  });

  test("an order or a change of the record that KORE has not finished refuses the transfer", async () => {
    await activate();
    await change("setCustomFields", { subscriptions: sims([1], site("A")) });
    const input = { ...transfer, subscriptions: sims([0, 1, 2]), confirm: 3 };
    const refused = { outcome: "REJECTED", reason: "ORDER_IN_PROGRESS" };
    const { results } = await change("transferSubscriptions", input);
    expect(results).toMatchObject([refused, refused, { outcome: "SUBMITTED" }]);
    app.kore.clock.advance(LONG);
    const again = await change("transferSubscriptions", { ...input, subscriptions: sims([1]), confirm: 1 });
    expect(again.counts).toMatchObject({ submitted: 1 });
  });

  test("a transfer that KORE has not finished refuses orders, and another one of the SIM joins it", async () => {
    const input = { ...transfer, subscriptions: sims([0]), confirm: 1, requestKey: "a" };
    const [first] = (await change("transferSubscriptions", input)).results;
    expect((await activate()).data?.activateSubscriptions.results).toEqual([
      { outcome: "REJECTED", reason: "ORDER_IN_PROGRESS" },
    ]);
    const { results } = await change("setCustomFields", { subscriptions: sims([0], site("A")) });
    expect(results).toMatchObject([{ outcome: "REJECTED", reason: "ORDER_IN_PROGRESS", field: "subscriptions[0]" }]);
    const [joined] = (await change("transferSubscriptions", { ...input, requestKey: "b" })).results;
    expect(joined).toEqual(first);
    expect(posts()).toEqual([`POST ${REQUESTS}/sim-transfer ×1`]);
  });
});

test("a request is read by its id and watched to its end", async () => {
  app = await startApp({ accounts: ACCOUNTS, clock: "real" }, SETTLE);
  const fields = [{ key: "colour", value: "blue" }];
  const [result] = (await change("setCustomFields", { subscriptions: sims([0], { fields }) })).results;
  const id = result?.request?.id ?? "";
  const [transport] = TRANSPORTS;
  const watcher = transport?.call(app.url, {
    query: `subscription { subscriptionRequestUpdated(accountId: "acme", id: "${id}") { status errors { message } subscriptions { outcome } } }`,
  });
  await expect
    .poll(() => watcher?.results.at(-1)?.data, { timeout: 10_000 })
    .toMatchObject({ subscriptionRequestUpdated: { status: "FAILED", subscriptions: [{ outcome: "FAILED" }] } });
  watcher?.leave();
  const { data } = await app.graph.query(
    `{ subscriptionRequest(accountId: "acme", id: "${id}") { rawStatus totalSubscriptions subscriptions { subscription { iccid } } }
       none: subscriptionRequest(accountId: "acme", id: "none") { id } }`,
  );
  expect(data).toEqual({
    subscriptionRequest: {
      rawStatus: "Failed",
      totalSubscriptions: 1,
      subscriptions: [{ subscription: { iccid: at(0) } }],
    },
    none: null,
  });
});

test("a transfer needs both accounts and an admin, and else asks KORE nothing", async () => {
  const { path, keys } = await keysFile(
    { name: "one", role: "admin", accounts: ["acme"] },
    { name: "both", role: "operator", accounts: ["acme", "other"] },
    { name: "all", role: "admin", accounts: ["acme", "other"] },
  );
  app = await startApp({ accounts: ACCOUNTS, clock: "real" }, { ...SETTLE, AUTH_API_KEYS_FILE: path });
  const query = `mutation ($input: TransferSubscriptionsInput!) { transferSubscriptions(input: $input) { counts { submitted } } }`;
  const input = { accountId: "acme", ...transfer, subscriptions: sims([0]), confirm: 1 };
  const codes: unknown[] = [];
  for (const key of keys) {
    const body = JSON.stringify({ query, variables: { input } });
    const headers = { "content-type": "application/json", ...bearer(key) };
    const reply = await fetch(`${app.url}/graphql`, { method: "POST", headers, body });
    const { data, errors } = (await reply.json()) as { data: unknown; errors?: { extensions: { code: string } }[] };
    codes.push(errors ? errors.map(({ extensions }) => extensions.code) : data);
    if (errors) expect(app.kore.requests()).toEqual([]);
  }
  expect(codes).toEqual([["NOT_FOUND"], ["FORBIDDEN"], { transferSubscriptions: { counts: { submitted: 1 } } }]);
});
