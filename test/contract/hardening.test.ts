import { once } from "node:events";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Reply, type TestApp, startApp } from "../support/app.ts";
import { ROUTER_SECRET } from "../support/auth.ts";
import { EVERY_TRANSPORT, codesOf } from "../support/operations/every-transport.ts";

/** As in production, where nothing is shown that is not asked for. */
const PRODUCTION = { PLAYGROUND: "off", LIMIT_OPERATIONS_PER_MINUTE: "0" };

let app: TestApp;
/** With the playground, where the schema can be asked for. */
let open: TestApp;

beforeAll(async () => {
  app = await startApp({ accounts: { acme: { sims: 30 } } }, PRODUCTION);
  open = await startApp({ accounts: { acme: { sims: 1 } } }, { PLAYGROUND: "on" });
});
afterAll(() => Promise.all([app.stop(), open.stop()]));
beforeEach(() => app.kore.clearLog());

const JSON_TYPE = { "content-type": "application/json" };

/** Refused for the operation itself, before KORE heard of it. */
function expectRefusal(reply: Reply, code = "GRAPHQL_VALIDATION_FAILED"): void {
  expect(reply).not.toHaveProperty("data");
  expect(new Set(codesOf(reply))).toEqual(new Set([code]));
  expect(app.kore.requests()).toEqual([]);
}

async function get(path: string, headers: Record<string, string> = {}) {
  const reply = await fetch(app.url + path, { headers });
  return { status: reply.status, text: await reply.text() };
}

describe.each(EVERY_TRANSPORT)("The probes of graphql-cop, by $name", ({ ask }) => {
  test("Alias Overloading: 101 aliases are refused", async () => {
    const aliases = Array.from({ length: 101 }, (_, n) => `alias${n}: __typename`).join(" ");
    expectRefusal(await ask(app.url, { query: `query cop { ${aliases} }` }));
    const below = Array.from({ length: 31 }, (_, n) => `alias${n}: name`).join(" ");
    expectRefusal(await ask(app.url, { query: `{ accounts { ${below} } }` }));
  });

  test("Directive Overloading: a directive that is not known, ten times, is not ten errors", async () => {
    const reply = await ask(app.url, { query: `query cop { __typename ${"@aa".repeat(10)} }` });
    expectRefusal(reply);
    expect(reply.errors?.length).toBeLessThan(10);
  });

  test("Directive Overloading: a directive that is known, 31 times", async () => {
    const directives = "@include(if: true) ".repeat(31);
    expectRefusal(await ask(app.url, { query: `{ accounts { id ${directives} } }` }));
  });

  test("Field Duplication: one field 500 times is refused", async () => {
    expectRefusal(await ask(app.url, { query: `query cop { ${"__typename ".repeat(500)} }` }));
  });

  test("Introspection-based Circular Query: refused even where the schema can be asked for", async () => {
    const query =
      "query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }";
    const reply = await ask(open.url, { query });
    expect(reply).not.toHaveProperty("data");
    expect(codesOf(reply)).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
  });

  test("Introspection: off in production, for gateways, too", async () => {
    for (const query of [
      "query cop { __schema { types { name fields { name } } } }",
      '{ __type(name: "Account") { name } }',
      "{ shown: _service { sdl } }",
    ]) {
      const reply = await ask(app.url, { query });
      expectRefusal(reply);
      expect(reply.errors?.[0]?.message).toBe("The schema is not shown by this deployment");
    }
    const shown = await ask(open.url, { query: "query cop { __schema { types { name } } }" });
    expect(shown.errors).toBeUndefined();
  });

  test("Field Suggestions: none in production", async () => {
    for (const query of ["query cop { __schema { directive } }", "{ acounts { id } }", "{ accounts { idd } }"]) {
      const reply = await ask(app.url, { query });
      expect(reply.errors).toBeDefined();
      expect(JSON.stringify(reply)).not.toContain("Did you mean");
    }
  });

  test("Trace Mode: no tracing in the answer", async () => {
    const reply = await ask(app.url, { query: "query cop { __typename }" });
    expect(reply).toEqual({ data: { __typename: "Query" } });
  });

  test("Unhandled Errors Detection: a mistake is named by its code, without a stack", async () => {
    const reply = await ask(app.url, { query: "qwerty cop { abc }" });
    expectRefusal(reply, "GRAPHQL_PARSE_FAILED");
    expect(Object.keys(reply.errors?.[0]?.extensions ?? {})).toEqual(["code"]);
  });
});

describe("The probes of graphql-cop that are about HTTP", () => {
  test("Array-based Query Batching: several operations in one body are refused", async () => {
    const reply = await app.graph.post(Array.from({ length: 10 }, () => ({ query: "query cop { __typename }" })));
    expect(reply.status).toBe(400);
    expectRefusal((await reply.json()) as Reply, "BAD_REQUEST");
    const stream = await fetch(`${app.url}/graphql/stream`, { method: "POST", headers: JSON_TYPE, body: "[]" });
    expect(stream.status).toBe(400);
  });

  test("GraphQL IDE: nothing but the graph answers in production", async () => {
    for (const path of ["/", "/graphiql", "/playground", "/console", "/graphql", "/altair", "/playground/tabs.json"]) {
      const { status, text } = await get(path, { accept: "text/html" });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toMatch(/graphiql|playground|apollo studio/i);
    }
  });

  test("GET Method Query Support: a plain GET, as a link sends it, is refused", async () => {
    const { status, text } = await get(`/graphql?query=${encodeURIComponent("query cop { __typename }")}`);
    expect(status).toBe(400);
    expectRefusal(JSON.parse(text) as Reply, "BAD_REQUEST");
  });

  test("Mutation over GET: refused, also with the header that lets a query through", async () => {
    const query = 'mutation { suspendSubscriptions(input: { accountId: "acme", subscriptions: [] }) { isDryRun } }';
    const path = `/graphql?query=${encodeURIComponent(query)}`;
    expect((await get(path)).status).toBe(400);
    const { status, text } = await get(path, { "apollo-require-preflight": "1" });
    expect(status).toBe(405);
    expectRefusal(JSON.parse(text) as Reply, "BAD_REQUEST");
  });

  test("POST based url-encoded query: refused, on both paths", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    for (const path of ["/graphql", "/graphql/stream"]) {
      const reply = await fetch(app.url + path, { method: "POST", headers, body: "query=query+cop+%7B__typename%7D" });
      expect(reply.status).toBe(415);
    }
  });
});

describe.each(EVERY_TRANSPORT)("The OWASP GraphQL cheat sheet, by $name", ({ ask }) => {
  test("Input Validation: an identifier that is none is refused without being repeated", async () => {
    const query = 'query ($iccid: ICCID!) { subscription(accountId: "acme", iccid: $iccid) { id } }';
    const reply = await ask(app.url, { query, variables: { iccid: "hunter2secret" } });
    expectRefusal(reply, "BAD_USER_INPUT");
    expect(JSON.stringify(reply)).not.toContain("hunter2");
  });

  const countOf = (id: string) =>
    ask(app.url, { query: "query ($id: ID!) { subscriptions(accountId: $id) { totalCount } }", variables: { id } });

  test("Injection Prevention: an id that would be another path at KORE is refused", async () => {
    for (const id of ["acme/../small", "..", ".", "../small", "acme/..", "%2e%2e", "acme\\..\\small", "\ud800", ""]) {
      const reply = await countOf(id);
      expect(reply.data ?? null).toBeNull();
      expect(codesOf(reply)).toEqual(["BAD_USER_INPUT"]);
      expect(app.kore.requests()).toEqual([]);
    }
  });

  test("Injection Prevention: no other id is more than one part of KORE's path", async () => {
    for (const id of ["acme?x=1", "acme#x", "a,b", "acme%2F", "acme/subscriptions", "a\r\nb"]) {
      app.kore.clearLog();
      const reply = await countOf(id);
      expect(codesOf(reply)).toEqual(["NOT_FOUND"]);
      expect(app.kore.requests()).toEqual([`GET /v1/accounts/${encodeURIComponent(id)}/subscriptions ×1`]);
    }
  });

  test("Depth Limiting: thirteen levels are refused, by fragments, too", async () => {
    const deep = (levels: number): string =>
      levels === 1 ? "id" : `subscriptions { nodes { account { ${deep(levels - 3)} } } }`;
    expectRefusal(await ask(app.url, { query: `{ account(id: "acme") { ${deep(13)} } }` }));
    const spread = `{ account(id: "acme") { ...A } } fragment A on Account { ${deep(7)} ...B } fragment B on Account { ${deep(13)} }`;
    expectRefusal(await ask(app.url, { query: spread }));
  });

  test("Depth Limiting: fragments that spread each other are refused", async () => {
    const query = "{ accounts { ...A } } fragment A on Account { id ...B } fragment B on Account { name ...A }";
    expectRefusal(await ask(app.url, { query }));
  });

  test("Depth Limiting: values nested thousands deep are refused", async () => {
    const literal = `{ subscriptionsByIccid(accountId: "acme", iccids: ${"[".repeat(5000)}${"]".repeat(5000)}) { id } }`;
    expectRefusal(await ask(app.url, { query: literal }), "GRAPHQL_PARSE_FAILED");
    const query = "query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }";
    const nested = JSON.parse(`${"[".repeat(3000)}${"]".repeat(3000)}`) as unknown;
    const reply = await ask(app.url, { query, variables: { of: [{ __typename: "Account", id: nested }] } });
    expect(codesOf(reply)).toEqual(["BAD_USER_INPUT"]);
    expect(app.kore.requests()).toEqual([]);
  });

  test("Amount Limiting: a document of few words that means millions of fields is refused", async () => {
    const fragments = Array.from({ length: 25 }, (_, n) => `fragment F${n} on Account { ...F${n + 1} ...F${n + 1} }`);
    const query = `{ accounts { ...F0 } } ${fragments.join(" ")} fragment F25 on Account { id }`;
    expectRefusal(await ask(app.url, { query }));
  });

  test("Amount Limiting: a document of too many words is refused before it is read", async () => {
    expectRefusal(await ask(app.url, { query: `{ accounts { ${"id ".repeat(2000)} } }` }), "GRAPHQL_PARSE_FAILED");
  });

  test("Amount Limiting: an argument's list that is too long is refused", async () => {
    const iccids = app.kore.iccids("acme");
    const variables = { iccids: Array.from({ length: 1001 }, () => iccids[0]) };
    const query = 'query ($iccids: [ICCID!]!) { subscriptionsByIccid(accountId: "acme", iccids: $iccids) { id } }';
    expect(codesOf(await ask(app.url, { query, variables }))).toEqual(["BAD_USER_INPUT"]);
    const of = Array.from({ length: 1001 }, () => ({ __typename: "Account", id: "acme" }));
    const entities = "query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }";
    expect(codesOf(await ask(app.url, { query: entities, variables: { of } }))).toEqual(["BAD_USER_INPUT"]);
    const sims = Array.from({ length: 10_001 }, () => ({ iccid: iccids[0] }));
    const order =
      'mutation ($sims: [SimSelector!]!) { suspendSubscriptions(input: { accountId: "acme", subscriptions: $sims }) { isDryRun } }';
    expect(codesOf(await ask(app.url, { query: order, variables: { sims } }))).toEqual(["BAD_USER_INPUT"]);
    expect(app.kore.requests()).toEqual([]);
  });

  test("Pagination: a page larger than the largest is refused", async () => {
    const reply = await ask(app.url, { query: '{ subscriptions(accountId: "acme", first: 1001) { totalCount } }' });
    expect(codesOf(reply)).toEqual(["BAD_USER_INPUT"]);
    expect(app.kore.requests()).toEqual([]);
  });

  test("Query Cost Analysis: what could cost too many requests is refused with the figure, before the first", async () => {
    const query = "{ accounts { subscriptions(first: 1000) { nodes { lastProvisioningRequest { id } } } } }";
    const reply = await ask(app.url, { query });
    expectRefusal(reply, "COST_LIMIT_EXCEEDED");
    expect(reply.errors?.[0]?.extensions).toEqual({ code: "COST_LIMIT_EXCEEDED", cost: 100_101, limit: 2000 });
  });

  test("Query Cost Analysis: batching by aliases is added up", async () => {
    const page = (n: number) => `a${n}: subscriptions(accountId: "acme", first: 1000) { nodes { profile { id } } }`;
    const reply = await ask(app.url, { query: `{ ${page(1)} ${page(2)} }` });
    expectRefusal(reply, "COST_LIMIT_EXCEEDED");
  });

  test("Excessive Errors: a document full of mistakes is told only the first ones", async () => {
    const reply = await ask(app.url, {
      query: `{ accounts { ${Array.from({ length: 200 }, (_, n) => `f${n}`).join(" ")} } }`,
    });
    expectRefusal(reply);
    expect(reply.errors?.length).toBeLessThanOrEqual(6);
  });
});

describe("The OWASP GraphQL cheat sheet, on what needs a server of its own", () => {
  test("Timeouts: KORE's silence ends an operation with a code", async () => {
    const slow = await startApp({ accounts: { acme: { sims: 1 } } }, { KORE_DEADLINE_MS: "100" });
    slow.kore.faults.add({ effect: "latency", ms: 2000 });
    const reply = await slow.graph.query('{ subscriptions(accountId: "acme") { totalCount } }');
    expect(codesOf(reply)).toEqual(["KORE_TIMEOUT"]);
    await slow.stop();
  });

  test.each(EVERY_TRANSPORT)(
    "Rate Limiting: by $name, a caller's third operation of two is refused, refused ones counted",
    async ({ name, ask }) => {
      const env = { LIMIT_OPERATIONS_PER_MINUTE: "2", AUTH_ROUTER_SECRETS: ROUTER_SECRET };
      const busy = await startApp({ accounts: { acme: { sims: 1 } } }, env);
      const caller = {
        "x-kore-graph-router-secret": ROUTER_SECRET,
        "x-kore-graph-caller-id": "busy",
        "x-kore-graph-caller-role": "viewer",
        "x-kore-graph-caller-accounts": "acme",
      };
      expect((await ask(busy.url, { query: "{ __typename }" }, caller)).data).toEqual({ __typename: "Query" });
      expect(codesOf(await ask(busy.url, { query: "{ nothing }" }, caller))).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
      const { errors } = await ask(busy.url, { query: "{ accounts { id } }" }, caller);
      expect(errors?.[0]?.extensions).toEqual({
        code: "RATE_LIMITED",
        retryAfterSeconds: expect.any(Number) as number,
      });
      if (name.startsWith("HTTP")) {
        const reply = await busy.graph.post({ query: "{ __typename }" }, caller);
        expect(reply.status).toBe(429);
        expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(50);
      }
      expect(busy.kore.requests()).toEqual([]);
      await busy.stop();
    },
  );

  test("Server Resources: a body, a message and an address beyond measure are refused", async () => {
    const large = JSON.stringify({ query: `{ __typename } # ${"x".repeat(1024 * 1024)}` });
    expect((await app.graph.post(large)).status).toBe(413);
    const stream = await fetch(`${app.url}/graphql/stream`, { method: "POST", headers: JSON_TYPE, body: large });
    expect(stream.status).toBe(413);
    expect((await get(`/graphql?query=${"x".repeat(20_000)}`)).status).toBe(431);
  });

  test("Server Resources: JSON nested a hundred thousand deep is answered, and harms nobody", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const query = "query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }";
    const body = `{ "query": "${query}", "variables": { "of": [${deep}] }, "extensions": ${deep} }`;
    for (const path of ["/graphql", "/graphql/stream"]) {
      const reply = await fetch(app.url + path, { method: "POST", headers: JSON_TYPE, body });
      expect(await reply.text()).toMatch(/"code":"(BAD_USER_INPUT|BAD_REQUEST)"/);
    }
    expect((await app.graph.query("{ __typename }")).errors).toBeUndefined();
  });

  test("Server Resources: long values are looked at in no time", async () => {
    const email = `${"a".repeat(400_000)}@${"b.".repeat(100_000)}`;
    const start = performance.now();
    const reply = await app.graph.query("query ($email: EmailAddress) { accounts(email: $email) { id } }", { email });
    expect(codesOf(reply)).toEqual(["BAD_USER_INPUT"]);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe.each(EVERY_TRANSPORT)("12.13 What has brought servers of its kind down, by $name", ({ name, ask }) => {
  test("12.8 490 copies of one field are refused for their number", async () => {
    const query = `{ ${Array.from({ length: 490 }, () => "accounts { id }").join(" ")} }`;
    const reply = await ask(app.url, { query });
    expectRefusal(reply);
    expect(JSON.stringify(reply).length).toBeLessThan(2000);
  });

  test("12.6 variables nested 101 levels deep are refused as the caller's mistake", async () => {
    const query = 'query ($id: ID!) { subscription(accountId: "acme", id: $id) { id } }';
    const id = JSON.parse(`${'{"a":'.repeat(101)}1${"}".repeat(101)}`) as unknown;
    expectRefusal(await ask(app.url, { query, variables: { id } }), "BAD_USER_INPUT");
  });

  test.each<[string, unknown]>([
    ["a lone surrogate", "\ud800"],
    ["an empty text", ""],
    ["a list", [[]]],
    ["a number with a fraction", 1.5],
    ["a huge number", 1e300],
  ])("12.6 %s for an id is the caller's mistake", async (_, id) => {
    const query = 'query ($id: ID!) { subscription(accountId: "acme", id: $id) { id } }';
    const reply = await ask(app.url, { query, variables: { id } });
    expect(reply.data ?? {}).not.toHaveProperty("subscription.id");
    expect(codesOf(reply)).toEqual(["BAD_USER_INPUT"]);
    expect(app.kore.requests()).toEqual([]);
  });

  test.each<[string, string, Record<string, unknown>]>([
    [
      "a default",
      'query ($id: ID = "x") { subscription(accountId: "acme", id: $id) { id } client(id: $id) { id } }',
      { id: null },
    ],
    [
      "an item",
      'query ($of: [ICCID!] = []) { subscriptionsByIccid(accountId: "acme", iccids: $of) { id } }',
      { of: [null] },
    ],
    ["a condition", "query ($if: Boolean = true) { accounts { id @include(if: $if) } }", { if: null }],
  ])("12.7 %s that is null is the caller's mistake", async (_, query, variables) => {
    expect(new Set(codesOf(await ask(app.url, { query, variables })))).toEqual(new Set(["BAD_USER_INPUT"]));
  });

  test("12.7 @skip at a subscription's root is refused", async () => {
    if (name.startsWith("HTTP")) return; // Which carries no subscriptions.
    const query = 'subscription { subscriptionStateChanged(accountId: "acme") @skip(if: true) { at } }';
    const reply = await ask(app.url, { query });
    expect(new Set(codesOf(reply))).toEqual(new Set(["GRAPHQL_VALIDATION_FAILED"]));
  });

  test("12.9 what KORE quotes of our credentials reaches no caller", async () => {
    const { apiKey, clientSecret } = { apiKey: "simulator-api-key", clientSecret: "simulator-secret" };
    const mend = app.kore.faults.add({
      effect: "status",
      status: 400,
      message: `x-api-key ${apiKey} and client_secret=${encodeURIComponent(clientSecret)} are odd`,
      path: "/connectivity/v1/accounts/acme/provisioning-requests/*",
    });
    const [iccid] = app.kore.iccids("acme");
    const query =
      'mutation ($iccid: ICCID!, $key: String!) { activateSubscriptions(input: { accountId: "acme", activationState: ACTIVE, activationProfileId: "1", requestKey: $key, subscriptions: [{ iccid: $iccid }] }) { results { outcome message } } }';
    const text = JSON.stringify(await ask(app.url, { query, variables: { iccid, key: name } }));
    mend();
    expect([apiKey, clientSecret].filter((secret) => text.includes(secret))).toEqual([]);
  });
});

describe("12.13 What has brought servers of its kind down, on the way in", () => {
  test.each([
    ["objects nested 4,100 levels deep", `${'{"a":'.repeat(4100)}1${"}".repeat(4100)}`],
    ["lists nested 4,100 levels deep", `${"[".repeat(4100)}${"]".repeat(4100)}`],
    ["a member with the name of a prototype", '{ "__proto__": { "x": 1 } }'],
  ])("12.6 %s are the caller's mistake on both paths", async (_, id) => {
    const query = "query ($id: ID!) { client(id: $id) { id } }";
    const body = `{ "query": "${query}", "variables": { "id": ${id} } }`;
    for (const path of ["/graphql", "/graphql/stream"]) {
      const reply = await fetch(app.url + path, { method: "POST", headers: JSON_TYPE, body });
      if (path === "/graphql") expect(reply.status).toBe(400); // A stream has the refusal as its event.
      expect(await reply.text()).toMatch(/"code":"(BAD_USER_INPUT|BAD_REQUEST)"/);
    }
  });

  test("12.3 a socket that sends more than 8 KiB before connection_ack is closed", async () => {
    const socket = new WebSocket(app.url.replace("http", "ws") + "/graphql", "graphql-transport-ws");
    await once(socket, "open");
    socket.send(JSON.stringify({ type: "connection_init", payload: { a: "x".repeat(9000) } }));
    const [code] = (await once(socket, "close")) as [number];
    expect(code).toBeGreaterThanOrEqual(1008);
  });

  test("12.11 a ping's payload comes back with the pong, and any payload keeps the socket", async () => {
    const socket = new WebSocket(app.url.replace("http", "ws") + "/graphql", "graphql-transport-ws");
    await once(socket, "open");
    for (const payload of [{ a: [1, { b: null }] }, {}]) {
      socket.send(JSON.stringify({ type: "ping", payload }));
      const [message] = (await once(socket, "message")) as [Buffer];
      expect(JSON.parse(message.toString())).toEqual({ type: "pong", payload });
    }
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });

  test("12.7 nothing of all this was a defect of ours", () => {
    const lines = [app, open]
      .flatMap((one) => one.logged())
      .filter(({ level }) => level === "error" || level === "fatal");
    expect(lines.map(({ msg }) => msg)).toEqual([]);
  });
});
