import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Kore, type Lender, type Loan, borrow, createKore, credentialSet, lend } from "../../src/kore/index.ts";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";

const asItIs = <Reply>(reply: Reply): Reply => reply;

let simulator: Simulator;
let owner: Kore;
let loan: Loan;
let borrower: Kore;

/** What goes from process to process is text. */
const asText = <Value>(value: Value): Value =>
  value === undefined ? value : (JSON.parse(JSON.stringify(value)) as Value);

const throughText = (lender: Lender): Lender => ({
  token: async (family) => asText(await lender.token(family)),
  replacement: async (ask) => asText(await lender.replacement(asText(ask))),
  turn: async (ask) => asText(await lender.turn(asText(ask))),
  over: (end) => lender.over(asText(end)),
  slow: (told) => lender.slow(asText(told)),
});

function client(more: Partial<Parameters<typeof createKore>[0]> = {}): Kore {
  const { connectivity, connectivityToken, clients, globalToken } = simulator.urls;
  return createKore({
    connectivityUrl: connectivity,
    connectivityTokenUrl: connectivityToken,
    clientsUrl: clients,
    globalTokenUrl: globalToken,
    credentials: [credentialSet(simulator.credentials)],
    budget: { rate: 1000, concurrency: 3, queue: 2 }, // One read at a time: two places are kept for writes.
    ...more,
  });
}

beforeEach(async () => {
  simulator = await startSimulator({ accounts: { acme: { sims: 5 } } });
  owner = client();
  loan = lend(owner.common);
  borrower = client({ common: borrow(throughText(loan)) });
});
afterEach(async () => {
  await borrower.close();
  await owner.close();
  await simulator.stop();
});

const read = (kore: Kore, signal?: AbortSignal) => kore.session({ signal }).connectivity.costCenters("acme", asItIs);
const other = (kore: Kore) => kore.session().connectivity.activationProfiles("acme", asItIs);
const tokens = () => simulator.log().filter(({ path }) => path.endsWith("/token")).length;
const underWay = () => stateOf(owner).running;

function stateOf({ credentialClients: [client] }: Kore) {
  if (!client) throw new Error("there are no credentials");
  return client.budget();
}

describe("Tokens that are lent", () => {
  test("are asked for at KORE once, by whoever is first", async () => {
    await Promise.all([read(borrower), other(owner), other(borrower)]);
    expect(tokens()).toBe(1);
  });

  test("are renewed once when KORE calls them expired", async () => {
    await Promise.all([read(borrower), other(owner)]);
    simulator.expireTokens();
    await Promise.all([read(borrower), other(owner)]);
    await read(borrower);
    expect(tokens()).toBe(2);
  });

  test("that cannot be had fail as they do at their owner", async () => {
    const wrong = client({ credentials: [credentialSet({ ...simulator.credentials, clientSecret: "wrong" })] });
    const borrowing = client({ common: borrow(throughText(lend(wrong.common))) });
    await expect(read(borrowing)).rejects.toMatchObject({ kind: "unauthenticated", status: 401, isUnsent: true });
    await wrong.close();
    await borrowing.close();
  });
});

describe("A budget that is lent", () => {
  test("counts the borrower's reads among all, until they end", async () => {
    await read(borrower);
    simulator.faults.add({ effect: "latency", ms: 300, path: "/connectivity/v1/**" });
    const reading = read(borrower);
    await vi.waitUntil(() => underWay() === 1);
    const waiting = other(owner);
    await wait(50);
    expect(stateOf(owner)).toMatchObject({ running: 1, queued: 1 });
    await Promise.all([reading, waiting]);
    await vi.waitUntil(() => underWay() === 0);
    expect(Math.max(...simulator.log().map(({ inFlight }) => inFlight))).toBe(1);
  });

  test("gives a turn back when its caller leaves, before or after it came", async () => {
    await read(borrower);
    simulator.faults.add({ effect: "latency", ms: 5000, path: "/connectivity/v1/**" });
    const [first, second] = [new AbortController(), new AbortController()];
    const sent = read(borrower, first.signal);
    await vi.waitUntil(() => underWay() === 1);
    const waiting = borrower.session({ signal: second.signal }).connectivity.activationProfiles("acme", asItIs);
    await vi.waitUntil(() => stateOf(owner).queued === 1);
    second.abort();
    first.abort();
    await expect(sent).rejects.toMatchObject({ kind: "aborted" });
    await expect(waiting).rejects.toMatchObject({ kind: "aborted" });
    await vi.waitUntil(() => underWay() === 0 && stateOf(owner).queued === 0);
  });

  test("refuses a borrower as it refuses its owner", async () => {
    await read(owner);
    simulator.faults.add({ effect: "latency", ms: 300, path: "/connectivity/v1/**" });
    const { connectivity } = owner.session();
    const full = [read(owner), other(owner), connectivity.profile("acme", "1", asItIs)];
    await vi.waitUntil(() => stateOf(owner).queued === 2);
    await expect(read(borrower)).rejects.toMatchObject({ kind: "busy", isUnsent: true });
    await Promise.allSettled(full);
  });

  test("is lowered for all by a 429 that the borrower is told", async () => {
    simulator.faults.add({ effect: "status", status: 429, retryAfter: 1, times: 1, path: "/connectivity/v1/**" });
    const began = performance.now();
    const reading = read(borrower);
    await vi.waitUntil(() => stateOf(owner).pause > 0);
    expect(stateOf(owner).rate).toBeLessThan(600);
    await other(owner);
    expect(performance.now() - began).toBeGreaterThan(950);
    await reading;
  });

  test("is free again of what a borrower had that is gone", async () => {
    await read(borrower);
    simulator.faults.add({ effect: "latency", ms: 400, times: 1, path: "/connectivity/v1/**" });
    const lost = [read(borrower), other(borrower)];
    await vi.waitUntil(() => stateOf(owner).queued === 1);
    loan.end();
    await vi.waitUntil(() => underWay() === 0);
    expect(stateOf(owner).queued).toBe(0);
    await Promise.allSettled(lost);
    expect(underWay()).toBe(0); // What ends later ends nothing twice.
  });
});

test("who borrows writes nothing, whatever it is asked", async () => {
  for (const session of [borrower.session(), borrower.writer()]) {
    const order = session.connectivity.provision("acme", "suspend", { subscriptions: [] });
    await expect(order).rejects.toThrow("writes nothing");
    await expect(session.clients.create({ name: "x", scopes: {} } as never)).rejects.toThrow("writes nothing");
  }
  expect(simulator.log()).toEqual([]);
});

test("a write is not heard of before all who may have read what it changed were told", async () => {
  const told: unknown[] = [];
  let done = (): void => undefined;
  const writer = client({
    onChange(change) {
      told.push(change);
      return new Promise((resolve) => (done = resolve));
    },
  });
  const [iccid = ""] = simulator.iccids("acme");
  let isHeard = false;
  const order = writer
    .writer()
    .connectivity.provision("acme", "suspend", { subscriptions: [{ iccid }] })
    .catch(() => undefined)
    .then(() => (isHeard = true));
  await vi.waitUntil(() => told.length === 1);
  await wait(30);
  expect([told, isHeard]).toEqual([[{ isOfSimsOnly: true }], false]);
  done();
  await order;
  await writer.close();
});
