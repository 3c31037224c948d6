import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Reply, type TestApp, startApp } from "../support/app.ts";
import { ROUTER_SECRET, authEnvironment, bearer, keysFile, startIssuer } from "../support/auth.ts";

/*
 * A page of another site can make browsers send a GET, with any header on CORS' safelist: `accept` is on it. What shows
 * that no such page sent a GET is a header for which browsers ask first.
 */

const QUERY = "{ accounts { id } }";
const REFUSED = {
  errors: [
    {
      message:
        'A page of another site may have sent this GET (CSRF). Send POST (urql: preferGetMethod: false), or a header "apollo-require-preflight", or an authorization or x-api-key header that authenticates you',
      extensions: { code: "BAD_REQUEST" },
    },
  ],
};
const URQL = { accept: "application/graphql-response+json, application/graphql+json, application/json" };

async function get(app: TestApp, headers: Record<string, string> = {}, query = QUERY) {
  const reply = await fetch(`${app.url}/graphql?query=${encodeURIComponent(query)}`, { headers });
  return { status: reply.status, body: (await reply.json()) as Reply<{ accounts: unknown[] }> };
}

describe("without authentication", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());
  beforeEach(() => app.kore.clearLog());

  test.each([
    ["without headers", {}],
    ["as urql sends it", URQL],
    ["with a safelisted header", { "accept-language": "en", "content-language": "en" }],
    ["with a credential that nothing has checked", bearer("kg_anything")],
    ["with an API key that nothing has checked", { "x-api-key": "kg_anything" }],
    ["with an empty preflight header", { "apollo-require-preflight": "" }],
  ])("a GET %s is refused, in words that say what to set, without a KORE call", async (_, headers) => {
    expect(await get(app, headers)).toEqual({ status: 400, body: REFUSED });
    expect(app.kore.requests()).toEqual([]);
  });

  test.each([
    ["apollo-require-preflight", "1"],
    ["x-apollo-operation-name", "Accounts"],
    ["content-type", "application/json"],
  ])("a GET with %s is answered", async (name, value) => {
    const { status, body } = await get(app, { [name]: value });
    expect([status, body.data?.accounts.length]).toEqual([200, expect.any(Number)]);
  });

  test("a GET with a form's content type is refused", async () => {
    expect((await get(app, { "content-type": "text/plain" })).status).toBe(400);
  });
});

describe("with authentication", () => {
  let app: TestApp;
  let credentials: Record<string, Record<string, string>>;
  beforeAll(async () => {
    const issuer = await startIssuer();
    const keys = await keysFile({ name: "erp", role: "operator", accounts: "*" });
    const [key = ""] = keys.keys;
    credentials = { jwt: bearer(await issuer.token()), bearer: bearer(key), key: { "x-api-key": key } };
    app = await startApp({}, authEnvironment({ issuer, keys, router: true }));
  });
  afterAll(() => app.stop());
  beforeEach(() => app.kore.clearLog());

  test.each(["jwt", "bearer", "key"])("a GET that %s has authenticated is answered", async (name) => {
    const { status, body } = await get(app, { ...URQL, ...credentials[name] });
    expect([status, body.data?.accounts.length]).toEqual([200, expect.any(Number)]);
  });

  test.each([
    ["without a credential", {}],
    ["with the credential that browsers add by themselves", { authorization: "Basic YWRhOmx1Y2sx" }],
    ["with a wrong key", { "x-api-key": "kg_wrong" }],
  ])("a GET %s is refused", async (_, headers) => {
    expect((await get(app, headers)).status).toBe(401);
    expect(app.kore.requests()).toEqual([]);
  });

  test("a GET that a router's headers have authenticated needs the preflight header, which routers do not lack", async () => {
    const routed = {
      "x-kore-graph-router-secret": ROUTER_SECRET,
      "x-kore-graph-caller-id": "ada",
      "x-kore-graph-caller-role": "viewer",
      "x-kore-graph-caller-accounts": "*",
    };
    expect(await get(app, routed)).toEqual({ status: 400, body: REFUSED });
    expect((await get(app, { ...routed, "apollo-require-preflight": "1" })).status).toBe(200);
  });

  test("a GET never runs a mutation", async () => {
    const mutation =
      'mutation { suspendSubscriptions(input: { accountId: "cmp-pp-org-4100", subscriptions: [] }) { isDryRun } }';
    expect((await get(app, credentials.key, mutation)).status).toBe(405);
    expect(app.kore.requests()).toEqual([]);
  });

  test("a POST of a form's type is refused all the same", async () => {
    const reply = await app.graph.post({ query: QUERY }, { "content-type": "text/plain", ...credentials.key });
    expect(reply.status).toBe(400);
  });
});
