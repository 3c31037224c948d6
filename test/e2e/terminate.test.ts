import { afterEach, expect, test, vi } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { type Reply, environmentOf } from "../support/app.ts";
import { type Caller, TRANSPORTS } from "../support/live/callers.ts";
import { type Process, command } from "../support/process.ts";

/** Callers at once of each transport. */
const CALLERS = 8;
const WATCHERS = 4;
const SIMS = 20_000;
/** Operations before the signal. */
const WARM = 300;

const READ = 'query ($iccid: ICCID!) { subscription(accountId: "acme", iccid: $iccid) { iccid state } }';
const WRITE = `mutation ($iccid: ICCID!) {
  suspendSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: $iccid }] }) { results { iccid outcome request { id } } }
}`;
const WATCH = 'subscription { subscriptionStateChanged(accountId: "acme") { subscriptionId } }';

type Call = (body: { query: string; variables?: Record<string, unknown> }) => Promise<Reply | undefined>;

/** One operation with a SIM of its own, so that KORE's log shows whether it began. */
interface Asked {
  iccid: string;
  isWrite: boolean;
  transport: string;
  /** Undefined: none came, or not whole. */
  reply?: Reply | undefined;
  isAfter: boolean;
}

let kore: Simulator;
let graph: { process: Process; url: string };

async function start(env: Record<string, string>): Promise<void> {
  kore = await startSimulator({ clock: "real", accounts: { acme: { sims: SIMS, states: "Active" } } });
  kore.faults.add({ effect: "latency", ms: 120, path: "/connectivity/**" });
  const process = command(["serve"], {
    ...environmentOf(kore),
    WARM_UP_MS: "0",
    PORT: "0",
    PLAYGROUND: "off",
    LOG_LEVEL: "warn",
    ...env,
  });
  const [, url = ""] = await process.said(/kore-graph +(http:\S+)\/graphql/);
  graph = { process, url };
}
afterEach(() => kore.stop());

const overHttp: Call = async (body) => {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${graph.url}/graphql`, { method: "POST", headers, body: JSON.stringify(body) });
  return (await reply.json()) as Reply;
};

const live = (call: (typeof TRANSPORTS)[number]["call"]): Call => {
  return async (body) => {
    const caller = call(graph.url, body);
    return (await caller.ended) === "complete" ? caller.results[0] : undefined;
  };
};

test.each([["one process", { PROCESSES: "1" }]])(
  "%s: a stop under load cuts off no operation, and subscribers get a code on which they reconnect",
  async (_, env) => {
    await start(env);
    const iccids = kore.iccids("acme");
    const asked: Asked[] = [];
    let isTold = false;
    const keepAsking = async (transport: string, call: Call) => {
      while (asked.length < SIMS) {
        const isWrite = asked.length % 3 === 0;
        const one: Asked = { iccid: iccids[asked.length] ?? "", isWrite, transport, isAfter: false };
        asked.push(one);
        one.reply = await call({ query: isWrite ? WRITE : READ, variables: { iccid: one.iccid } }).catch(
          () => undefined,
        );
        one.isAfter = isTold;
        if (!one.reply) return; // The process has ended.
      }
    };
    const watchers = TRANSPORTS.flatMap((transport) =>
      Array.from({ length: WATCHERS }, (): [Caller, string] => [
        transport.call(graph.url, { query: WATCH }),
        transport.cutOff,
      ]),
    );
    const transports: [string, Call][] = [
      ["HTTP", overHttp],
      ...TRANSPORTS.map(({ name, call }): [string, Call] => [name, live(call)]),
    ];
    const callers = transports.flatMap(([name, call]) => Array.from({ length: CALLERS }, () => keepAsking(name, call)));

    await vi.waitUntil(() => asked.length > WARM, { timeout: 30_000 });
    const underWay = asked.filter(({ reply }) => reply === undefined).length;
    isTold = true;
    const told = performance.now();
    graph.process.signal("SIGTERM");
    await Promise.all(callers);
    expect(await graph.process.ended).toBe(0);
    const took = performance.now() - told;
    expect(graph.process.stderr).toBe("");
    expect(graph.process.stdout).not.toMatch(/"level":"(error|fatal)"/);
    for (const [watcher, cutOff] of watchers) expect(await watcher.ended).toBe(cutOff);

    const begun = new Set(kore.log().flatMap(({ query }) => (query.iccid ?? "").split(",")));
    const cutOff = asked.filter(({ iccid, reply }) => reply === undefined && begun.has(iccid));
    const answered = asked.filter(({ reply }) => reply);
    for (const transport of transports.map(([name]) => name)) {
      const of = asked.filter((one) => one.transport === transport);
      const count = (is: (one: Asked) => boolean) => of.filter(is).length;
      process.stdout.write(
        `${transport}: ${count(({ reply }) => Boolean(reply))} answered, ${count(({ reply, isAfter }) => Boolean(reply) && isAfter)} of them ` +
          `after the signal; ${count(({ reply }) => !reply)} found nobody, ${cutOff.filter((one) => one.transport === transport).length} cut off\n`,
      );
    }
    process.stdout.write(
      `${underWay} operations were under way at the signal; ${watchers.length} watchers were sent elsewhere; ended after ${Math.round(took)} ms\n`,
    );

    expect(underWay).toBeGreaterThan(CALLERS);
    expect(answered.filter(({ isAfter }) => isAfter).length).toBeGreaterThan(CALLERS);
    expect(cutOff).toEqual([]);
    const held = new Map(
      kore
        .provisioningRequests("acme")
        .flatMap(({ id, subscriptions }) => subscriptions.map(({ iccid }) => [iccid, id])),
    );
    for (const { iccid, isWrite, reply } of answered) {
      const results = [{ iccid, outcome: "SUBMITTED", request: { id: held.get(iccid) } }];
      const expected = isWrite ? { suspendSubscriptions: { results } } : { subscription: { iccid, state: "ACTIVE" } };
      expect(reply).toEqual({ data: expected });
    }
    expect(held.size).toBe(answered.filter(({ isWrite }) => isWrite).length);
  },
  90_000,
);
