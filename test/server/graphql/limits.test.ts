import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { type Limits } from "../../../src/server/graphql/limits/limits.ts";
import { rateLimitInMemory } from "../../../src/server/graphql/limits/rate-limit.ts";
import { type TestApp, startApp } from "../../support/app.ts";
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
