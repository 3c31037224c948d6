import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createLog } from "../../../src/server/logging/log.ts";
import { type SimulatorOptions } from "../../../src/simulator/index.ts";
import { type Reply, type TestApp, startApp } from "../../support/app.ts";

const ACCOUNT = "cmp-pp-org-4100";
const LIST = `/connectivity/v1/accounts/${ACCOUNT}/subscriptions`;
const SIMS = `{ subscriptions(accountId: "${ACCOUNT}", first: 1) { totalCount } }`;
const PATIENCE = { timeout: 10_000 };

const apps: TestApp[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()));
});

/** An app that stops with the test. */
async function start(world: SimulatorOptions = {}, env: Record<string, string> = {}): Promise<TestApp> {
  const app = await startApp(world, env);
  apps.push(app);
  return app;
}

test("a persisted query is refused by the code on which Apollo Client sends the query itself", async () => {
  const { graph } = await start();
  const reply = await graph.post({ extensions: { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } } });
  expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" } }] });
});

describe("health", () => {
  test("needs one token and one ping per API family, independently of the number of probes", async () => {
    const { url, kore } = await start();
    for (const [path, status] of [
      ["/livez", "ok"],
      ["/readyz", "ready"],
      ["/readyz", "ready"],
    ]) {
      const reply = await fetch(url + (path ?? ""));
      expect(reply.status).toBe(200);
      expect(await reply.json()).toMatchObject({ status });
    }
    expect(kore.requests()).toEqual(["GET /v1/ping ×2"]); // One below each base address.
    expect(kore.tokenRequests().sort()).toEqual(["POST /Api/api/token ×1", "POST /api-services/v1/auth/token ×1"]);
  });

  test("is no longer ready, but alive, once the stop has begun", async () => {
    const app = await startApp();
    const ready = await halfRequest(app.url, "/readyz");
    const alive = await halfRequest(app.url, "/livez");
    app.kore.faults.add({ effect: "latency", ms: 500, path: LIST });
    const running = app.graph.query(SIMS);
    await vi.waitUntil(() => reads(app).length === 1, PATIENCE);
    const stopped = app.stop();
    expect(await ready.finish()).toMatch(/^HTTP\/1.1 503 .*\{"status":"not ready"\}$/s);
    expect(await alive.finish()).toMatch(/^HTTP\/1.1 200 .*connection: close.*\{"status":"ok"\}$/s);
    expect(await running).toEqual({ data: { subscriptions: { totalCount: 900 } } });
    await stopped;
  });

  test("a connection that carries nothing does not delay the stop", async () => {
    const app = await startApp();
    const idle = await halfRequest(app.url, "/livez");
    const begun = performance.now();
    await app.stop();
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(await idle.finish()).toBe("");
  });

  test("after the stop no port is open", async () => {
    const app = await startApp();
    await app.stop();
    await expect(fetch(`${app.url}/livez`)).rejects.toThrow();
  });
});

describe("with PLAYGROUND=off", () => {
  test("there is no playground", async () => {
    const { url } = await start({}, { PLAYGROUND: "off" });
    for (const path of ["/", "/playground/tabs.json"]) expect((await fetch(url + path)).status).toBe(404);
  });

  test.each(["{ __schema { types { name } } }", "{ _service { sdl } }", '{ __type(name: "Account") { name } }'])(
    "the schema is not shown by %s",
    async (query) => {
      const { graph } = await start({}, { PLAYGROUND: "off" });
      const { data, errors } = await graph.query(query);
      expect(data).toBeUndefined();
      expect(errors?.map(({ extensions: { code } }) => code)).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
    },
  );

  test("with INTROSPECTION=subgraph only _service shows the schema", async () => {
    const { graph } = await start({}, { PLAYGROUND: "off", INTROSPECTION: "subgraph" });
    expect((await graph.query("{ __schema { types { name } } }")).data).toBeUndefined();
    expect(await graph.query("{ _service { sdl } }")).toMatchObject({
      data: { _service: { sdl: expect.stringContaining("type SimSubscription") as string } },
    });
  });

  test.each([
    "{ acounts { id } }",
    '{ account(id: "a", i: "a") { id } }',
    "query Q($list: [EmailAddres]) { accounts { id @include(if: $list) } }",
    '{ subscriptions(accountId: "a", filter: { imeii: "35" }) { totalCount } }',
    '{ subscriptions(accountId: "a", filter: { state: ACTIV }) { totalCount } }',
    "{ accounts { ... on Acount { id } } }",
    "{ accounts { id @includ(if: true) } }",
  ])("no name is suggested for %s", async (query) => {
    const off = await start({}, { PLAYGROUND: "off" });
    const { errors } = await off.graph.query(query);
    expect(errors?.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
  });
});

describe("with PLAYGROUND=on", () => {
  test("the schema is shown, and names are suggested", async () => {
    const { graph } = await start({}, { PLAYGROUND: "on" });
    const { data } = await graph.query('{ __type(name: "SimSubscription") { name } }');
    expect(data).toEqual({ __type: { name: "SimSubscription" } });
    const { errors } = await graph.query("{ acounts { id } }");
    expect(errors?.[0]?.message).toContain('Did you mean "accounts"');
  });
});

describe("a caller that disconnects", () => {
  test("cancels the reads that no other caller waits for", async () => {
    const app = await start();
    app.kore.faults.add({ effect: "latency", ms: 5_000, path: LIST });
    const caller = leavable(app, SIMS);
    await vi.waitUntil(() => reads(app).length === 1, PATIENCE);
    caller.leave();
    await vi.waitUntil(() => reads(app)[0] !== "open", PATIENCE);
    expect(reads(app)).toEqual(["aborted"]);
    expect(app.logged().filter(({ level }) => level === "error")).toEqual([]);
  });

  test("has no more reads begun", async () => {
    const app = await start();
    const EACH = `{ subscriptions(accountId: "${ACCOUNT}", first: 40) { nodes { lastProvisioningRequest { id } } } }`;
    app.kore.faults.add({ effect: "latency", ms: 5_000, path: "/connectivity/v1/accounts/*/provisioning-requests" });
    const caller = leavable(app, EACH);
    const begun = () => app.kore.log().filter(({ path }) => path.endsWith("/provisioning-requests"));
    await vi.waitUntil(() => begun().length >= 2, PATIENCE);
    await delay(100);
    const before = begun().length;
    expect(before).toBeLessThan(40);
    caller.leave();
    await vi.waitUntil(() => begun().every(({ outcome }) => outcome !== "open"), PATIENCE);
    await delay(100);
    expect(begun().map(({ outcome }) => outcome)).toEqual(Array.from({ length: before }, () => "aborted"));
  });

  test("does not take along a read that another caller waits for", async () => {
    const app = await start();
    app.kore.faults.add({ effect: "latency", ms: 1_000, path: LIST });
    const first = leavable(app, SIMS);
    await vi.waitUntil(() => reads(app).length === 1, PATIENCE);
    const second = leavable(app, SIMS);
    await delay(200); // The second has joined the first's read by now; nothing outside shows it.
    first.leave();
    expect(await second.reply).toEqual({ data: { subscriptions: { totalCount: 900 } } });
    expect(reads(app)).toEqual(["answered"]);
  });

  test("cancels a shared read once the other caller has disconnected, too", async () => {
    const app = await start();
    app.kore.faults.add({ effect: "latency", ms: 5_000, path: LIST });
    const callers = [leavable(app, SIMS), leavable(app, SIMS)];
    await vi.waitUntil(() => reads(app).length === 1, PATIENCE);
    await delay(200);
    for (const caller of callers) caller.leave();
    await vi.waitUntil(() => reads(app)[0] !== "open", PATIENCE);
    expect(reads(app)).toEqual(["aborted"]);
  });

  test("does not affect the next caller", async () => {
    const app = await start();
    app.kore.faults.add({ effect: "latency", ms: 5_000, path: LIST, times: 1 });
    const caller = leavable(app, SIMS);
    await vi.waitUntil(() => reads(app).length === 1, PATIENCE);
    caller.leave();
    await vi.waitUntil(() => reads(app)[0] === "aborted", PATIENCE);
    expect(await app.graph.query(SIMS)).toEqual({ data: { subscriptions: { totalCount: 900 } } });
  });
});

describe("the log, at its most talkative,", () => {
  test("holds no secret and no identifier, whatever went well or wrong", async () => {
    const app = await start({}, { LOG_LEVEL: "trace", CACHE_SECONDS: "0" });
    const { graph, kore } = app;
    const { examples, credentials } = kore;
    const { accountId, iccid, subscriptionId, eid, clientId } = examples;
    const everything = `query Everything($accountId: ID!, $iccid: ICCID!, $id: ID!, $eid: EID!, $clientId: ID!) {
      accounts { id name subscriptions(first: 2) { nodes { iccid imsi msisdns imei } } }
      one: subscription(accountId: $accountId, iccid: $iccid) { stateHistory { state } costCenter { name } lastProvisioningRequest { id } }
      other: subscription(accountId: $accountId, id: $id) { profile { id } eligibleActivationProfiles { id } }
      subscriptions(accountId: $accountId, filter: { eid: $eid }) { nodes { id } }
      client(id: $clientId) { id owner }
    }`;
    const variables = { accountId, iccid, id: subscriptionId, eid, clientId };
    expect((await graph.query(everything, variables)).errors).toBeUndefined();

    const words = `no SIM ${iccid} of ${credentials.accountEmail}, ${credentials.clientSecret}`;
    for (const fault of [
      { effect: "status", status: 500, message: words },
      { effect: "status", status: 404, message: words },
      { effect: "status", status: 401, message: words },
      { effect: "drop", when: "before" },
      { effect: "drop", when: "during" },
      { effect: "truncate" },
      { effect: "html" },
      { effect: "empty" },
      { effect: "wrong-types", of: "lists" },
      { effect: "wrong-types", of: "numbers" },
      { effect: "wrong-types", of: "strings" },
      { effect: "unknown-enums" },
      { effect: "expire-tokens" },
    ] as const) {
      kore.faults.clear();
      kore.faults.add(fault);
      await graph.query(everything, variables);
    }
    kore.faults.clear();

    const { imsi = "" } = kore.sim(accountId, iccid) ?? {};
    const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl";
    await graph.query(everything, { ...variables, iccid: imsi });
    await graph.query(everything, { ...variables, iccid: token, eid: credentials.clientSecret });
    await graph.query(`{ subscription(accountId: "${accountId}", iccid: "${imsi}", eid: ${token}) { id } }`);
    await graph.query(`{ ${token} ${iccid}`);
    await graph.query(`{ account(id: "${accountId}/../${iccid}") { subscriptions { totalCount } } }`);
    await graph.query("query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }", {
      r: [{ __typename: iccid, id: token }],
    });
    await graph.post(`{"query": "${token} ${iccid}`);
    await graph.post(`<${credentials.clientSecret}>`, {
      "content-type": "application/xml",
      authorization: `Bearer ${token}`,
    });
    await fetch(`${app.url}/sims/${iccid}?token=${token}`);
    await fetch(`${app.url}/graphql?query={account(id:"${iccid}"){id}}`, {
      headers: { "apollo-require-preflight": "1" },
    });

    const lines = app.logged();
    const said = new Set(lines.map(({ msg }) => msg));
    expect([...said]).toEqual(expect.arrayContaining(["call to KORE", "request"]));
    expect(lines.length).toBeGreaterThan(50); // How many depends on retries, and on when the circuit opens.
    const log = JSON.stringify(lines);
    const account = [accountId, examples.clientAccountId, clientId, subscriptionId];
    const secrets = [credentials.clientSecret, credentials.apiKey, credentials.clientId];
    const sims = kore.iccids(accountId).map((one) => kore.sim(accountId, one));
    const numbers = sims.flatMap((sim) =>
      sim ? [sim.iccid, sim.imsi, sim.subscriptionId, sim.imei, sim.eid, ...sim.msisdns] : [],
    );
    for (const value of [...account, ...secrets, ...numbers]) {
      if (value !== null && log.includes(value)) throw new Error(`the log holds ${value}`);
    }
    expect(log).not.toMatch(/eyJ/);
    expect(log).not.toMatch(/[\w.+-]+@[\w-]+\.\w/);
    expect(log).not.toMatch(/\d{10,}/);
    expect(log).not.toMatch(/bearer|x-api-key/i);
  });

  test("removes values that an error quotes", () => {
    const lines: string[] = [];
    const log = createLog("error", { write: (line: string) => void lines.push(line) });
    const quoted = "8988303000000000001, ops@meridian.example and eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln";
    log.error({ err: new TypeError(`cannot use ${quoted}`, { cause: new Error(`got ${quoted}`) }) }, "failed");
    log.error({ err: quoted }, "failed");
    expect(lines).toHaveLength(2);
    expect(lines.join("")).toContain("cannot use …, … and …");
    expect(lines.join("")).toMatch(/"stack":"TypeError: .*http\.test\.ts/);
    expect(lines.join("")).not.toMatch(/8988|meridian|eyJ|c2ln/);
  });

  test("has the result of each call to KORE and of each request", async () => {
    const app = await start();
    await app.graph.query(SIMS);
    const ms = expect.any(Number) as number;
    await vi.waitUntil(() => app.logged().some(({ msg }) => msg === "request"), PATIENCE);
    expect(app.logged().filter(({ level }) => level === "debug")).toEqual([
      expect.objectContaining({
        level: "debug",
        msg: "call to KORE",
        operation: "POST /Api/api/token",
        status: 200,
        ms,
      }),
      expect.objectContaining({
        level: "debug",
        msg: "call to KORE",
        operation: "GET /v1/accounts/{account-id}/subscriptions",
        status: 200,
        ms,
      }),
      expect.objectContaining({ level: "debug", msg: "request", method: "POST", route: "/graphql", status: 200, ms }),
    ]);
  });
});

/** Outcomes of the reads of the list of SIMs. */
function reads({ kore }: TestApp): string[] {
  return kore.log().flatMap(({ path, outcome }) => (path === LIST ? [outcome] : []));
}

/** A caller that can disconnect. */
function leavable({ url }: TestApp, query: string): { reply: Promise<Reply | undefined>; leave: () => void } {
  const controller = new AbortController();
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify({ query }), signal: controller.signal };
  const reply = fetch(`${url}/graphql`, init).then(
    async (answer) => (await answer.json()) as Reply,
    () => undefined,
  );
  return { reply, leave: () => controller.abort() };
}

/** Begins a request. `finish` sends the rest of it and returns the reply as text. */
async function halfRequest(url: string, path: string): Promise<{ finish(): Promise<string> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding("utf8");
  let text = "";
  socket.on("data", (part: string) => (text += part));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => undefined); // "close" follows.
  await new Promise<void>((resolve) => socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n`, () => resolve()));
  await delay(50); // Until the server has read it.
  return {
    async finish() {
      socket.write("\r\n");
      await closed;
      return text;
    },
  };
}
