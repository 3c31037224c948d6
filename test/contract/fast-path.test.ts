import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ApolloServer } from "@apollo/server";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { documentedOperations } from "../../src/server/graphql/documented-operations.ts";
import { exampleVariables } from "../../src/server/playground/tabs.ts";
import { type TestApp, startApp } from "../support/app.ts";
import { ROUTER_SECRET } from "../support/auth.ts";
import { cacheDocument } from "../support/operations/every-transport.ts";

/*
 * Operations whose documents are known are answered without Apollo. Nobody may see by which of the two: status, headers
 * and body are the same to the byte.
 */

interface Body {
  query: string;
  operationName?: string | null;
  variables?: unknown;
  extensions?: unknown;
}

const WORLD = { accounts: { acme: { sims: 5, states: "Active" }, "cmp-other": { sims: 2 } } } as const;
const ENV = {
  AUTH_ROUTER_SECRETS: ROUTER_SECRET,
  KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on",
  LIMIT_OPERATIONS_PER_MINUTE: "0",
  CACHE_SECONDS: "0",
};
/** Apollo takes it as `application/json`; in place of it, what is rare is left to Apollo. */
const RARE = { accept: "application/json;q=0.9" };

const as = (role: string, accounts = "*", id = role): Record<string, string> => ({
  "x-kore-graph-router-secret": ROUTER_SECRET,
  "x-kore-graph-caller-id": id,
  "x-kore-graph-caller-role": role,
  "x-kore-graph-caller-accounts": accounts,
});

const byApollo = vi.spyOn(ApolloServer.prototype, "executeHTTPGraphQLRequest");
const apps: TestApp[] = [];
afterAll(async () => {
  byApollo.mockRestore();
  await Promise.all(apps.splice(0).map((app) => app.stop()));
});

async function start(world: Parameters<typeof startApp>[0], env: Record<string, string> = {}): Promise<TestApp> {
  const app = await startApp(world, { ...ENV, ...env });
  apps.push(app);
  return app;
}

/** Sends a body, and tells all that is sent back, and how often Apollo had to do with it. */
async function exchange(app: TestApp, body: unknown, headers: Record<string, string>) {
  const before = byApollo.mock.calls.length;
  const sent = { "content-type": "application/json", "x-request-id": "the-same-for-both", ...headers };
  const call = request(`${app.url}/graphql`, { method: "POST", headers: sent });
  call.end(typeof body === "string" ? body : JSON.stringify(body));
  const [answer] = (await once(call, "response")) as [IncomingMessage];
  const { statusCode: status, headers: told } = answer;
  const reply = {
    status,
    headers: { ...told, date: "…", "retry-after": told["retry-after"] && "…" },
    body: withoutChance(await text(answer)),
  };
  return { reply, byApollo: byApollo.mock.calls.length - before };
}

/** Of what no two apps say the same: secrets, the time in cursors of sessions, and how much of a minute is left. */
const withoutChance = (body: string) =>
  body
    .replace(/"(clientSecret|endCursor)":"[^"]+"/g, '"$1":"…"')
    .replace(/signature=[^"]+/g, "signature=…")
    .replace(/again in \d+ s|"retryAfterSeconds":\d+/g, "…");

/** Both answers to a body, each of an app of its own, and whether the second was given without Apollo. */
async function bothWays(first: TestApp, second: TestApp, body: Body, headers = as("admin")) {
  const one = await exchange(first, body, { ...RARE, ...headers });
  await cacheDocument(second.url, { query: body.query }, headers);
  const other = await exchange(second, body, headers);
  expect(one.byApollo).toBe(1);
  return { apollo: one.reply, fast: other.reply, isKnown: other.byApollo === 0 };
}

const shown = await documentedOperations();

describe("What we show", () => {
  let one: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    // A request that is waited for is finished at once: how often it is polled otherwise is a matter of chance.
    const world = { provisioning: { pendingAfterMs: 0, completedAfterMs: 0 } };
    [one, other] = [await start(world), await start(world)];
  });

  const answeredOnce = shown.filter((query) => !/^subscription/m.test(query));
  test.each(answeredOnce)("is answered alike: %s", async (query) => {
    const variables = exampleVariables(query, { ...one.kore.examples });
    const { apollo, fast, isKnown } = await bothWays(one, other, { query, variables });
    expect(isKnown).toBe(true);
    expect(fast).toEqual(apollo);
    expect(other.kore.requests()).toEqual(one.kore.requests());
  });
});

const SIM = `query Sim($iccid: ICCID!, $first: Int = 2, $with: Boolean! = true) {
  subscription(accountId: "acme", iccid: $iccid) { id state costCenter @include(if: $with) { name } }
  subscriptions(accountId: "acme", first: $first) { nodes { iccid profile { plans { name } } } }
}`;
const ICCID = "8988303000000000001";
const TWO = `query First { capabilities { mode } } query Second { accounts { id } } mutation Third { __typename }`;
const CLIENT = "query Client($id: ID!) { client(id: $id) { id name } }";
const DELETE = 'mutation ($id: ID!) { deleteClient(input: { id: $id, confirm: "" }) { outcome reason field } }';
const SUSPEND = `mutation ($sims: [SimSelector!]!) {
  suspendSubscriptions(input: { accountId: "acme", subscriptions: $sims }) { results { outcome } counts { rejected } }
}`;
const ALONE = `mutation {
  a: renewClientKey(input: { id: "x", confirm: "" }) { outcome }
  b: deleteClient(input: { id: "x", confirm: "" }) { outcome }
}`;

interface Case {
  body: Body;
  headers?: Record<string, string>;
  /** Such as answers 500 of KORE's. */
  fault?: { path: string; status: number; times?: number };
}

const CASES: Record<string, Case> = {
  "variables that fit": { body: { query: SIM, variables: { iccid: ICCID } } },
  "variables that nobody has declared": { body: { query: SIM, variables: { iccid: ICCID, more: 1 } } },
  "a variable that is missing": { body: { query: SIM } },
  "a variable that is null": { body: { query: SIM, variables: { iccid: null } } },
  "variables of wrong types": { body: { query: SIM, variables: { iccid: 1, first: "x", with: [] } } },
  "more mistakes than are told": { body: { query: SUSPEND, variables: { sims: Array.from({ length: 60 }, () => 1) } } },
  "a condition without a value": { body: { query: SIM, variables: { iccid: ICCID, with: null } } },
  "a condition that leaves out": { body: { query: SIM, variables: { iccid: ICCID, with: false } } },
  "no variables, said so": {
    body: { query: "{ accounts { id } }", variables: null, operationName: null, extensions: null },
  },
  "extensions that say nothing": { body: { query: "{ accounts { name } }", extensions: { of: "ours" } } },
  "one of several": { body: { query: TWO, operationName: "Second" } },
  "another of several": { body: { query: TWO, operationName: "Third" } },
  "none of several": { body: { query: TWO } },
  "an unknown name": { body: { query: TWO, operationName: "Fourth" } },
  "an empty name": { body: { query: TWO, operationName: "" } },
  "a page that is too long": { body: { query: '{ subscriptions(accountId: "acme", first: 1001) { totalCount } }' } },
  "what costs too much": {
    body: {
      query:
        '{ subscriptions(accountId: "acme", first: 1000) { nodes { lastProvisioningRequest { id } profile { id } stateHistory { state } } } }',
    },
  },
  "what is not there, with a hint": {
    body: { query: SIM.replace("Sim(", "Absent("), variables: { iccid: "8988303000000000009" } },
  },
  "an account that is not there": { body: { query: '{ account(id: "cmp-nobody") { costCenters { id } } }' } },
  "an account beyond reach": {
    body: { query: '{ account(id: "cmp-other") { id costCenters { id } } }' },
    headers: as("viewer", "acme"),
  },
  "what takes another role": { body: { query: CLIENT, variables: { id: "x" } }, headers: as("viewer") },
  "a write that takes another role": { body: { query: DELETE, variables: { id: "x" } }, headers: as("viewer") },
  "a write of nothing": { body: { query: DELETE, variables: { id: "nothing" } } },
  "a write that is refused in part": {
    body: { query: SUSPEND, variables: { sims: [{ iccid: ICCID }, { id: "nothing" }] } },
  },
  "a secret beside something else": { body: { query: ALONE } },
  "a part that fails": {
    body: { query: SIM.replace("Sim(", "Part("), variables: { iccid: ICCID } },
    fault: { path: "/connectivity/**/cost-centers", status: 404 },
  },
  "all that fails": {
    body: { query: SIM.replace("Sim(", "All("), variables: { iccid: ICCID } },
    fault: { path: "/connectivity/v1/accounts/**", status: 404 },
  },
  "what may not be null": {
    body: { query: '{ subscriptions(accountId: "acme") { totalCount } capabilities { mode } }' },
    fault: { path: "/connectivity/v1/accounts/**", status: 404 },
  },
  "what it cost": {
    body: { query: "{ accounts { id number } }" },
    headers: { ...as("admin"), "x-kore-graph-stats": "1" },
  },
  "what it cost to fail": {
    body: { query: SIM, variables: {} },
    headers: { ...as("admin"), "x-kore-graph-stats": "1" },
  },
  "what it cost to be refused": {
    body: {
      query:
        '{ subscriptions(accountId: "acme", first: 1000) { nodes { lastProvisioningRequest { id } profile { id } costCenter { id } } } }',
    },
    headers: { ...as("admin"), "x-kore-graph-stats": "1" },
  },
};

/** Never Apollo's to hand over, since it is not found in the document. */
const UNNAMED = new Set(["none of several", "an unknown name", "an empty name"]);

describe("What else may come", () => {
  let one: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    [one, other] = [await start(WORLD), await start(WORLD)];
  });
  afterEach(() => {
    for (const { kore } of [one, other]) kore.faults.clear();
  });

  test.each(Object.entries(CASES))("is answered alike: %s", async (name, { body, headers = as("admin"), fault }) => {
    for (const { kore } of [one, other]) {
      kore.clearLog();
      if (fault) kore.faults.add({ effect: "status", status: fault.status, path: fault.path });
    }
    const { apollo, fast, isKnown } = await bothWays(one, other, body, headers);
    expect(isKnown).toBe(!UNNAMED.has(name));
    expect(fast).toEqual(apollo);
    expect(other.kore.requests()).toEqual(one.kore.requests());
  });

  test("too often is answered alike, too", async () => {
    const busy = await Promise.all([1, 2].map(() => start(WORLD, { LIMIT_OPERATIONS_PER_MINUTE: "1" })));
    const poor = await Promise.all(
      [1, 2].map(() => start(WORLD, { LIMIT_KORE_REQUESTS: "1", LIMIT_KORE_REQUESTS_PER_MINUTE: "1" })),
    );
    for (const [first, second] of [busy, poor]) {
      if (!first || !second) throw new Error("no app");
      const body = { query: "{ accounts { id } }" };
      await bothWays(first, second, body);
      const { apollo, fast, isKnown } = await bothWays(first, second, body);
      expect(isKnown).toBe(true);
      expect(apollo.status).toBe(429);
      expect(fast).toEqual(apollo);
    }
  });

  test.each([
    undefined,
    "*/*",
    "application/json",
    "application/json, text/plain, */*",
    "application/graphql-response+json",
    "application/graphql-response+json,application/json;q=0.9",
    "application/graphql-response+json, application/json",
    "application/json, application/graphql-response+json",
  ])("who accepts %s is answered in the same form", async (accept) => {
    const query = `{ capabilities { mode } } # ${accept ?? "nothing is said"}`;
    const headers = { ...as("viewer"), ...(accept !== undefined && { accept }) };
    const [first, second] = [await exchange(one, { query }, headers), await exchange(one, { query }, headers)];
    expect([first.byApollo, second.byApollo]).toEqual([1, 0]);
    expect(second.reply).toEqual(first.reply);
  });

  test.each<[what: string, body: unknown, headers: Record<string, string>]>([
    ["a batch", [{ query: "{ accounts { id } }" }], {}],
    ["a form", "query={accounts{id}}", { "content-type": "application/x-www-form-urlencoded" }],
    [
      "a text, which any page may send",
      JSON.stringify({ query: "{ accounts { id } }" }),
      { "content-type": "text/plain" },
    ],
    ["a hash", { query: "{ accounts { id } }", extensions: { persistedQuery: { version: 1, sha256Hash: "x" } } }, {}],
    ["what nobody accepts", { query: "{ accounts { id } }" }, { accept: "text/html" }],
    ["variables that are a text", { query: "{ accounts { id } }", variables: "{}" }, {}],
    ["variables that are a list", { query: "{ accounts { id } }", variables: [] }, {}],
    ["a name that is none", { query: "{ accounts { id } }", operationName: 1 }, {}],
    [
      "a subscription",
      { query: 'subscription { subscriptionStateChanged(accountId: "acme") { subscriptionId } }' },
      {},
    ],
  ])("is refused alike, though its document is known: %s", async (_, body, headers) => {
    await exchange(other, { query: "{ accounts { id } }" }, as("admin"));
    const [first, second] = [
      await exchange(one, body, { ...as("admin"), ...headers }),
      await exchange(other, body, { ...as("admin"), ...headers }),
    ];
    expect(second.byApollo).toBe(first.byApollo);
    expect(JSON.parse(first.reply.body)).not.toHaveProperty("data");
    expect(second.reply).toEqual(first.reply);
  });
});

describe("Trusted documents", () => {
  const MODE = "{ capabilities { mode } }";
  const hash = createHash("sha256").update(MODE).digest("hex");
  let folder: string;
  let app: TestApp;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kore-graph-trusted-"));
    await writeFile(join(folder, "mode.graphql"), MODE);
    app = await start(WORLD, { TRUSTED_DOCUMENTS: folder });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each<[what: string, body: object]>([
    ["by their text", { query: MODE }],
    ["written in another way", { query: `# The same.\n${MODE.replaceAll(" ", "\n")}` }],
    ["by their hash", { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } }],
    ["by their id", { documentId: hash }],
  ])("are known like any others: %s", async (_, body) => {
    const first = await exchange(app, body, { ...RARE, ...as("viewer") });
    const second = await exchange(app, body, as("viewer"));
    expect([first.byApollo, second.byApollo]).toEqual([1, 0]);
    expect(second.reply).toEqual(first.reply);
    expect(JSON.parse(second.reply.body)).toEqual({ data: { capabilities: { mode: "LIVE" } } });
  });

  test("others are refused each time anew, also what does nothing", async () => {
    for (const query of ["{ accounts { id } }", "{ __typename }"]) {
      for (const time of [1, 2, 3]) {
        const { reply, byApollo: calls } = await exchange(app, { query }, as("viewer"));
        expect([time, reply.status, calls]).toEqual([time, 403, 1]);
      }
    }
  });
});

test("What comes of operations is counted under the same labels", async () => {
  const limits = { LIMIT_OPERATIONS_PER_MINUTE: "4" };
  const [one, other] = [await start(WORLD, limits), await start(WORLD, limits)];
  const asked: Body[] = [
    { query: "query Sims { accounts { id } }" },
    { query: '{ account(id: "cmp-nobody") { costCenters { id } } }' },
    CASES["what costs too much"]?.body ?? { query: "" },
    CASES["a write of nothing"]?.body ?? { query: "" },
    { query: "query Sims { accounts { id } }" }, // One too many.
  ];
  for (const body of asked) expect(await bothWays(one, other, body)).toMatchObject({ isKnown: true });
  const counted = async ({ url }: TestApp) => {
    const text = await (await fetch(`${url}/metrics`, { headers: as("viewer") })).text();
    const lines = text.match(/^kore_graph_(operations|field_errors)_total.*(?= \d+$)/gm) ?? [];
    return lines.filter((line) => !line.includes("OPERATION_RESOLUTION_FAILURE")).sort(); // Of making them known.
  };
  expect(await counted(one)).toHaveLength(6);
  expect(await counted(other)).toEqual(await counted(one));
});
