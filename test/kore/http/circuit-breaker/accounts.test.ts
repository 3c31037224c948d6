import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type KoreError } from "../../../../src/kore/errors.ts";
import { NO_OBSERVER } from "../../../../src/kore/events.ts";
import { type CircuitBreaker, circuitBreaker } from "../../../../src/kore/http/circuit-breaker/circuit-breaker.ts";
import { compose } from "../../../../src/kore/http/interceptor.ts";
import { HOST, call, failure } from "../calls.ts";

const NEVER = new AbortController().signal;
const DOWN = failure("unavailable", { status: 503 });

/** Accounts whose calls fail; undefined: calls without one. */
let failing: (account: string | undefined) => boolean;
let error: KoreError;
let sent: (string | undefined)[];
let observed: string[];
let breaker: CircuitBreaker;

beforeEach(() => {
  vi.useFakeTimers();
  [sent, observed, error] = [[], [], DOWN];
  failing = () => false;
  breaker = circuitBreaker({
    ...NO_OBSERVER,
    breakerChanged: (host, state, scope) => observed.push(`${scope} ${host} ${state}`),
  });
});
afterEach(() => vi.useRealTimers());

/** How calls of an account end: "answer", or the kind of the error. */
async function calls(account: string | undefined, times = 1, host = HOST): Promise<unknown[]> {
  const way = compose([breaker.guard, breaker.record], ({ accountId }) => {
    sent.push(accountId ?? undefined);
    return failing(accountId ?? undefined) ? Promise.reject(error) : Promise.resolve("answer");
  });
  const ends: unknown[] = [];
  for (let time = 0; time < times; time += 1) {
    const made = way(call({ host, ...(account !== undefined && { accountId: account }) }), NEVER);
    ends.push(await made.catch((thrown: unknown) => (thrown as KoreError).kind));
  }
  return ends;
}

const only =
  (...accounts: (string | undefined)[]) =>
  (account: string | undefined) =>
    accounts.includes(account);
const hostLines = () => observed.filter((line) => line.startsWith("host"));

describe("12.5.7 an account whose calls always fail", () => {
  test.each([
    ["503", DOWN],
    ["cut connections", failure("connection")],
    ["time-outs", failure("timeout")],
  ])("with %s has an open circuit after ten calls, and no other account is refused", async (_, kind) => {
    [failing, error] = [only("a"), kind];
    const ends = await calls("a", 500);
    expect(ends.filter((end) => end === "breaker-open")).toHaveLength(490);
    expect(await calls("b", 100)).toEqual(Array(100).fill("answer"));
    expect(await calls(undefined, 100)).toEqual(Array(100).fill("answer"));
    // The host's state is that of its only account until another one is answered.
    expect(observed).toEqual([`account ${HOST} open`, `host ${HOST} open`, `host ${HOST} closed`]);
    expect(breaker.openAccounts()).toBe(1);
  });

  test.each([1, 2, 3, 10, 50])(
    "does not open the host's circuit when another account makes one call for each %i of its calls",
    async (many) => {
      failing = only("a");
      await calls("b");
      for (let round = 0; round < 60; round += 1) {
        await calls("a", many);
        await vi.advanceTimersByTimeAsync(700); // Probes keep failing.
        expect(await calls("b")).toEqual(["answer"]);
      }
      expect(hostLines()).toEqual([]);
    },
  );

  test("nor together with single failures of others", async () => {
    await calls("b");
    let count = 0;
    failing = (account) => account === "a" || (++count % 5 === 0 && account !== undefined);
    for (let round = 0; round < 200; round += 1) {
      await calls("a", 5);
      await calls(["b", "c", "d"][round % 3]);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(hostLines()).toEqual([]);
  });

  test("nor before calls of any other account", async () => {
    failing = only("a");
    for (let round = 0; round < 20; round += 1) {
      await calls("a", 20);
      await vi.advanceTimersByTimeAsync(2001);
    }
    expect(await calls("b")).toEqual(["answer"]);
    expect(observed.at(-1)).toBe(`host ${HOST} closed`);
  });

  test("is probed after the pause, and its circuit closes when a probe succeeds", async () => {
    failing = only("a");
    await calls("a", 20);
    await vi.advanceTimersByTimeAsync(1001);
    expect(await calls("a", 2)).toEqual(["unavailable", "breaker-open"]);
    failing = () => false;
    await vi.advanceTimersByTimeAsync(2001);
    expect(await calls("a", 3)).toEqual(["answer", "answer", "answer"]);
    expect(observed.slice(-2)).toEqual([`account ${HOST} closed`, `host ${HOST} closed`]);
    expect(breaker.openAccounts()).toBe(0);
  });

  test("has a closed circuit at another host", async () => {
    failing = only("a");
    await calls("a", 20);
    failing = () => false;
    expect(await calls("a", 1, "other.example")).toEqual(["answer"]);
  });
});

describe("12.5.8 an outage", () => {
  test.each([
    ["two accounts", ["a", "b"]],
    ["three accounts", ["a", "b", "c"]],
    ["many accounts", Array.from({ length: 40 }, (_, n) => `account-${n}`)],
    ["calls without an account", [undefined]],
    ["an account and calls without one", ["a", undefined, undefined]],
  ])("of %s refuses all calls after ten failures", async (_, accounts) => {
    failing = () => true;
    for (let n = 0; n < 30; n += 1) await calls(accounts[n % accounts.length]);
    expect(sent).toHaveLength(10);
    expect(hostLines()).toEqual([`host ${HOST} open`]);
    expect(await calls("never asked before")).toEqual(["breaker-open"]);
    expect(await calls(undefined)).toEqual(["breaker-open"]);
  });

  test("after successful calls is detected by as many failures as without accounts", async () => {
    const accounts = ["a", "b", "c", "d", "e"];
    for (let n = 0; n < 100; n += 1) await calls(accounts[n % 5]);
    failing = () => true;
    sent = [];
    for (let n = 0; n < 100; n += 1) await calls(accounts[n % 5]);
    expect(sent).toHaveLength(15); // The first number of failures that is more than 7 of 10 of the last 20 calls.
  });

  test("of the only used account refuses its calls after ten failures", async () => {
    failing = () => true;
    await calls("a", 30);
    expect(sent).toHaveLength(10);
  });

  test("ends for all accounts with the first successful probe", async () => {
    failing = () => true;
    for (let n = 0; n < 100; n += 1) await calls(n % 2 === 0 ? "a" : "b", 10);
    failing = () => false;
    await vi.advanceTimersByTimeAsync(2001);
    expect(await calls("a")).toEqual(["answer"]);
    expect([await calls("b", 3), await calls("c", 3), await calls(undefined, 3)].flat()).toEqual(
      Array(9).fill("answer"),
    );
    expect(breaker.openAccounts()).toBe(0);
  });

  test("ends within five seconds for others while one account keeps failing at full rate", async () => {
    failing = () => true;
    for (let n = 0; n < 60; n += 1) await calls(n % 2 === 0 ? "a" : "b");
    failing = only("a");
    let answered = 0;
    for (let waited = 0; waited < 5000 && answered === 0; waited += 50) {
      await vi.advanceTimersByTimeAsync(50);
      await calls("a", 5);
      if (waited % 500 === 0) answered += (await calls("b")).filter((end) => end === "answer").length;
    }
    expect(answered).toBe(1);
    expect(await calls("b", 10)).toEqual(Array(10).fill("answer"));
  });

  test("costs KORE few probes, however many accounts call", async () => {
    failing = () => true;
    for (let n = 0; n < 100; n += 1) await calls(`account-${n}`);
    sent = [];
    for (let second = 0; second < 60; second += 1) {
      for (let n = 0; n < 50; n += 1) await calls(`account-${n}`);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(sent.length).toBeLessThanOrEqual(60);
    expect(sent.length).toBeGreaterThan(20);
  });
});

test("12.5.9 the number of accounts whose calls are counted is bounded", async () => {
  failing = () => true;
  await calls("first", 20);
  failing = () => false;
  for (let n = 0; n < 1000; n += 1) await calls(`account-${n}`);
  expect(breaker.openAccounts()).toBe(0);
  expect(await calls("first")).toEqual(["answer"]);
});

test("the age of accounts is known to the second: ten calls within one set one timer", async () => {
  const timers = vi.spyOn(globalThis, "setTimeout");
  await calls("a");
  for (let time = 0; time < 10; time += 1) {
    await vi.advanceTimersByTimeAsync(20);
    await calls("a");
  }
  expect(timers).toHaveBeenCalledOnce();
});
