import { beforeEach, describe, expect, test } from "vitest";
import { bearer, keysFile } from "../../support/auth.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";
import {
  app,
  start,
  at,
  sims,
  posts,
  send,
  change,
  site,
  transfer,
  costCenters,
  idOf,
  bodies,
  REQUESTS,
  LONG,
  UNFINISHED,
} from "./fixtures.ts";

const LIST = "GET /v1/accounts/acme/subscriptions ×1";

describe("A change of records", () => {
  beforeEach(() => start({ provisioning: UNFINISHED }));

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

test("a request is read by its id and watched to its end", async () => {
  await start();
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
  await start({}, { AUTH_API_KEYS_FILE: path });
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
