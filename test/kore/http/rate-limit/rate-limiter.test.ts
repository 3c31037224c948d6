import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_OBSERVER } from "../../../../src/kore/events.ts";
import {
  RateLimiter,
  type RateLimitOptions,
  type Priority,
  withPermit,
} from "../../../../src/kore/http/rate-limit/rate-limiter.ts";
import { HOST, call, failure, watched } from "../calls.ts";

const PATIENCE = 30_000;
const NEVER = new AbortController().signal;

/** Calls that KORE has received and not answered. */
let open: { name: string; answer: () => void; refuse: (error: Error) => void }[];
/** All calls that KORE has received. */
let sent: string[];
let observed: string[];
let budget: RateLimiter;

beforeEach(() => {
  vi.useFakeTimers();
  [open, sent, observed] = [[], [], []];
});
afterEach(() => vi.useRealTimers());

function start(options: Partial<RateLimitOptions>): void {
  budget = new RateLimiter(
    { rate: 1000, concurrency: 100, queue: 1000, ...options },
    {
      ...NO_OBSERVER,
      rateLimitChanged: ({ rate }) => observed.push(`rate ${rate}`),
      refusedEarly: ({ reason }) => observed.push(reason),
    },
  );
}

function send(
  name: string,
  rank: Priority = "read",
  { host = HOST, signal = NEVER, caller = "", beginBy = undefined as number | undefined } = {},
) {
  const way = withPermit(
    budget,
    rank,
    PATIENCE,
  )(() => {
    sent.push(name);
    return new Promise((resolve, reject) => open.push({ name, answer: () => resolve(name), refuse: reject }));
  });
  return watched(way(call({ host, caller, ...(beginBy !== undefined && { beginBy }) }), signal));
}

const answer = async (name: string) => {
  open.find((one) => one.name === name)?.answer();
  await vi.advanceTimersByTimeAsync(0);
};
const refuse = async (name: string, retryAfter?: number) => {
  const error = failure("rate-limited", { status: 429, ...(retryAfter !== undefined && { retryAfter }) });
  open.find((one) => one.name === name)?.refuse(error);
  await vi.advanceTimersByTimeAsync(0);
};

test("concurrency is limited, and the next call starts when one has ended", async () => {
  start({ concurrency: 4 });
  for (const name of ["a", "b", "c"]) send(name);
  expect(sent).toEqual(["a", "b"]); // Two permits are reserved for writes.
  expect(budget.state()).toMatchObject({ running: 2, queued: 1 });
  await answer("a");
  expect(sent).toEqual(["a", "b", "c"]);
  expect(budget.state()).toMatchObject({ running: 2, queued: 0 });
});

test("writes start while reads are slow, and precede earlier reads", async () => {
  start({ concurrency: 3 });
  send("slow read");
  send("read");
  send("write 1", "write");
  send("write 2", "write");
  send("write 3", "write");
  send("token", "token");
  expect(sent).toEqual(["slow read", "write 1", "write 2"]);
  await answer("write 1");
  await answer("slow read");
  expect(sent.slice(3)).toEqual(["token", "write 3"]);
  for (const name of ["token", "write 2", "write 3"]) await answer(name);
  expect(sent.at(-1)).toBe("read");
});

test("a slow host does not block another", () => {
  start({ concurrency: 3 });
  for (const name of ["a", "b", "c"]) send(name);
  send("elsewhere", "read", { host: "other.example" });
  expect(sent).toEqual(["a", "elsewhere"]);
});

test("the rate is limited for all hosts together, round-robin", async () => {
  start({ rate: 2 });
  for (const name of ["a1", "a2", "a3", "a4"]) send(name);
  for (const name of ["b1", "b2"]) send(name, "read", { host: "other.example" });
  expect(sent).toEqual(["a1", "a2"]);
  await vi.advanceTimersByTimeAsync(1001);
  expect(new Set(sent.slice(2))).toEqual(new Set(["a3", "b1"]));
  await vi.advanceTimersByTimeAsync(1001);
  expect(sent).toHaveLength(6);
});

test("a 429 pauses all calls as long as KORE asks, and halves the rate", async () => {
  start({ rate: 10 });
  send("a");
  await refuse("a", 5000);
  expect(observed).toEqual(["rate 5"]);
  expect(budget.state()).toMatchObject({ rate: 5, pause: 5000 });
  for (const name of ["b", "c"]) send(name);
  send("elsewhere", "write", { host: "other.example" });
  await vi.advanceTimersByTimeAsync(5000);
  expect(sent).toEqual(["a"]);
  await vi.advanceTimersByTimeAsync(201);
  expect(sent).toEqual(["a", "elsewhere"]);
  await vi.advanceTimersByTimeAsync(400);
  expect(sent).toEqual(["a", "elsewhere", "b", "c"]);
});

test("429s to concurrent calls lower the rate once", async () => {
  start({ rate: 40 });
  for (const name of ["a", "b", "c"]) send(name);
  await vi.advanceTimersByTimeAsync(10);
  for (const name of ["a", "b", "c"]) await refuse(name, 0);
  expect(budget.state().rate).toBe(20);
  await vi.advanceTimersByTimeAsync(1000);
  send("d");
  await refuse("d", 0);
  expect(budget.state().rate).toBeCloseTo(11);
});

test("a lowered rate is restored slowly, up to the configured rate", async () => {
  start({ rate: 50 });
  send("a");
  await refuse("a", 0);
  await vi.advanceTimersByTimeAsync(4000);
  send("b"); // The rate is restored on the next call.
  expect(budget.state().rate).toBeCloseTo(35);
  await vi.advanceTimersByTimeAsync(60_000);
  send("c");
  expect(observed).toEqual(["rate 25", "rate 50"]);
});

test("a rate has a lower bound", async () => {
  start({ rate: 100 });
  for (let time = 0; time < 30; time += 1) {
    send(`${time}`);
    await vi.advanceTimersByTimeAsync(1000);
    await refuse(`${time}`, 0);
  }
  expect(budget.state().rate).toBeGreaterThanOrEqual(10);
});

test("a full queue refuses at once with a retry time, and still accepts writes", async () => {
  start({ concurrency: 1, queue: 2 });
  for (const name of ["a", "b", "c"]) send(name);
  const refused = send("d");
  const write = send("write", "write");
  await vi.advanceTimersByTimeAsync(0);
  expect(refused.ended).toBe("busy");
  expect(write.ended).toBeUndefined();
  expect(observed).toEqual(["queue-full"]);
  await answer("a");
  expect(sent).toEqual(["a", "write"]);
});

test("a call whose wait would exceed its maximum is refused at once", async () => {
  start({ rate: 1 });
  send("a");
  await refuse("a", 60_000);
  const state = send("b");
  await vi.advanceTimersByTimeAsync(0);
  expect(state.ended).toBe("busy");
  expect(observed.at(-1)).toBe("budget");
});

test("a queued call is refused when its maximum wait is over", async () => {
  start({ concurrency: 1 });
  send("slow");
  const state = send("b", "read", { beginBy: performance.now() + 500 });
  await vi.advanceTimersByTimeAsync(499);
  expect(state.ended).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(state.ended).toBe("busy");
  expect(budget.state().queued).toBe(0);
});

test("an aborted call is removed from the queue", async () => {
  start({ concurrency: 1 });
  const leaving = new AbortController();
  send("slow");
  const gone = send("gone", "read", { signal: leaving.signal });
  send("next");
  leaving.abort(failure("aborted"));
  await vi.advanceTimersByTimeAsync(0);
  expect(gone.ended).toBe("aborted");
  expect(budget.state()).toMatchObject({ running: 1, queued: 1 });
  await answer("slow");
  expect(sent).toEqual(["slow", "next"]);
});

test("closing rejects all queued calls", async () => {
  start({ concurrency: 1 });
  send("slow");
  const waiting = send("b");
  budget.close();
  await vi.advanceTimersByTimeAsync(0);
  expect(waiting.ended).toBe("aborted");
  expect(vi.getTimerCount()).toBe(0);
});

test("12.5.1 callers are served round-robin, however many calls of one are queued", async () => {
  start({ concurrency: 3 }); // One for reads.
  send("first");
  for (let n = 0; n < 50; n += 1) send(`a${n}`, "read", { caller: "a" });
  for (let n = 0; n < 2; n += 1) send(`b${n}`, "read", { caller: "b" });
  for (let n = 0; n < 6; n += 1) await answer(sent.at(-1) ?? "");
  expect(sent).toEqual(["first", "a0", "b0", "a1", "b1", "a2", "a3"]);
});

test("12.5.2 a caller with a full queue is refused, and others are not", async () => {
  start({ concurrency: 3, queue: 2 });
  send("first");
  for (const name of ["a0", "a1"]) send(name, "read", { caller: "a" });
  const refused = send("a2", "read", { caller: "a" });
  send("b0", "read", { caller: "b" });
  await vi.advanceTimersByTimeAsync(0);
  expect(observed).toEqual(["queue-full"]);
  expect(refused.ended).toBe("busy");
  for (let n = 0; n < 3; n += 1) await answer(sent.at(-1) ?? "");
  expect(sent).toEqual(["first", "a0", "b0", "a1"]);
});

test("12.5.3 a caller is not refused because of the wait of other callers' calls", async () => {
  start({ rate: 1 });
  for (let n = 0; n < 60; n += 1) send(`a${n}`, "read", { caller: "a" });
  await vi.advanceTimersByTimeAsync(0);
  const refusals = observed.length;
  expect(refusals).toBeGreaterThan(0); // No call waits longer than 30 seconds.
  send("b0", "read", { caller: "b" });
  await vi.advanceTimersByTimeAsync(3000);
  expect(observed).toHaveLength(refusals);
  expect(sent).toContain("b0");
});
