import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { type App, createApp } from "../../src/app.ts";
import { readConfig } from "../../src/server/config/index.ts";
import { createLog } from "../../src/server/logging/log.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../src/simulator/index.ts";
import { type Reply, environmentOf } from "../support/app.ts";
import { SIGNED, alert, signed } from "../support/kore/webhook-deliveries.ts";
import { type Caller, TRANSPORTS } from "../support/live/callers.ts";
import { until } from "../support/fleet/replica.ts";
import { type Postgres, describePostgres } from "../support/fleet/postgres.ts";

const READ = 'query ($iccid: ICCID!) { subscription(accountId: "acme", iccid: $iccid) { iccid state } }';
const ORDER = `mutation ($input: SuspendSubscriptionsInput!) { order: suspendSubscriptions(input: $input) {
  results { iccid outcome reason request { id } } } }`;
const WATCH = `subscription ($id: ID!) { request: provisioningRequestUpdated(accountId: "acme", id: $id) { id status } }`;
const CHANGES = 'subscription { change: subscriptionStateChanged(accountId: "acme") { subscriptionId newState } }';
const EVENTS = `subscription { event: accountEvents(accountId: "acme") {
  ... on KoreEvent { type alertId ruleName sentAt } ... on SimStateChange { subscriptionId } } }`;

const PATIENCE = { timeout: 20_000 };
const [, STREAM] = TRANSPORTS;

interface Replica {
  url: string;
  query<Data>(query: string, variables?: Record<string, unknown>): Promise<Reply<Data>>;
  order(iccids: readonly string[], more?: Record<string, unknown>): Promise<Reply<{ order: Order | null }>>;
  subscribe(query: string, variables?: Record<string, unknown>): Caller;
  deliver(body: string): Promise<number>;
  logged(): Record<string, unknown>[];
}
interface Order {
  results: { iccid: string; outcome: string; reason: string | null; request: { id: string } | null }[];
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The real apps in this process, on one database, in front of one simulator. */
async function start(
  postgres: Postgres,
  count: number,
  world: SimulatorOptions = {},
  env: Record<string, string> = {},
): Promise<{ kore: Simulator; replicas: [Replica, Replica, Replica]; requests: () => string[] }> {
  const accounts = { acme: { sims: 400, states: "Active", esims: "none" } } as const;
  const kore = await startSimulator({ clock: "real", accounts, ...world });
  closing.push(() => kore.stop());
  const database = await postgres.database();
  const started = Array.from({ length: count }, async () => {
    const lines: string[] = [];
    const config = readConfig({
      ...environmentOf(kore),
      WARM_UP_MS: "0",
      ...SIGNED,
      DATABASE_URL: database,
      PORT: "0",
      PLAYGROUND: "off",
      LOG_LEVEL: "info",
      KORE_REQUESTS_PER_SECOND: "1000",
      ...env,
    });
    const app = await createApp(config, {
      log: createLog(config.logLevel, { write: (line: string) => void lines.push(line) }),
    });
    closing.push(() => app.stop());
    return replicaOf(app, lines);
  });
  const replicas = (await Promise.all(started)) as [Replica, Replica, Replica];
  const requests = () =>
    kore.log().flatMap(({ method, path }) => (path.endsWith("/token") ? [] : [`${method} ${path}`]));
  return { kore, replicas, requests };
}

function replicaOf({ url }: App, lines: readonly string[]): Replica {
  const query = async <Data>(text: string, variables?: Record<string, unknown>): Promise<Reply<Data>> => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ query: text, variables });
    return (await (await fetch(`${url}/graphql`, { method: "POST", headers, body })).json()) as Reply<Data>;
  };
  return {
    url,
    query,
    order: (iccids, more = {}) =>
      query(ORDER, { input: { accountId: "acme", subscriptions: iccids.map((iccid) => ({ iccid })), ...more } }),
    subscribe(text, variables = {}) {
      const caller = STREAM?.call(url, { query: text, variables });
      if (!caller) throw new Error("no transport");
      closing.push(() => caller.leave());
      return caller;
    },
    async deliver(body) {
      const reply = await fetch(`${url}/webhooks/kore`, { method: "POST", body, headers: signed(body) });
      await reply.arrayBuffer();
      return reply.status;
    },
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

/** Subscribes at each, and waits until all receive events. @returns the number of events of each by then */
async function watchersAt(
  replicas: readonly Replica[],
  query = CHANGES,
): Promise<{ watchers: Caller[]; heard: number[] }> {
  const watchers = replicas.map((replica) => replica.subscribe(query));
  const [first] = replicas;
  await until(async () => {
    await first?.deliver(alert());
    await delay(100);
    return watchers.every(({ results }) => results.length > 0);
  }, "a watcher at each");
  await delay(1_000); // Lets events in flight arrive.
  return { watchers, heard: watchers.map(({ results }) => results.length) };
}

const codesOf = ({ errors = [] }: Reply<unknown>) => errors.map(({ extensions }) => extensions.code);
const print = (what: string, figures: object) => process.stdout.write(`fleet: ${what} ${JSON.stringify(figures)}\n`);

async function requestOf(replica: Replica, iccid: string): Promise<string> {
  const { data, errors } = await replica.order([iccid]);
  const id = data?.order?.results[0]?.request?.id;
  if (id === undefined) throw new Error(JSON.stringify(errors ?? data));
  return id;
}

describePostgres("Replicas on one database", (postgres) => {
  test("a subscriber at one gets the event of a webhook at another, without a read of KORE", async () => {
    const { replicas, requests } = await start(postgres(), 3);
    const [a, b, c] = replicas;
    const { watchers, heard } = await watchersAt([a, b, c]);
    const all = (count: number) => watchers.every(({ results }, n) => results.length === (heard[n] ?? 0) + count);
    const latencies: number[] = [];
    for (let times = 1; times <= 20; times += 1) {
      const sentAt = performance.now();
      expect(await b.deliver(alert())).toBe(200);
      await vi.waitUntil(() => all(times), { ...PATIENCE, interval: 1 });
      latencies.push(performance.now() - sentAt);
    }
    latencies.sort((x, y) => x - y);
    print("webhook at another replica", {
      medianMs: Math.round(latencies[10] ?? 0),
      mostMs: Math.round(latencies[19] ?? 0),
    });
    expect(requests()).toEqual([]);
    expect(watchers[0]?.results[0]?.data).toEqual({ change: { subscriptionId: "sim-1", newState: "ACTIVE" } });
  });

  test("all events of an account come to subscribers at each, with their alert and rule", async () => {
    const { replicas, requests } = await start(postgres(), 3);
    const [a, b, c] = replicas;
    const { watchers } = await watchersAt([a, c], EVENTS);
    const sentAt = new Date().toISOString();
    const head = { "alert-id": "one", "rule-name": "Ours", "alert-message-date": sentAt };
    expect(await b.deliver(alert({ ...head, "event-name": "connectivity.device.abducted" }))).toBe(200);
    const event = { type: "OTHER", alertId: "one", ruleName: "Ours", sentAt };
    await vi.waitFor(() => {
      for (const { results } of watchers) expect(results.at(-1)?.data).toEqual({ event });
    }, PATIENCE);
    expect(watchers[0]?.results[0]?.data).toMatchObject({
      event: { type: "SUBSCRIPTION_STATE_CHANGED", subscriptionId: "sim-1" },
    });
    expect(requests()).toEqual([]);
  });

  test("a delivery that is sent to one and again to another is worked on once", async () => {
    const { replicas } = await start(postgres(), 3);
    const [a, b, c] = replicas;
    const { watchers, heard } = await watchersAt([a, b, c]);
    const body = alert();
    expect(await a.deliver(body)).toBe(200);
    expect(await b.deliver(body)).toBe(200);
    expect(await Promise.all([a, b, c, a].map((replica) => replica.deliver(body)))).toEqual([200, 200, 200, 200]);
    expect(await c.deliver(alert())).toBe(200);
    // The last one comes after all that came before.
    await vi.waitUntil(() => watchers.every(({ results }, n) => results.length >= (heard[n] ?? 0) + 2), PATIENCE);
    await delay(500);
    expect(watchers.map(({ results }, n) => results.length - (heard[n] ?? 0))).toEqual([2, 2, 2]);
  });

  test("a request with subscribers at three costs KORE as much as with one", async () => {
    const world = { provisioning: { pendingAfterMs: 1_000, completedAfterMs: 12_000 } };
    const { kore, replicas, requests } = await start(postgres(), 3, world);
    const [first, ...others] = replicas;
    const cost = async (at: readonly Replica[], iccid: string) => {
      const id = await requestOf(first, iccid);
      const before = requests().length;
      const watchers = at.map((replica) => replica.subscribe(WATCH, { id }));
      for (const { ended } of watchers) expect(await ended).toBe("complete");
      const told = watchers.map(({ results }) =>
        results.map(({ data }) => (data?.request as { status: string }).status),
      );
      for (const statuses of told) expect(statuses.at(-1)).toBe("COMPLETED");
      const reads = requests().slice(before);
      expect(new Set(reads)).toEqual(new Set([`GET /connectivity/v1/accounts/acme/provisioning-requests/${id}`]));
      return reads.length;
    };
    const [x = "", y = ""] = kore.iccids("acme");
    const one = await cost([first], x);
    const three = await cost([first, ...others], y);
    print("reads of a watched request", { byOneReplica: one, byThree: three });
    // Pollers wait with jitter, each by its own: the last look, before which all have to wait, may be one more.
    expect(three).toBeLessThanOrEqual(one + 3);
  }, 90_000);

  test("three replicas log in once", async () => {
    const { kore, replicas } = await start(postgres(), 3);
    const iccids = kore.iccids("acme");
    await Promise.all(
      replicas.flatMap((replica, n) => iccids.slice(n * 5, n * 5 + 5).map((iccid) => replica.query(READ, { iccid }))),
    );
    expect(kore.log().filter(({ path }) => path.endsWith("/token"))).toHaveLength(1);
  });

  test("three replicas together never exceed the budget: its rate by the time, and one burst", async () => {
    const RATE = 40;
    const { kore, replicas } = await start(postgres(), 3, {}, { KORE_REQUESTS_PER_SECOND: String(RATE) });
    const iccids = kore.iccids("acme");
    const endsAt = performance.now() + 6_000;
    const callers = replicas.flatMap((replica, n) =>
      Array.from({ length: 10 }, async (_, m) => {
        for (let times = 0; performance.now() < endsAt; times += 1)
          await replica.query(READ, { iccid: iccids[(n * 131 + m * 17 + times * 7) % iccids.length] });
      }),
    );
    await Promise.all(callers);
    const times = kore.log().map(({ at }) => Date.parse(at));
    // Of each stretch of time, whenever it begins and ends.
    let most = -Infinity;
    for (let from = 0; from < times.length; from += 1)
      for (let to = from; to < times.length; to += 1) {
        const seconds = ((times[to] ?? 0) - (times[from] ?? 0)) / 1000;
        most = Math.max(most, to - from + 1 - RATE * seconds);
      }
    print("budget", { rate: RATE, calls: times.length, mostBeyondRate: Math.round(most) });
    expect(times.length).toBeGreaterThan(RATE * 4); // It is made use of.
    // A burst of a second, and calls leased within the last second.
    expect(most).toBeLessThanOrEqual(2 * RATE);
  }, 60_000);

  test("a read that begins after a write was answered shows nothing of before, at whichever replica", async () => {
    const world = { provisioning: { pendingAfterMs: 0, completedAfterMs: 0 } };
    const { kore, replicas } = await start(postgres(), 3, world);
    kore.faults.add({ effect: "latency", ms: 150, method: "GET", path: "/connectivity/**" });
    const stale: string[] = [];
    for (const [place, iccid] of kore.iccids("acme").slice(0, 12).entries()) {
      // Reads of before are under way at all of them when the order is answered.
      const isOver = new AbortController();
      const before = replicas.map(async (replica) => {
        while (!isOver.signal.aborted) await replica.query(READ, { iccid });
      });
      await delay(50);
      const writer = replicas[place % 3] as Replica;
      await requestOf(writer, iccid);
      const after = await Promise.all(
        replicas.map((replica) => replica.query<{ subscription: { state: string } }>(READ, { iccid })),
      );
      isOver.abort();
      for (const { data } of after) if (data?.subscription.state === "ACTIVE") stale.push(iccid);
      await Promise.all(before);
    }
    expect(stale).toEqual([]);
  }, 90_000);

  test("without the database queries go on, writes are refused and nothing is sent, and all resumes when it is back", async () => {
    const { kore, replicas, requests } = await start(postgres(), 2);
    const [a, b] = replicas;
    const [read = "", x = "", y = ""] = kore.iccids("acme");
    const { watchers, heard } = await watchersAt([a, b]);
    expect((await a.order([x], { requestKey: "before" })).data?.order?.results[0]?.outcome).toBe("SUBMITTED");
    await postgres().stop({ crash: true });
    // While the leases hold and after they have ended.
    for (const phase of ["at once", "after the leases have ended"]) {
      if (phase !== "at once") await delay(6_500);
      const before = requests().filter((line) => line.startsWith("POST")).length;
      for (const replica of [a, b]) {
        expect(codesOf(await replica.query(READ, { iccid: read })), phase).toEqual([]);
        const refused = await replica.order([y], { requestKey: "away" });
        expect(codesOf(refused), phase).toEqual(["STORE_UNAVAILABLE"]);
        expect(refused.errors?.[0]?.extensions.retryAfterSeconds).toBeGreaterThan(0);
        const rehearsed = await replica.order([y], { dryRun: true });
        expect(codesOf(rehearsed), phase).toEqual([]);
        expect(rehearsed.data?.order?.results.map(({ outcome }) => outcome)).toEqual(["WOULD_BE_SUBMITTED"]);
        expect(await replica.deliver(alert()), phase).toBe(503);
      }
      await until(async () => {
        const reply = await fetch(`${a.url}/readyz`);
        const { degraded } = (await reply.json()) as { degraded?: string[] };
        return reply.status === 200 && degraded?.join() === "store";
      }, "readiness without the store");
      expect(requests().filter((line) => line.startsWith("POST"))).toHaveLength(before);
    }
    await postgres().resume();
    const body = alert();
    await until(async () => (await b.deliver(body)) === 200, "a delivery that is taken");
    await vi.waitUntil(() => watchers.every(({ results }, n) => results.length > (heard[n] ?? 0)), PATIENCE);
    await until(async () => {
      const results = (await b.order([y], { requestKey: "away" })).data?.order?.results;
      return results?.[0]?.outcome === "SUBMITTED";
    }, "an order that is taken");
    expect((await b.order([x], { requestKey: "before" })).data?.order?.results[0]?.outcome).toBe("SUBMITTED");
    expect(kore.provisioningRequests("acme")).toHaveLength(2);
    await until(async () => {
      const { degraded } = (await (await fetch(`${a.url}/readyz`)).json()) as { degraded: string[] };
      return degraded.length === 0;
    }, "readiness with the store");
    const errors = [a, b].flatMap((replica) => replica.logged().filter(({ level }) => level === "error"));
    expect(errors).toEqual([]);
    const refused = [a, b].flatMap((replica) => replica.logged().filter(({ msg }) => msg === "webhook refused"));
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(["the store failed"]));
  }, 90_000);
});
