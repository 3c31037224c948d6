import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Reply, type TestApp, startApp } from "../support/app.ts";
import { ROUTER_SECRET } from "../support/auth.ts";
import { EVERY_TRANSPORT, codesOf } from "../support/operations/every-transport.ts";

const OWN = "cmp-own";
const WORLD = { accounts: { [OWN]: { sims: 2 }, "cmp-foreign": { sims: 2 } } };
const GUARDED = { AUTH_ROUTER_SECRETS: ROUTER_SECRET, PLAYGROUND: "off" };

const as = (role: string, accounts = OWN, id = role) => ({
  "x-kore-graph-router-secret": ROUTER_SECRET,
  "x-kore-graph-caller-id": id,
  "x-kore-graph-caller-role": role,
  "x-kore-graph-caller-accounts": accounts,
});

const BROKEN = "{ accounts {";
const INVALID = "{ accounts { nothing subscriptions(first: 1000) { nodes { lastProvisioningRequest { id } } } } }";
const DEAR =
  '{ subscriptions(accountId: "cmp-foreign", first: 1000) { nodes { lastProvisioningRequest { id } profile { id } costCenter { id } } } }';
const ABOVE = 'mutation { deleteClient(input: { id: "apiclient_x", confirm: "" }) { outcome } }';
const FOREIGN = '{ subscriptions(accountId: "cmp-foreign", first: 5000) { totalCount } }';

let app: TestApp;
/** Others with settings of their own. */
const others: TestApp[] = [];
beforeAll(async () => {
  app = await startApp(WORLD, GUARDED);
});
afterAll(() => app.stop());
beforeEach(() => app.kore.clearLog());
afterEach(() => Promise.all(others.splice(0).map((other) => other.stop())));

async function start(env: Record<string, string>): Promise<TestApp> {
  const other = await startApp(WORLD, { ...GUARDED, ...env });
  others.push(other);
  return other;
}

describe.each(EVERY_TRANSPORT)("One guard after the other, by $name:", ({ ask }) => {
  test("how much, before what it says", async () => {
    const busy = await start({ LIMIT_OPERATIONS_PER_MINUTE: "1" });
    await ask(busy.url, { query: "{ __typename }" }, as("viewer"));
    expect(codesOf(await ask(busy.url, { query: BROKEN }, as("viewer")))).toEqual(["RATE_LIMITED"]);
  });

  test("whether it is trusted, before what it says", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kore-graph-trusted-"));
    await writeFile(join(folder, "mode.graphql"), "{ capabilities { mode } }");
    const strict = await start({ TRUSTED_DOCUMENTS: folder });
    await rm(folder, { recursive: true });
    expect(codesOf(await ask(strict.url, { query: BROKEN }, as("viewer")))).toEqual(["UNTRUSTED_DOCUMENT"]);
  });

  test.each([
    ["what it says, before what it means", "viewer", BROKEN, "GRAPHQL_PARSE_FAILED"],
    ["what it means, before what it costs", "viewer", INVALID, "GRAPHQL_VALIDATION_FAILED"],
    ["what it costs, before whose it is", "viewer", DEAR, "COST_LIMIT_EXCEEDED"],
    ["who may, before whether it is on offer", "operator", ABOVE, "FORBIDDEN"],
    ["whether it is on offer, before whose it is", "admin", ABOVE, "NOT_PUBLISHED_BY_KORE"],
    ["whose it is, before what is wrong with its input", "viewer", FOREIGN, "NOT_FOUND"],
  ])("%s, and KORE after all of them", async (_, role, query, code) => {
    expect(codesOf(await ask(app.url, { query }, as(role)))).toEqual([code]);
    expect(app.kore.log()).toEqual([]);
  });

  test("what one caller uses up is not taken from another, nor by who is nobody", async () => {
    const busy = await start({ LIMIT_OPERATIONS_PER_MINUTE: "2" });
    const codes = async (credentials: Record<string, string>) =>
      codesOf(await ask(busy.url, { query: "{ __typename }" }, credentials).catch(() => ({ errors: [] })));
    for (let count = 0; count < 5; count += 1) await codes({ ...as("viewer"), "x-kore-graph-router-secret": "" });
    expect([await codes(as("viewer")), await codes(as("viewer")), await codes(as("viewer"))]).toEqual([
      undefined,
      undefined,
      ["RATE_LIMITED"],
    ]);
    expect(await codes(as("viewer", OWN, "another"))).toBeUndefined();
  });
});

test("a caller has one allowance, by whatever transport it comes", async () => {
  const busy = await start({ LIMIT_OPERATIONS_PER_MINUTE: String(EVERY_TRANSPORT.length) });
  const operation = { query: "{ __typename }" };
  for (const { ask } of EVERY_TRANSPORT) expect(codesOf(await ask(busy.url, operation, as("viewer")))).toBeUndefined();
  for (const { ask } of EVERY_TRANSPORT)
    expect(codesOf(await ask(busy.url, operation, as("viewer")))).toEqual(["RATE_LIMITED"]);
});

describe("Who is not known", () => {
  const REFUSED = {
    errors: [{ message: "The caller could not be authenticated", extensions: { code: "UNAUTHENTICATED" } }],
  };
  const json = { "content-type": "application/json" };
  const bodies: [what: string, headers: Record<string, string>, body: string][] = [
    ["a body beyond measure", json, JSON.stringify({ query: `{ __typename } # ${"x".repeat(1024 * 1024)}` })],
    ["no JSON", json, "{"],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, "query=x"],
    ["a batch", json, "[]"],
    ["what cannot be read", json, JSON.stringify({ query: BROKEN })],
    ["what is not valid", json, JSON.stringify({ query: INVALID })],
    ["what is too dear", json, JSON.stringify({ query: DEAR })],
    ["a question for the schema", json, JSON.stringify({ query: "{ __schema { types { name } } }" })],
    ["a hash", json, JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: "x" } } })],
  ];
  test.each(bodies)("is told so, and no more, of %s", async (_, headers, body) => {
    for (const path of ["/graphql", "/graphql/stream"]) {
      const reply = await fetch(app.url + path, { method: "POST", headers, body }).catch(() => undefined);
      if (!reply) continue; // Still sending when it was hung up on.
      expect([reply.status, await reply.json()]).toEqual([401, REFUSED]);
    }
    expect(app.kore.log()).toEqual([]);
  });
});

describe.each(EVERY_TRANSPORT)("Who is known, by $name,", ({ ask }) => {
  const PROBES = {
    "Alias Overloading": `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: __typename`).join(" ")} }`,
    "Directive Overloading": `{ __typename ${"@aa".repeat(10)} }`,
    "Field Duplication": `{ ${"__typename ".repeat(500)} }`,
    Introspection: "{ __schema { types { name } } }",
    "Service SDL": "{ _service { sdl } }",
    "Field Suggestions": "{ acounts { id } }",
    "Unhandled Errors Detection": "qwerty cop { abc }",
    "Injection Prevention": '{ subscriptions(accountId: "a/../b") { totalCount } }',
    "Depth Limiting": "{ accounts { ...A } } fragment A on Account { id ...B } fragment B on Account { name ...A }",
    "Query Cost Analysis": DEAR,
    Pagination: '{ subscriptions(accountId: "cmp-own", first: 1001) { totalCount } }',
  };
  const withoutIds = (answer: Reply) =>
    JSON.parse(JSON.stringify(answer, (name, value: unknown) => (name === "requestId" ? undefined : value))) as Reply;
  let local: TestApp;
  beforeAll(async () => {
    local = await startApp(WORLD, { PLAYGROUND: "off" });
  });
  afterAll(() => local.stop());

  test.each(Object.entries(PROBES))("is held to the same as where nobody is asked: %s", async (_, query) => {
    const answer = await ask(app.url, { query }, as("admin", "*"));
    expect(codesOf(answer)?.length).toBeGreaterThan(0);
    expect(withoutIds(answer)).toEqual(withoutIds(await ask(local.url, { query })));
    expect(app.kore.log()).toEqual([]);
  });
});

/** As it is written, where fetch would tidy up. */
const send = (path: string, headers: Record<string, string | number> = {}, method = "GET", body = "") =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(app.url, { method, path, headers, agent: false });
    call.on("response", (reply) => resolve(reply.resume()));
    call.on("upgrade", () => reject(new Error("a socket was opened")));
    call.on("error", reject).end(body);
  });
const SOCKET = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": 13,
  "sec-websocket-key": "x".repeat(22) + "==",
};
const JSON_TYPE = { "content-type": "application/json", ...as("viewer") };

test.each([
  ["an answer", 200, () => send("/graphql", JSON_TYPE, "POST", '{"query":"{ __typename }"}')],
  ["a mistake", 400, () => send("/graphql", JSON_TYPE, "POST", '{"query":"{"}')],
  ["a refused caller", 401, () => send("/graphql", {}, "POST")],
  ["an address without anything", 404, () => send("/nothing")],
  ["an address that cannot be read", 400, () => send("/%zz")],
  ["a wrong method", 405, () => send("/graphql", as("viewer"), "PUT")],
  ["a body beyond measure", 413, () => send("/graphql", { ...JSON_TYPE, "content-length": 2 ** 21 }, "POST")],
  ["a wrong type", 415, () => send("/graphql", { ...JSON_TYPE, "content-type": "a/b" }, "POST", "x")],
  ["health", 200, () => send("/readyz")],
  ["metrics", 200, () => send("/metrics", as("viewer", "*"))],
  ["metrics that are refused", 403, () => send("/metrics", as("viewer"))],
  ["a socket to nowhere", 404, () => send("/nothing", SOCKET)],
])("%s may be kept by nobody on its way", async (_, status, ask) => {
  const reply = await ask();
  expect([reply.statusCode, reply.headers["cache-control"]]).toEqual([status, "no-store"]);
});
