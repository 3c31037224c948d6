import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { type Limits } from "../../../src/server/graphql/limits/limits.ts";
import { rateLimitInMemory } from "../../../src/server/graphql/limits/rate-limit.ts";
import { persistedQueryCache } from "../../../src/server/graphql/persisted-queries.ts";
import { type TestApp, startApp } from "../../support/app.ts";
import { ROUTER_SECRET } from "../../support/auth.ts";
import { EVERY_TRANSPORT, codesOf } from "../../support/operations/every-transport.ts";
import { CapabilitiesDocument } from "../../support/graphql/graphql.ts";
import { socketUrl } from "../../support/live/callers.ts";

const apps: TestApp[] = [];
afterEach(() => Promise.all(apps.splice(0).map((app) => app.stop())));

async function start(env: Record<string, string> = {}, constants: Partial<Limits> = {}): Promise<TestApp> {
  const app = await startApp({ accounts: { acme: { sims: 5 } } }, env, {
    adjust: (config) => ({ ...config, limits: { ...config.limits, ...constants } }),
  });
  apps.push(app);
  return app;
}

describe.each(EVERY_TRANSPORT)("Limits, by $name", ({ ask }) => {
  test.each<{ name: keyof Limits; limit: number; right: string; wrong: string; what: string }>([
    {
      name: "depth",
      limit: 2,
      right: "{ accounts { id } }",
      wrong: "{ accounts { costCenters { id } } }",
      what: "Levels of fields",
    },
    {
      name: "aliases",
      limit: 1,
      right: "{ a: __typename }",
      wrong: "{ a: __typename b: __typename }",
      what: "Aliases",
    },
    {
      name: "rootFields",
      limit: 2,
      right: "{ a: __typename __typename }",
      wrong: "{ a: __typename b: __typename __typename }",
      what: "Fields of the outermost level",
    },
    {
      name: "directives",
      limit: 1,
      right: "{ __typename @skip(if: false) }",
      wrong: "{ __typename @skip(if: false) @include(if: true) }",
      what: "Directives",
    },
  ])(
    "of $name at $limit accepts an operation with as many, and refuses one with more by the number that it has",
    async ({ name, limit, right, wrong, what }) => {
      const app = await start({}, { [name]: limit });
      expect((await ask(app.url, { query: right })).errors).toBeUndefined();
      const { errors } = await ask(app.url, { query: wrong });
      expect(errors).toMatchObject([
        { message: `${what}: at most ${limit} in one operation, fragments written out; this has ${limit + 1}` },
      ]);
    },
  );

  test("LIMIT_TOKENS, and a lower limit of selections", async () => {
    const app = await start({ LIMIT_TOKENS: "10" }, { selections: 3 });
    expect((await ask(app.url, { query: "{ accounts { id } }" })).errors).toBeUndefined();
    expect(codesOf(await ask(app.url, { query: "{ accounts { id name number id } }" }))).toEqual([
      "GRAPHQL_VALIDATION_FAILED",
    ]);
    expect(codesOf(await ask(app.url, { query: "{ accounts { id id id id id id id id } }" }))).toEqual([
      "GRAPHQL_PARSE_FAILED",
    ]);
  });

  test("LIMIT_KORE_REQUESTS accepts an operation of that cost", async () => {
    const app = await start({ LIMIT_KORE_REQUESTS: "2" });
    const page =
      '{ subscriptions(accountId: "acme") { nodes { costCenter { id } } } account(id: "acme") { id ...More } }';
    const cheap = `${page} fragment More on Account { __typename }`;
    expect((await ask(app.url, { query: cheap })).errors).toBeUndefined();
    app.kore.clearLog();
    const { errors } = await ask(app.url, { query: `${page} fragment More on Account { name }` });
    expect(errors?.[0]?.extensions).toEqual({ code: "COST_LIMIT_EXCEEDED", cost: 3, limit: 2 });
    expect(app.kore.requests()).toEqual([]);
  });

  test("LIMIT_KORE_REQUESTS_PER_MINUTE: refused operations take nothing, and operations without cost are free", async () => {
    const app = await start({ LIMIT_KORE_REQUESTS: "3", LIMIT_KORE_REQUESTS_PER_MINUTE: "3" });
    const one = { query: '{ subscriptions(accountId: "acme") { totalCount } }' };
    const two = { query: '{ subscriptions(accountId: "acme") { nodes { costCenter { id } } } }' };
    expect((await ask(app.url, two)).errors).toBeUndefined();
    expect(codesOf(await ask(app.url, two))).toEqual(["RATE_LIMITED"]);
    expect((await ask(app.url, one)).errors).toBeUndefined();
    expect(codesOf(await ask(app.url, one))).toEqual(["RATE_LIMITED"]);
    expect((await ask(app.url, { query: "{ capabilities { mode } }" })).errors).toBeUndefined();
  });
});

test("a subscription is priced by one event, before it begins", async () => {
  const app = await start({ LIMIT_KORE_REQUESTS: "3" });
  const query =
    'subscription { provisioningRequestUpdated(accountId: "acme", id: "r") { subscriptions { subscription { id } } } }';
  for (const { name, ask } of EVERY_TRANSPORT) {
    const codes = codesOf(await ask(app.url, { query }));
    if (!name.startsWith("HTTP")) expect(codes).toEqual(["COST_LIMIT_EXCEEDED"]);
  }
  expect(app.kore.requests()).toEqual([]);
});

test("LIMIT_BODY_BYTES holds on each path", async () => {
  const app = await start({ LIMIT_BODY_BYTES: "2048" });
  const body = JSON.stringify({ query: `{ __typename } # ${"x".repeat(2048)}` });
  const headers = { "content-type": "application/json" };
  for (const path of ["/graphql", "/graphql/stream"]) {
    expect((await fetch(app.url + path, { method: "POST", headers, body })).status).toBe(413);
  }
  const socket = new WebSocket(socketUrl(app.url), "graphql-transport-ws");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.once("open", () => socket.send(body));
  socket.once("error", () => undefined);
  expect(await closed).toBe(1009);
});

test("the limits in force are shown to callers", async () => {
  const app = await start({ LIMIT_DEPTH: "7", LIMIT_KORE_REQUESTS: "123" });
  const { data } = await app.graph.run(CapabilitiesDocument, {});
  expect(data?.capabilities.limits).toMatchObject({ depth: 7, koreRequests: 123, aliases: 30 });
});

test("the README states the limits that are not configurable", async () => {
  const app = await start();
  const { data } = await app.graph.run(CapabilitiesDocument, {});
  const { pageSize, iccidsPerQuery, iccidsPerFilter } = data?.capabilities.limits ?? {};
  const page = await readFile(new URL("../../../src/server/config/README.md", import.meta.url), "utf8");
  const readme = page.replace(/ +/g, " ");
  const shown = (most: number | undefined) => most?.toLocaleString("en-US") ?? "missing";
  expect(readme).toContain(`| Items of a page (\`first\`) | ${shown(pageSize)} |`);
  expect(readme).toContain(`| ICCIDs of one \`subscriptionsByIccid\` | ${shown(iccidsPerQuery)} |`);
  expect(readme).toContain(`| ICCIDs of one filter | ${shown(iccidsPerFilter)} |`);
});

describe("The quota of a caller", () => {
  test("is its own", async () => {
    const allowance = rateLimitInMemory(2);
    expect(await allowance.take("a", 2)).toBeUndefined();
    expect(await allowance.take("a", 1)).toBeGreaterThan(0);
    expect(await allowance.take("b", 2)).toBeUndefined();
  });

  test("callers beyond the bound share one quota, and earlier ones keep theirs", async () => {
    const allowance = rateLimitInMemory(2, 2);
    for (const caller of ["a", "b", "c", "d"]) expect(await allowance.take(caller, 1)).toBeUndefined();
    expect(await allowance.take("e", 1)).toBeGreaterThan(0);
    expect(await allowance.take("a", 1)).toBeUndefined();
  });

  test("is renewed after a minute, also for callers that share one", async () => {
    vi.useFakeTimers();
    try {
      const allowance = rateLimitInMemory(1, 1);
      const shares = async () => [await allowance.take("a", 1), await allowance.take("b", 1)];
      expect(await shares()).toEqual([undefined, undefined]);
      vi.advanceTimersByTime(59_000);
      expect(await shares()).toEqual([1_000, 1_000]);
      vi.advanceTimersByTime(2_000);
      expect(await shares()).toEqual([undefined, undefined]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("Trusted documents", () => {
  const OPERATIONS = "schema/operations";
  const MANIFEST = "test/support/graphql/persisted-documents.json";
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const named = (sha256Hash: string) => ({ query: "", extensions: { persistedQuery: { version: 1, sha256Hash } } });

  test.each(EVERY_TRANSPORT)(
    "by $name: operations of the folder run, by text or hash, and no others",
    async ({ ask }) => {
      const app = await start({ TRUSTED_DOCUMENTS: OPERATIONS });
      const text = await readFile(`${OPERATIONS}/capabilities.graphql`, "utf8");
      const compact = text.replace(/#.*\n/, "").replace(/\s+/g, " ");
      for (const operation of [{ query: text }, { query: compact }, named(sha256(text))]) {
        expect((await ask(app.url, operation)).data).toMatchObject({ capabilities: { mode: "LIVE" } });
      }
      const others = [
        { query: "{ capabilities { mode } }" },
        { query: "{" },
        named("0".repeat(64)),
        { query: `${text} # ` + text },
      ];
      for (const operation of others.slice(0, 3)) {
        expect(codesOf(await ask(app.url, operation))).toEqual(["UNTRUSTED_DOCUMENT"]);
      }
      expect(app.kore.requests()).toEqual([]);
    },
  );

  test("a refused operation is answered 403", async () => {
    const app = await start({ TRUSTED_DOCUMENTS: OPERATIONS });
    for (const query of ["{ __typename }", "{ __schema { types { name } } }", "mutation { nothing }"]) {
      expect((await app.graph.post({ query, operationName: "Other" })).status).toBe(403);
    }
  });

  test("the manifest that codegen.yml writes: typed documents go by their hashes, also as documentId", async () => {
    const app = await start({ TRUSTED_DOCUMENTS: MANIFEST });
    const { hash } = CapabilitiesDocument.__meta__ as { hash: string };
    for (const path of ["/graphql", "/graphql/stream"]) {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ documentId: hash });
      const reply = await fetch(app.url + path, { method: "POST", headers, body });
      expect(await reply.text()).toContain('"mode":"LIVE"');
    }
    const extensions = encodeURIComponent(JSON.stringify(named(hash).extensions));
    const reply = await fetch(`${app.url}/graphql?extensions=${extensions}`, {
      headers: { "apollo-require-preflight": "1" },
    });
    expect(await reply.text()).toContain('"mode":"LIVE"');
  });

  describe("manifests", () => {
    let folder = "";
    const manifest = async (content: unknown) => {
      folder = await mkdtemp(join(tmpdir(), "kore-graph-manifest-"));
      const path = join(folder, "manifest.json");
      await writeFile(path, JSON.stringify(content));
      return path;
    };
    afterEach(() => rm(folder, { recursive: true, force: true }));

    test("Apollo's form is read, too", async () => {
      const operations = [{ id: "one", name: "One", type: "query", body: "query One { __typename }" }];
      const path = await manifest({ format: "apollo-persisted-query-manifest", version: 1, operations });
      const app = await start({ TRUSTED_DOCUMENTS: path });
      const reply = await app.graph.post(named("one"));
      expect(await reply.json()).toEqual({ data: { __typename: "Query" } });
    });

    test("one of no known form ends the start", async () => {
      const path = await manifest({ operations: [1] });
      await expect(start({ TRUSTED_DOCUMENTS: path })).rejects.toThrow("no known form");
    });
  });
});

describe("Automatic persisted queries", () => {
  const query = "{ capabilities { mode } }";
  const sha256Hash = createHash("sha256").update(query).digest("hex");
  const extensions = (version = 1, hash = sha256Hash) => ({ persistedQuery: { version, sha256Hash: hash } });

  test.each(EVERY_TRANSPORT)(
    "by $name: are registered once and sent by hash from then on, where they are on",
    async ({ ask }) => {
      const app = await start({ PERSISTED_QUERIES: "on" });
      const byHash = { query: "", extensions: extensions() };
      expect(codesOf(await ask(app.url, byHash))).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
      expect((await ask(app.url, { query, extensions: extensions() })).errors).toBeUndefined();
      expect((await ask(app.url, byHash)).data).toEqual({ capabilities: { mode: "LIVE" } });
    },
  );

  test("are off unless they are switched on", async () => {
    const app = await start();
    const reply = await app.graph.post({ query, extensions: extensions() });
    expect(codesOf((await reply.json()) as never)).toEqual(["PERSISTED_QUERY_NOT_SUPPORTED"]);
  });

  test("a hash of something else, or a version that is none, is the caller's mistake", async () => {
    const app = await start({ PERSISTED_QUERIES: "on" });
    for (const wrong of [extensions(1, "0".repeat(64)), extensions(2)]) {
      const reply = await app.graph.post({ query, extensions: wrong });
      expect(reply.status).toBe(400);
      expect(codesOf((await reply.json()) as never)).toEqual(["BAD_REQUEST"]);
    }
  });

  test("are forgotten when there are too many, or too much", async () => {
    const cache = persistedQueryCache();
    for (let n = 0; n <= 1000; n += 1) await cache.set(`hash ${n}`, "{ __typename }");
    expect([await cache.get("hash 0"), await cache.get("hash 1")]).toEqual([undefined, "{ __typename }"]);
    const long = "x".repeat(1024 * 1024);
    for (let n = 0; n < 5; n += 1) await cache.set(`long ${n}`, long);
    const kept = await Promise.all([0, 1, 2, 3, 4].map((n) => cache.get(`long ${n}`)));
    expect(kept.map(Boolean)).toEqual([false, false, true, true, true]);
  });

  test("a refused operation is not registered", async () => {
    const app = await start({ PERSISTED_QUERIES: "on", LIMIT_KORE_REQUESTS: "1" });
    const dear = "{ accounts { costCenters { id } } }";
    const hash = createHash("sha256").update(dear).digest("hex");
    await app.graph.post({ query: dear, extensions: extensions(1, hash) });
    const reply = await app.graph.post({ extensions: extensions(1, hash) });
    expect(codesOf((await reply.json()) as never)).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
  });
});

describe("Pages of other sites", () => {
  const PAGE = "https://app.example.com";
  const preflight = (app: TestApp, origin: string, path = "/graphql") =>
    fetch(app.url + path, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
    });
  const socket = (app: TestApp, origin: string) =>
    new Promise((resolve) => {
      const opened = new WebSocket(socketUrl(app.url), "graphql-transport-ws", { headers: { origin } });
      opened.once("open", () => {
        opened.terminate();
        resolve("open");
      });
      opened.once("unexpected-response", (_, { statusCode }) => resolve(statusCode));
      opened.once("error", () => undefined);
    });

  test("that are named in CORS_ORIGINS may call, by each transport, without cookies", async () => {
    const app = await start({ CORS_ORIGINS: `${PAGE}, https://other.example.com:8443` });
    for (const path of ["/graphql", "/graphql/stream"]) {
      const reply = await preflight(app, PAGE, path);
      expect(reply.status).toBe(204);
      expect(reply.headers.get("access-control-allow-origin")).toBe(PAGE);
      expect(reply.headers.has("access-control-allow-credentials")).toBe(false);
    }
    const reply = await app.graph.post({ query: "{ __typename }" }, { origin: PAGE });
    expect(reply.headers.get("access-control-allow-origin")).toBe(PAGE);
    expect(reply.headers.get("vary")).toMatch(/origin/i);
    expect(await socket(app, PAGE)).toBe("open");
  });

  test("are in every answer: also in a refusal and a stream", async () => {
    const app = await start({ CORS_ORIGINS: PAGE, AUTH_ROUTER_SECRETS: ROUTER_SECRET });
    const credential = {
      "x-kore-graph-router-secret": ROUTER_SECRET,
      "x-kore-graph-caller-id": "page",
      "x-kore-graph-caller-role": "viewer",
      "x-kore-graph-caller-accounts": "*",
    };
    const sent = { origin: PAGE, "content-type": "application/json" };
    const body = JSON.stringify({ query: "{ __typename }" });
    for (const path of ["/graphql", "/graphql/stream"]) {
      for (const [headers, status] of [
        [{}, 401],
        [credential, 200],
      ] as const) {
        const reply = await fetch(app.url + path, { method: "POST", headers: { ...sent, ...headers }, body });
        await reply.text();
        expect([path, reply.status]).toEqual([path, status]);
        expect(reply.headers.get("access-control-allow-origin")).toBe(PAGE);
        expect(reply.headers.get("access-control-expose-headers")).toMatch(/x-request-id/);
        expect(reply.headers.get("cache-control")).toBe("no-store");
      }
    }
    const asked = await fetch(`${app.url}/graphql`, {
      method: "OPTIONS",
      headers: {
        origin: PAGE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });
    expect([asked.status, asked.headers.get("access-control-allow-headers")]).toEqual([204, "authorization"]);
  });

  test.each(["https://evil.example", "https://app.example.com.evil.example", "http://app.example.com", "null"])(
    "%s may not",
    async (origin) => {
      const app = await start({ CORS_ORIGINS: PAGE });
      for (const path of ["/graphql", "/graphql/stream"]) {
        expect((await preflight(app, origin, path)).headers.has("access-control-allow-origin")).toBe(false);
      }
      const reply = await app.graph.post({ query: "{ __typename }" }, { origin });
      expect(reply.headers.has("access-control-allow-origin")).toBe(false);
      expect(await socket(app, origin)).toBe(403);
    },
  );

  test("may call the graph only", async () => {
    const app = await start({ CORS_ORIGINS: PAGE });
    for (const path of ["/readyz", "/", "/playground/tabs.json"]) {
      const reply = await fetch(app.url + path, { headers: { origin: PAGE } });
      expect(reply.headers.has("access-control-allow-origin")).toBe(false);
    }
  });
});
