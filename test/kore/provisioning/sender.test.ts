import { beforeEach, expect, test } from "vitest";
import { KoreError } from "../../../src/kore/errors.ts";
import { Ledger, type Work } from "../../../src/kore/provisioning/ledger/ledger.ts";
import { type Chunk, type Entry } from "../../../src/kore/provisioning/ledger/records.ts";
import { Sender } from "../../../src/kore/provisioning/sender.ts";
import { MemoryStore, SleepersClock, SmallKore, limited, lost, unsent } from "./fakes.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

let clock: SleepersClock;
let kore: SmallKore;
let store: MemoryStore;
let ledger: Ledger;
let work: Work;
let sender: Sender;
let stops: KoreError[];
beforeEach(async () => {
  clock = new SleepersClock(Date.UTC(2025, 0, 15, 9));
  kore = new SmallKore(clock);
  store = new MemoryStore();
  ledger = new Ledger(store);
  work = (await ledger.open(entry, [])) ?? expect.fail("not opened");
  stops = [];
  const timing = { visibilityWindow: 10 * SECOND, visibilityWindowAfterTimeout: MINUTE };
  sender = new Sender(ledger, kore.api, {
    ...timing,
    now: clock.now,
    monotonic: clock.monotonic,
    sleep: clock.sleep,
  });
});

const entry: Entry = {
  key: "intent/one",
  id: "one",
  accountId: "acme",
  verb: "suspend",
  fingerprint: "",
  hasRequestKey: true,
  createdAt: 0,
  settled: [],
  chunks: 1,
  options: { "mail-to": "a@acme.example" },
};
const planned = (sim: string, index = 0): Chunk => ({
  entry: "one",
  index,
  sims: [{ id: sim, iccid: null, place: 0 }],
  state: "planned",
});
const send = (sim = "a") => sender.send(work, planned(sim), (error) => stops.push(error));
const fails = (error: KoreError) => () => {
  throw error;
};
const elapsed = () => clock.now() - Date.UTC(2025, 0, 15, 9);
const timeout = () => new KoreError("timeout", "late", { operation: "POST" });

test("a chunk is recorded as being sent before its POST", async () => {
  let onDisk: unknown;
  kore.onPost = async (take) => {
    [[, onDisk]] = (await store.list("chunk/")) as [[string, unknown]];
    return take();
  };
  expect(await send()).toMatchObject({ state: "acknowledged", requestId: "request-1" });
  expect(onDisk).toMatchObject({ state: "sending", sentAt: clock.now() });
});

test.each([
  ["a cut connection", lost, 10 * SECOND],
  ["a 500", () => new KoreError("unavailable", "500", { operation: "POST", status: 500 }), 10 * SECOND],
  ["a reply that is no JSON", () => new KoreError("contract", "no", { operation: "POST", status: 200 }), 10 * SECOND],
  ["a time-out", timeout, MINUTE],
  ["a 504", () => new KoreError("timeout", "504", { operation: "POST", status: 504 }), MINUTE],
])("after %s a chunk is sent again once it is proven absent", async (_, error, settle) => {
  kore.onPost = (take, post) => {
    if (post === 1) throw error();
    return take();
  };
  expect(await send()).toMatchObject({ state: "acknowledged" });
  expect(elapsed()).toBeGreaterThanOrEqual(settle);
  expect(elapsed()).toBeLessThan(settle + SECOND);
  expect(kore.posts()).toBe(2);
});

test("a request that becomes visible at the last moment is found, not sent again", async () => {
  kore.onPost = fails(timeout());
  kore.onGet = (reply) => {
    if (elapsed() > MINUTE - 3 * SECOND && kore.held.length === 0) kore.hold({ sims: ["a"] });
    return reply;
  };
  expect(await send()).toMatchObject({ state: "acknowledged", requestId: "request-1" });
  expect(kore.posts()).toBe(1);
});

test("a visibility window of zero causes no busy loop of reads", async () => {
  sender = new Sender(ledger, kore.api, {
    visibilityWindow: 0,
    visibilityWindowAfterTimeout: MINUTE,
    now: clock.now,
    monotonic: clock.monotonic,
    sleep: clock.sleep,
  });
  kore.onPost = (take, post) => {
    if (post === 1) throw timeout();
    return take();
  };
  await send();
  expect(kore.asked.length).toBeLessThan(60);
});

test("an acknowledgement without an id is reconciled", async () => {
  kore.onPost = (take) => {
    take();
    return { status: "submitted" };
  };
  expect(await send()).toMatchObject({ state: "acknowledged", requestId: "request-1" });
});

test("a chunk that was lost and proven absent twice is not sent a third time", async () => {
  kore.onPost = fails(lost());
  expect(await send()).toMatchObject({ state: "abandoned" });
  expect([kore.posts(), stops.length]).toEqual([2, 1]);
});

test("an unreachable KORE gets three attempts", async () => {
  kore.onPost = fails(unsent());
  expect(await send()).toMatchObject({ state: "abandoned", message: "KORE could not be reached" });
  expect(kore.asked).toEqual(["POST suspend", "POST suspend", "POST suspend"]);
});

test("a refusal of KORE's is final", async () => {
  kore.onPost = fails(new KoreError("bad-request", "no", { operation: "POST", status: 400, koreMessage: "not today" }));
  expect(await send()).toMatchObject({ state: "refused", message: "not today" });
  expect(kore.posts()).toBe(1);
});

test("KORE's message is stored in short form, without addresses and long numbers", async () => {
  const koreMessage = `SIM 89445000000000000001 of 2025: see https://kore.example/a?b=c now. ${"x ".repeat(200)}`;
  kore.onPost = fails(new KoreError("bad-request", "no", { operation: "POST", status: 400, koreMessage }));
  const { message } = await send();
  expect(message).toMatch(/^SIM \[number\] of 2025: see \[address\] now\. [x ]+…$/);
  expect(message).toHaveLength(300);
  expect(store.text()).not.toMatch(/8944|kore\.example/);
});

test("after a 429 no chunk is sent before the time that KORE states", async () => {
  const sent: number[] = [];
  kore.onPost = (take, post) => {
    sent.push(elapsed());
    if (post === 1) throw limited(30 * SECOND);
    return take();
  };
  const first = send();
  while (kore.posts() === 0) await clock.sleep(0);
  await Promise.all([first, send("b")]);
  expect(sent).toHaveLength(3);
  expect(sent.slice(1).every((time) => time >= 30 * SECOND)).toBe(true);
});

test("endless 429s without a wait cause few requests, and end after minutes", async () => {
  kore.onPost = fails(limited(0));
  expect(await send()).toMatchObject({ state: "abandoned", message: "KORE kept asking for fewer requests" });
  expect(elapsed()).toBeLessThan(7 * MINUTE);
  expect(kore.posts()).toBeLessThan(25);
});

test.each([
  ["an hour's pause", 60 * MINUTE],
  ["a pause of decades, a date in the wrong unit,", 1_796_000_000 * SECOND],
])("a 429 that asks for %s stops at once, for the next command as well, for a limited time", async (_, pause) => {
  kore.onPost = fails(limited(pause));
  expect(await send()).toMatchObject({ state: "abandoned" });
  expect(await send("b")).toMatchObject({ state: "abandoned" });
  expect([kore.posts(), elapsed()]).toEqual([1, 0]);
  expect(stops.map(({ kind }) => kind)).toEqual(["rate-limited", "rate-limited"]);
  expect(stops.map(({ retryAfter }) => retryAfter)).toEqual([15 * MINUTE, 15 * MINUTE]);
  clock.time += 15 * MINUTE;
  kore.onPost = (take) => take();
  expect(await send("b")).toMatchObject({ state: "acknowledged" });
});

test("a refusal of the rate limiter is waited for as KORE's 429 is", async () => {
  const busy = new KoreError("busy", "queue", { operation: "POST", isUnsent: true, retryAfter: 2 * MINUTE });
  kore.onPost = (take, post) => {
    if (post === 1) throw busy;
    return take();
  };
  expect(await send()).toMatchObject({ state: "acknowledged" });
  expect([kore.posts(), elapsed()]).toEqual([2, 2 * MINUTE]);
});

test("an open circuit is retried after its pause, three times at most", async () => {
  kore.onPost = fails(
    new KoreError("breaker-open", "open", { operation: "POST", isUnsent: true, retryAfter: 4 * SECOND }),
  );
  expect(await send()).toMatchObject({ state: "abandoned", message: "KORE kept failing" });
  expect([kore.posts(), elapsed()]).toEqual([3, 8 * SECOND]);
});

test("a closed command, whose options are deleted, is not sent", async () => {
  const closed = { ...entry };
  delete closed.options;
  await expect(sender.send({ ...work, entry: closed }, planned("a"), () => undefined)).rejects.toThrow(
    "A closed command cannot be sent",
  );
  expect(kore.posts()).toBe(0);
});
