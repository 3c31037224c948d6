import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Reply, type TestApp, startApp } from "../../support/app.ts";
import { ROUTER_SECRET } from "../../support/auth.ts";
import { RandomValues } from "../../support/operations/random-resolvers.ts";
import { codesOf, cacheDocument } from "../../support/operations/every-transport.ts";

const FIXTURES = { accounts: { acme: { sims: 3, states: "Active" }, other: { sims: 3, states: "Active" } } } as const;
const SECRET = "secret-of-webhooks";
const CALLBACK = "https://graph.example/webhooks/kore";
const ENV = {
  AUTH_ROUTER_SECRETS: ROUTER_SECRET,
  CACHE_SECONDS: "0",
  KORE_WEBHOOK_SECRETS: SECRET,
  KORE_WEBHOOK_URL: CALLBACK,
};
const PATIENCE = { timeout: 10_000 };
const LIST = "/connectivity/v1/accounts/acme/subscriptions";

const as = (role: string, accounts = "*", id = "somebody"): Record<string, string> => ({
  "x-kore-graph-router-secret": ROUTER_SECRET,
  "x-kore-graph-caller-id": id,
  "x-kore-graph-caller-role": role,
  "x-kore-graph-caller-accounts": accounts,
});
const ADMIN = as("admin");

/** A page, and then one read for each of its SIMs. */
const SIMS = `query ($account: ID!, $first: Int) {
  subscriptions(accountId: $account, first: $first) { nodes { iccid state lastProvisioningRequest { id } } }
}`;
const ACME = { account: "acme" };

let app: TestApp;
afterEach(() => app.stop());

/** An app to which documents are known; KORE takes its time for all that a path matches. */
async function start(slow: string, env: Record<string, string> = {}, ms = 600): Promise<void> {
  app = await startApp(FIXTURES, { ...ENV, ...env });
  await cacheDocument(app.url, { query: SIMS }, ADMIN);
  app.kore.faults.add({ effect: "latency", ms, path: slow });
}

async function ask(variables: object = ACME, headers = ADMIN, query = SIMS): Promise<Reply> {
  const reply = await app.graph.post({ query, variables }, headers);
  return (await reply.json()) as Reply;
}

/** How many operations have joined another so far. */
async function joined(): Promise<number> {
  const text = await (await fetch(`${app.url}/metrics`, { headers: ADMIN })).text();
  const counts = [...text.matchAll(/^kore_graph_operations_coalesced_total\{[^}]*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

const lists = () => app.kore.log().filter(({ path }) => path === LIST);
const listIsAsked = (times = 1) => vi.waitUntil(() => lists().length === times, PATIENCE);

/** A caller that can disconnect. */
function leavable(headers = ADMIN): { reply: Promise<Reply | undefined>; leave: () => void } {
  const controller = new AbortController();
  const body = JSON.stringify({ query: SIMS, variables: ACME });
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
  const reply = fetch(`${app.url}/graphql`, { ...init, signal: controller.signal }).then(
    async (answer) => (await answer.json()) as Reply,
    () => undefined,
  );
  return { reply, leave: () => controller.abort() };
}

describe("Identical queries at once", () => {
  test("fifty cost KORE as much as one, and all get the same answer", async () => {
    await start(LIST);
    const first = await ask();
    const cost = app.kore.requests();
    expect(cost).toHaveLength(2);
    app.kore.clearLog();
    const replies = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(ACME, as("admin", "*", `caller ${n}`))));
    expect(app.kore.requests()).toEqual(cost);
    for (const reply of replies) expect(reply).toEqual(first);
    expect(await joined()).toBe(49);
  });

  test("do not get the others' stats, and a request for stats is not coalesced", async () => {
    await start(LIST);
    const stats = { ...ADMIN, "x-kore-graph-stats": "1" };
    const [plain, one, other] = await Promise.all([ask(), ask(ACME, stats), ask(ACME, stats)]);
    expect(plain.extensions).toBeUndefined();
    expect([one, other].map(({ extensions }) => Object.keys(extensions?.kore ?? {}).length)).toEqual([4, 4]);
    expect(await joined()).toBe(0);
  });

  test("have one cost, which each caller's quota is charged with", async () => {
    await start(LIST, { LIMIT_KORE_REQUESTS: "101", LIMIT_KORE_REQUESTS_PER_MINUTE: "101" });
    const variables = { account: "acme", first: 100 };
    const [rich, poor] = [as("admin", "*", "rich"), as("admin", "*", "poor")];
    expect((await ask(variables, poor)).errors).toBeUndefined();
    const running = ask(variables, rich);
    await listIsAsked(2);
    expect(codesOf(await ask(variables, poor))).toEqual(["RATE_LIMITED"]);
    expect((await running).errors).toBeUndefined();
    expect(await joined()).toBe(0);
  });

  test.each<[what: string, one: [object, Record<string, string>?], other: [object, Record<string, string>?]]>([
    ["other variables", [{ account: "acme", first: 1 }], [{ account: "acme", first: 2 }]],
    ["no variable and one that is null", [{ account: "acme" }], [{ account: "acme", first: null }]],
    ["another role", [ACME, as("viewer")], [ACME, as("operator")]],
    ["other accounts", [ACME, as("viewer", "acme")], [ACME, as("viewer", "acme,other")]],
    ["all accounts and some", [ACME, as("viewer", "acme")], [ACME, as("viewer", "*")]],
  ])("are never those with %s", async (_, one, other) => {
    await start(LIST);
    await Promise.all([ask(...one), ask(...other), ask(...one)]);
    expect(await joined()).toBe(1); // The third the first.
  });

  test("that fail carry each its own request's id", async () => {
    await start(LIST);
    app.kore.faults.add({ effect: "status", status: 404, path: LIST });
    app.kore.faults.add({ effect: "empty", path: LIST });
    const ids = ["one-of-them", "another-of-them", "a-third"];
    const replies = await Promise.all(ids.map((id) => ask(ACME, { ...ADMIN, "x-request-id": id })));
    expect(replies.map(({ errors }) => errors?.map(({ extensions }) => extensions.requestId))).toEqual(
      ids.map((id) => [id]),
    );
    expect(await joined()).toBe(2);
    const ended = app.logged().filter(({ msg, requestId }) => msg === "request" && ids.includes(String(requestId)));
    expect(ended).toHaveLength(3);
  });

  test("writes are never", async () => {
    await start("/connectivity/**");
    const query = `mutation { suspendSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: "${app.kore.iccids("acme")[0] ?? ""}" }], dryRun: true }) { koreRequests } }`;
    await cacheDocument(app.url, { query }, ADMIN);
    await Promise.all([ask({}, ADMIN, query), ask({}, ADMIN, query)]);
    expect(app.kore.requests()).toEqual([expect.stringMatching(/×2$/)]);
    expect(await joined()).toBe(0);
  });
});

describe("A later query", () => {
  test("joins as long as KORE has answered nothing, and starts anew from then on", async () => {
    await start("/connectivity/v1/accounts/acme/provisioning-requests");
    const first = ask();
    await vi.waitUntil(() => app.kore.log().some(({ path }) => path.endsWith("/provisioning-requests")), PATIENCE);
    expect(lists().map(({ outcome }) => outcome)).toEqual(["answered"]);
    const second = ask();
    await listIsAsked(2);
    expect(await second).toEqual(await first);
    expect(await joined()).toBe(0);
  });

  test("joins though hundreds of others have come and gone since", async () => {
    await start(LIST, { LIMIT_OPERATIONS_PER_MINUTE: "0" }, 2000);
    const quick = "query Quick { __typename }";
    await cacheDocument(app.url, { query: quick }, ADMIN);
    const first = ask();
    await listIsAsked();
    await Promise.all(Array.from({ length: 300 }, (_, n) => ask({ n }, ADMIN, quick)));
    expect(await ask()).toEqual(await first);
    expect(lists()).toHaveLength(1);
    expect(await joined()).toBe(1);
  });

  test("than a write does not join an earlier one, and sees the write", async () => {
    await start(LIST, {}, 0);
    app.kore.faults.add({ effect: "latency", ms: 1_500, path: LIST, times: 1 });
    const before = ask();
    await listIsAsked();
    const iccid = app.kore.iccids("acme")[0] ?? "";
    const query = `mutation { suspendSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: "${iccid}" }] }) { counts { submitted } } }`;
    expect((await ask({}, ADMIN, query)).data).toEqual({ suspendSubscriptions: { counts: { submitted: 1 } } });
    const asked = lists().length;
    const after = ask();
    await listIsAsked(asked + 1);
    await Promise.all([before, after]);
    expect(await joined()).toBe(0);
  });

  test("than a webhook does not join an earlier one", async () => {
    await start(LIST);
    const before = ask();
    await listIsAsked();
    const name = "connectivity.subscription.state.changed";
    const events = [{ data: { "subscription-id": "sim" } }];
    const body = JSON.stringify({ "alert-id": 1, "event-name": name, account: "acme", events });
    const signature = createHash("sha256").update(`${SECRET}POST${CALLBACK}${body}`).digest("hex");
    const headers = { "content-type": "application/json", "kore-signature": signature };
    expect((await fetch(`${app.url}/webhooks/kore`, { method: "POST", headers, body })).status).toBe(200);
    const after = ask();
    await listIsAsked(2);
    expect(await after).toEqual(await before);
    expect(await joined()).toBe(0);
  });
});

describe("A caller that disconnects", () => {
  test("does not cancel the answer of the others, though it was the first", async () => {
    await start(LIST);
    const first = leavable();
    await listIsAsked();
    const second = ask();
    await delay(200); // It has joined by now; nothing outside shows it.
    first.leave();
    expect((await second).data).toMatchObject({ subscriptions: { nodes: [{}, {}, {}] } });
    expect(lists().map(({ outcome }) => outcome)).toEqual(["answered"]);
    expect(await joined()).toBe(1);
  });

  test("cancels the reads when it is the last, and a later query reads again", async () => {
    await start(LIST, {}, 2_000);
    const callers = [leavable(), leavable(), leavable()];
    await listIsAsked();
    await delay(200);
    for (const { leave } of callers) leave();
    await vi.waitUntil(() => lists()[0]?.outcome === "aborted", PATIENCE);
    app.kore.faults.clear();
    expect((await ask()).errors).toBeUndefined();
    expect(lists().map(({ outcome }) => outcome)).toEqual(["aborted", "answered"]);
  });
});

test("callers with different accounts never share an answer", async () => {
  await start("/connectivity/**", {}, 30);
  const own = "{ accounts { id subscriptions(first: 2) { nodes { accountId iccid } } } }";
  await cacheDocument(app.url, { query: own }, ADMIN);
  const reaches = ["acme", "other", "acme,other", "*", ""];
  const chance = new RandomValues(7);
  const asked = Array.from({ length: 200 }, async (_, n) => {
    await delay(chance.roll(`when ${n}`, 150));
    const reach = reaches[chance.roll(`reach ${n}`, reaches.length)] ?? "";
    const isList = chance.roll(`what ${n}`, 2) === 0;
    const account = chance.roll(`account ${n}`, 2) === 0 ? "acme" : "other";
    const id = `caller ${chance.roll(`who ${n}`, 3)}`;
    const reply = isList
      ? await ask({}, as("viewer", reach, id), own)
      : await ask({ account, first: 1 }, as("viewer", reach, id));
    const mayAsk = reach === "*" || reach.split(",").includes(account);
    if (!isList) expect([reach, account, codesOf(reply)]).toEqual([reach, account, mayAsk ? undefined : ["NOT_FOUND"]]);
    const told = new Set(JSON.stringify(reply).match(/(?<="(id|accountId)":")(acme|other)(?=")/g));
    const within = reach === "*" ? ["acme", "other"] : reach.split(",").filter(Boolean);
    if (isList) expect([reach, [...told].sort()]).toEqual([reach, within.sort()]);
    const iccids = new Set(within.flatMap((name) => app.kore.iccids(name)));
    const shown = JSON.stringify(reply).match(/(?<="iccid":")\d+/g) ?? [];
    expect(shown.filter((iccid) => !iccids.has(iccid))).toEqual([]);
  });
  await Promise.all(asked);
  expect(await joined()).toBeGreaterThan(20);
});
