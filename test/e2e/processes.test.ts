import { spawnSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { sign } from "../../src/simulator/webhooks/sign.ts";
import { bearer, keysFile } from "../support/auth.ts";
import { CrashScene } from "../support/crash-scene.ts";
import { TRANSPORTS } from "../support/live-callers.ts";
import { type Connection, type Processes, startProcesses } from "../support/processes.ts";
import { command } from "../support/process.ts";

let graph: Processes;
afterEach(() => graph.stop());

const PATIENCE = { timeout: 20_000, interval: 20 };
const SIM = 'query ($iccid: ICCID!) { subscription(accountId: "acme", iccid: $iccid) { state } }';
const MODE = "{ capabilities { mode } }";
const COST_CENTERS = '{ account(id: "acme") { costCenters { id } } }';
const SUSPEND = `mutation ($iccid: ICCID!, $key: String) {
  suspendSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: $iccid }], requestKey: $key }) {
    results { outcome } requests { id }
  }
}`;
const active = { accounts: { acme: { sims: 60, states: "Active" } } } as const;

/** Two callers of different workers: connections go to workers in turns. */
async function twoCallers(): Promise<[Connection, Connection]> {
  const callers: [Connection, Connection] = [graph.connect(), graph.connect()];
  for (const caller of callers) await caller.query(MODE);
  await vi.waitUntil(() => graph.answered().length >= 2, PATIENCE);
  expect(new Set(graph.answered().map(({ worker }) => worker)).size).toBe(2);
  return callers;
}

const suspensions = () => graph.requests().filter((line) => line.endsWith("/suspend"));

describe("Several processes are one graph", () => {
  test("all answer queries, with one token", async () => {
    graph = await startProcesses(active);
    const callers = await twoCallers();
    const iccids = graph.kore.iccids("acme");
    const replies = await Promise.all(
      iccids.slice(0, 20).map((iccid, index) => callers[index % 2 ? 1 : 0].query(SIM, { iccid })),
    );
    for (const reply of replies) expect(reply).toEqual({ data: { subscription: { state: "ACTIVE" } } });
    expect(graph.requests()).toHaveLength(20);
    expect(graph.tokenRequests()).toBe(1);
  });

  test("a token that KORE calls expired is renewed once for all", async () => {
    graph = await startProcesses(active);
    const callers = await twoCallers();
    const iccids = graph.kore.iccids("acme");
    for (const caller of callers) await caller.query(SIM, { iccid: iccids[0] });
    graph.kore.faults.add({ effect: "expire-tokens", times: 1, path: "/connectivity/v1/**" });
    for (const [index, caller] of callers.entries()) {
      expect(await caller.query(SIM, { iccid: iccids[index + 1] })).toEqual({
        data: { subscription: { state: "ACTIVE" } },
      });
    }
    expect(graph.tokenRequests()).toBe(2);
  });

  test("a mutation is written once, whoever takes it, and so is one that comes by two at once with one request key", async () => {
    graph = await startProcesses(active);
    const callers = await twoCallers();
    const [one, other, both] = graph.kore.iccids("acme");
    for (const [caller, iccid] of [
      [callers[0], one],
      [callers[1], other],
    ] as const) {
      const { data } = await caller.query(SUSPEND, { iccid });
      expect(data).toMatchObject({ suspendSubscriptions: { results: [{ outcome: "SUBMITTED" }] } });
    }
    expect(suspensions()).toHaveLength(2);
    const variables = { iccid: both, key: "night shift" };
    const [first, second] = await Promise.all(callers.map((caller) => caller.query(SUSPEND, variables)));
    expect(first).toEqual(second);
    expect(first).toMatchObject({ data: { suspendSubscriptions: { results: [{ outcome: "SUBMITTED" }] } } });
    // And again, by the one ledger.
    expect(await callers[1].query(SUSPEND, variables)).toEqual(first);
    expect(suspensions()).toHaveLength(3);
  });

  test("a read by another process after a write joins none from before it", async () => {
    graph = await startProcesses({ ...active, provisioning: { pendingAfterMs: 0, completedAfterMs: 1 } });
    const [writer, reader] = await twoCallers();
    const [iccid] = graph.kore.iccids("acme");
    const reads = () => graph.requests().filter((line) => line === "GET /v1/accounts/acme/subscriptions").length;
    // Slow to answer what it has looked up before, so that the read is still under way after the write.
    graph.kore.faults.add({
      effect: "latency",
      ms: 1500,
      times: 1,
      path: "/connectivity/v1/accounts/acme/subscriptions",
    });
    const before = reader.query(SIM, { iccid });
    await vi.waitUntil(() => reads() === 1, PATIENCE);
    await writer.query(SUSPEND, { iccid });
    const written = reads();
    // On another connection: the first one waits for its answer. One of two goes to the worker of the reader.
    const after = await Promise.all([graph.connect(), graph.connect()].map((caller) => caller.query(SIM, { iccid })));
    expect(reads()).toBe(written + 2);
    for (const reply of after) expect(reply).toEqual({ data: { subscription: { state: "SUSPENDED" } } });
    await before;
  });

  test("what is kept is forgotten by all when a webhook says so, whichever of them it comes to", async () => {
    const [secret, callbackUrl] = ["s3", "https://graph.acme.example/hook"];
    graph = await startProcesses(
      { accounts: { acme: { sims: 5 } } },
      { KORE_WEBHOOK_SECRET: secret, KORE_WEBHOOK_URL: callbackUrl },
    );
    const callers = await twoCallers();
    const asked = () => graph.requests().filter((line) => line.endsWith("/cost-centers")).length;
    const readAll = () => Promise.all(callers.map((caller) => caller.query(COST_CENTERS)));
    await readAll();
    await readAll();
    expect(asked()).toBe(2); // Each keeps its own.
    const body = JSON.stringify({ "event-name": "connectivity.something.new", account: "acme", events: [] });
    const headers = { "kore-signature": sign(secret, callbackUrl, body), "kore-idempotency-token": "once" };
    for (let delivery = 0; delivery < 2; delivery += 1) {
      // As KORE's proxy sends it, and to another worker each time.
      const answer = await fetch(`${graph.url}/webhooks/kore`, { method: "POST", headers, body });
      expect([answer.status, await answer.json()]).toEqual([200, { status: "received" }]);
    }
    await vi.waitUntil(async () => {
      await readAll();
      return asked() === 4;
    }, PATIENCE);
    await readAll();
    expect(asked()).toBe(4);
  });

  test("what callers may use up is not multiplied", async () => {
    const keys = await keysFile({ name: "one", role: "viewer", accounts: "*" });
    graph = await startProcesses(active, { AUTH_API_KEYS_FILE: keys.path, LIMIT_OPERATIONS_PER_MINUTE: "10" });
    const callers = [graph.connect(), graph.connect()] as const;
    const statuses: number[] = [];
    for (let index = 0; index < 24; index += 1) {
      const answer = await callers[index % 2 ? 1 : 0].post({ query: MODE }, bearer(keys.keys[0] ?? ""));
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(200), ...Array<number>(14).fill(429)]);
  });

  test("the same for what operations could cost at KORE", async () => {
    graph = await startProcesses(active, { LIMIT_KORE_REQUESTS: "3", LIMIT_KORE_REQUESTS_PER_MINUTE: "4" });
    const callers = await twoCallers();
    const outcomes: unknown[] = [];
    for (let index = 0; index < 6; index += 1) {
      const reply = await callers[index % 2 ? 1 : 0].query(SIM, { iccid: graph.kore.iccids("acme")[index] });
      outcomes.push(reply.errors?.[0]?.extensions.code ?? "OK");
    }
    expect(outcomes).toEqual(["OK", "OK", "OK", "OK", "RATE_LIMITED", "RATE_LIMITED"]);
  });

  test("KORE is asked no faster, and no more at once, than one process would", async () => {
    graph = await startProcesses(active, { KORE_REQUESTS_PER_SECOND: "10", KORE_CONCURRENCY: "5" });
    graph.kore.faults.add({ effect: "latency", ms: 50, path: "/connectivity/v1/**" });
    await twoCallers();
    const iccids = graph.kore.iccids("acme").slice(0, 40);
    const replies = await Promise.all(iccids.map((iccid) => graph.connect().query(SIM, { iccid })));
    for (const { errors } of replies) expect(errors).toBeUndefined();
    const log = graph.kore.log().filter(({ path }) => path.startsWith("/connectivity/v1/"));
    const times = log.map(({ at }) => Date.parse(at));
    expect(times).toHaveLength(40);
    // A second's worth at once, the rest in its time: by two budgets it would be over after one second.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(2700);
    expect(Math.max(...log.map(({ inFlight }) => inFlight))).toBeLessThanOrEqual(3); // Two places are kept for writes.
  });

  test("a 429 that one is told is heeded by all", async () => {
    graph = await startProcesses(active, { KORE_REQUESTS_PER_SECOND: "1000" });
    const [one, other] = await twoCallers();
    const [first, second] = graph.kore.iccids("acme");
    const path = "/connectivity/v1/accounts/acme/subscriptions";
    graph.kore.faults.add({ effect: "status", status: 429, retryAfter: 2, times: 1, path });
    const refused = one.query(SIM, { iccid: first });
    await vi.waitUntil(() => graph.requests().length === 1, PATIENCE);
    await wait(100);
    expect(await other.query(SIM, { iccid: second })).toEqual({ data: { subscription: { state: "ACTIVE" } } });
    await refused;
    const [before = 0, ...after] = graph.kore.log().flatMap((one) => (one.path === path ? [Date.parse(one.at)] : []));
    expect(after).toHaveLength(2);
    for (const at of after) expect(at - before).toBeGreaterThan(1800);
  });
});

describe.each(TRANSPORTS)("Over $name", (transport) => {
  test("subscriptions and whatever else comes that way are answered through any process", async () => {
    graph = await startProcesses({ accounts: { acme: { sims: 5, states: "Stock" } } });
    const { data } = await graph.connect().query(
      `mutation ($iccid: ICCID!) { activateSubscriptions(input: {
         accountId: "acme", subscriptions: [{ iccid: $iccid }], activationState: TEST }) { requests { id } } }`,
      { iccid: graph.kore.iccids("acme")[0] },
    );
    const [{ id } = { id: "" }] = (data?.activateSubscriptions as { requests: { id: string }[] }).requests;
    const watching = {
      query: `subscription ($id: ID!) { provisioningRequestUpdated(accountId: "acme", id: $id) { id status } }`,
      variables: { id },
    };
    const callers = [1, 2, 3].map(() => transport.call(graph.url, watching));
    for (const caller of callers) {
      expect(await caller.ended).toBe("complete");
      expect(caller.results.at(-1)?.data).toEqual({ provisioningRequestUpdated: { id, status: "COMPLETED" } });
    }
    const query = transport.call(graph.url, { query: MODE });
    expect(await query.ended).toBe("complete");
    expect(query.results).toEqual([{ data: { capabilities: { mode: "LIVE" } } }]);
  });
});

test("a port that is taken fails the start, with its advice", async () => {
  graph = await startProcesses();
  const { port } = new URL(graph.url);
  const environment = {
    KORE_CLIENT_ID: "x",
    KORE_CLIENT_SECRET: "x",
    KORE_API_KEY: "x",
    KORE_ACCOUNT_EMAIL: "a@b.example",
  };
  const serve = command(["serve"], { ...environment, PROCESSES: "2", PORT: port, LOG_LEVEL: "warn" });
  expect(await serve.ended).toBe(2);
  expect(serve.stderr).toMatch(/EADDRINUSE.*: choose another port/);
  expect(serve.stdout).toBe("");
});

describe("The life of several processes", () => {
  test("a worker that is killed is replaced, and the other goes on meanwhile", async () => {
    graph = await startProcesses(active);
    const [, other] = await twoCallers();
    const [{ pid } = { pid: 0 }] = graph.answered();
    process.kill(pid, "SIGKILL");
    expect(await other.query(MODE)).toMatchObject({ data: {} });
    await graph.process.said(/"reason":"SIGKILL","msg":"a worker has ended; another takes its place"/);
    await vi.waitUntil(async () => {
      await graph.connect().query(MODE);
      return new Set(graph.answered().map((line) => line.worker)).size === 3;
    }, PATIENCE);
    const metrics = await (await fetch(`${graph.url}/metrics`)).text();
    expect(metrics).toContain("kore_graph_workers_lost_total 1");
  });

  test("what a killed worker had of the budget is free again", async () => {
    graph = await startProcesses(active, { KORE_CONCURRENCY: "3" }); // One read at a time.
    const [victim, other] = await twoCallers();
    const [first, second] = graph.kore.iccids("acme");
    graph.kore.faults.add({ effect: "latency", ms: 20_000, times: 1, path: "/connectivity/v1/**" });
    const lost = victim.query(SIM, { iccid: first }).catch(() => "lost");
    await vi.waitUntil(() => graph.requests().length === 1, PATIENCE);
    const waiting = other.query(SIM, { iccid: second });
    const [{ pid } = { pid: 0 }] = graph.answered();
    process.kill(pid, "SIGKILL");
    expect(await waiting).toEqual({ data: { subscription: { state: "ACTIVE" } } });
    expect(await lost).toBe("lost");
  });

  test("a worker that does not answer is ended before a write is answered that it knows nothing of", async () => {
    graph = await startProcesses(active);
    const [silent, writer] = await twoCallers();
    const [{ pid } = { pid: 0 }] = graph.answered();
    process.kill(pid, "SIGSTOP");
    const lost = silent.query(MODE).catch(() => "lost");
    const { data } = await writer.query(SUSPEND, { iccid: graph.kore.iccids("acme")[0] });
    expect(data).toMatchObject({ suspendSubscriptions: { results: [{ outcome: "SUBMITTED" }] } });
    expect(await lost).toBe("lost");
    expect(graph.process.stdout).toContain("a worker did not answer and is ended");
  });

  test("a signal to all processes stops them as one to the first does", async () => {
    graph = await startProcesses(active);
    const callers = await twoCallers();
    const [first, second] = graph.kore.iccids("acme");
    graph.kore.faults.add({ effect: "latency", ms: 700, path: "/connectivity/v1/**" });
    const asked = [callers[0].query(SIM, { iccid: first }), callers[1].query(SUSPEND, { iccid: second })];
    await vi.waitUntil(() => graph.requests().length === 2, PATIENCE);
    // As a terminal does, whose Ctrl+C all processes hear.
    for (const { pid } of graph.answered()) process.kill(pid, "SIGINT");
    graph.process.signal("SIGINT");
    for (const { errors } of await Promise.all(asked)) expect(errors).toBeUndefined();
    expect(await graph.process.ended).toBe(0);
    expect(suspensions()).toHaveLength(1);
    expect(graph.process.stdout).not.toMatch(/"level":"(error|fatal)"/);
    await expect(fetch(graph.url)).rejects.toThrow();
  });

  test.each(["request lost", "reply lost"] as const)(
    "an order is written once though its processes are killed in its middle: %s",
    async (passage) => {
      const scene = await CrashScene.open(
        { accounts: { acme: { sims: 2, states: "Active" } }, provisioning: { completedAfterMs: 60_000 } },
        ({ url }) => ({ KORE_CONNECTIVITY_URL: `${url}/connectivity`, PROCESSES: "2" }),
      );
      const [iccid] = scene.kore.iccids("acme");
      const order = () => scene.post(SUSPEND, { iccid, key: "night shift" });
      const held = scene.wire.hold(passage);
      const cutOff = order().catch(() => "cut off");
      await held;
      await scene.kill();
      expect(await cutOff).toBe("cut off");
      await scene.start();
      expect(await order()).toMatchObject({ data: { suspendSubscriptions: { results: [{ outcome: "SUBMITTED" }] } } });
      expect(scene.kore.provisioningRequests("acme")).toHaveLength(1);
      await scene.close();
    },
  );

  test("metrics count what all have done", async () => {
    graph = await startProcesses(active);
    const callers = await twoCallers();
    for (const iccid of graph.kore.iccids("acme").slice(0, 3)) {
      for (const caller of callers) await caller.query(SIM, { iccid });
    }
    await callers[0].query(SUSPEND, { iccid: graph.kore.iccids("acme")[0] });
    const metrics = await (await fetch(`${graph.url}/metrics`)).text();
    expect(metrics).toContain('kore_graph_operations_total{kind="query",name="anonymous",outcome="OK"} 8');
    expect(metrics).toContain('kore_graph_operations_total{kind="mutation",name="anonymous",outcome="OK"} 1');
    expect(metrics).not.toContain('outcome="REFUSED"');
    expect(metrics.match(/^kore_graph_upstream_budget_rate{credential="default"} (\d+)$/m)?.[1]).toBe("10000");
    expect(metrics.match(/^# TYPE process_cpu_seconds_total /gm)).toHaveLength(1);
  });

  test("a primary that is killed takes its workers with it", async () => {
    graph = await startProcesses(active);
    await twoCallers();
    const pids = new Set(graph.answered().map(({ pid }) => pid));
    graph.process.signal("SIGKILL");
    expect(await graph.process.ended).toBe("SIGKILL"); // And with it all who hold its output.
    const isAlive = (pid: number) =>
      spawnSync("ps", ["-o", "stat=", "-p", String(pid)])
        .stdout.toString()
        .match(/^[^Z]/);
    expect([...pids].filter(isAlive)).toEqual([]);
  });
});
