import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type KoreError } from "../../../../src/kore/errors.ts";
import { NO_OBSERVER } from "../../../../src/kore/events.ts";
import { circuitBreaker } from "../../../../src/kore/http/circuit-breaker/circuit-breaker.ts";
import { compose } from "../../../../src/kore/http/interceptor.ts";
import { HOST, call, failure, watched } from "../calls.ts";

const NEVER = new AbortController().signal;
let answer: () => Promise<unknown>;
let sent: string[];
let observed: string[];
let send: (host?: string) => Promise<unknown>;

beforeEach(() => {
  vi.useFakeTimers();
  [sent, observed] = [[], []];
  answer = () => Promise.resolve("answer");
  const { guard, record } = circuitBreaker({
    ...NO_OBSERVER,
    breakerChanged: (host, state) => observed.push(`${host} ${state}`),
    refusedEarly: ({ reason }) => observed.push(reason),
  });
  const way = compose([guard, record], ({ host }) => {
    sent.push(host);
    return answer();
  });
  send = (host = HOST) => way(call({ host }), NEVER);
});
afterEach(() => vi.useRealTimers());

/** Sends calls that all fail with this error. */
async function fail(error: KoreError, times = 10, host?: string): Promise<void> {
  answer = () => Promise.reject(error);
  for (let time = 0; time < times; time += 1) await send(host).catch(() => undefined);
}

test.each([
  ["are cut off", failure("connection")],
  ["answer 5xx", failure("unavailable", { status: 500 })],
  ["do not answer in time", failure("timeout")],
])("a host whose calls repeatedly %s gets no more calls", async (_, error) => {
  await fail(error);
  expect(observed).toEqual([`${HOST} open`]);
  await expect(send()).rejects.toMatchObject({ kind: "breaker-open", isUnsent: true, retryAfter: 1000 });
  expect(sent).toHaveLength(10);
  expect(observed).toEqual([`${HOST} open`, "breaker-open"]);
});

test.each([
  ["404", failure("not-found", { status: 404 })],
  ["429", failure("rate-limited", { status: 429 })],
  ["401", failure("unauthenticated", { status: 401 })],
  ["a caller who left", failure("aborted")],
  ["half of the JSON", failure("contract", { status: 200 })],
])("%s does not count as a failure", async (_, error) => {
  await fail(error, 50);
  expect(sent).toHaveLength(50);
  expect(observed).toEqual([]);
});

test("a host that answers half of its calls keeps a closed circuit", async () => {
  for (let time = 0; time < 20; time += 1) {
    await fail(failure("unavailable"), 1);
    answer = () => Promise.resolve("answer");
    await send();
  }
  expect(observed).toEqual([]);
});

test("another host is unaffected", async () => {
  await fail(failure("connection"));
  answer = () => Promise.resolve("answer");
  await expect(send("other.example")).resolves.toBe("answer");
});

test("after a pause one call probes, and its reply closes the circuit", async () => {
  await fail(failure("connection"));
  await vi.advanceTimersByTimeAsync(1001);
  let reply: (value: string) => void = () => undefined;
  answer = () => new Promise((resolve) => (reply = resolve));
  const trial = send();
  await expect(send()).rejects.toMatchObject({ kind: "breaker-open" });
  reply("well");
  await expect(trial).resolves.toBe("well");
  answer = () => Promise.resolve("answer");
  await expect(send()).resolves.toBe("answer");
  expect(sent).toHaveLength(12);
  expect(observed).toEqual([`${HOST} open`, `${HOST} half-open`, "breaker-open", `${HOST} closed`]);
});

test("pauses grow to two seconds while probes fail, and a refusal of KORE's counts as a reply", async () => {
  await fail(failure("connection"));
  for (const pause of [1000, 2000, 2000, 2000]) {
    await expect(send()).rejects.toMatchObject({ kind: "breaker-open", retryAfter: pause });
    await vi.advanceTimersByTimeAsync(pause + 1);
    await fail(failure("unavailable"), 1);
  }
  expect(sent).toHaveLength(14);
  await vi.advanceTimersByTimeAsync(2001);
  await fail(failure("not-found", { status: 404 }), 1);
  expect(observed.at(-1)).toBe(`${HOST} closed`);
});

test("a hanging probe does not delay the next one, and its caller still gets the reply", async () => {
  await fail(failure("timeout"));
  await vi.advanceTimersByTimeAsync(1001);
  let reply: (value: string) => void = () => undefined;
  answer = () => new Promise((resolve) => (reply = resolve));
  const hanging = watched(send());
  await vi.advanceTimersByTimeAsync(2501);
  expect(observed.at(-1)).toBe(`${HOST} open`);
  await vi.advanceTimersByTimeAsync(2001);
  answer = () => Promise.resolve("well");
  await expect(send()).resolves.toBe("well");
  expect(observed.at(-1)).toBe(`${HOST} closed`);
  expect(hanging.ended).toBeUndefined();
  reply("late");
  await vi.advanceTimersByTimeAsync(0);
  expect(hanging.ended).toBe("late");
});

test("the circuit closes within five seconds of recovery, even when the last probe is never answered", async () => {
  await fail(failure("timeout"));
  const trial = async (answered: typeof answer) => {
    answer = answered;
    for (const before = sent.length; sent.length === before;) {
      await vi.advanceTimersByTimeAsync(100);
      watched(send());
    }
  };
  for (let time = 0; time < 4; time += 1) await trial(() => Promise.reject(failure("unavailable")));
  await trial(() => new Promise(() => undefined));
  answer = () => Promise.resolve("well");
  await vi.advanceTimersByTimeAsync(5000);
  await expect(send()).resolves.toBe("well");
});

test("a probe that its caller aborts does not close the circuit", async () => {
  await fail(failure("connection"));
  await vi.advanceTimersByTimeAsync(1001);
  await fail(failure("aborted"), 1);
  expect(observed.at(-1)).toBe(`${HOST} open`);
  expect(watched(send()).ended).toBeUndefined();
  await expect(send()).rejects.toMatchObject({ kind: "breaker-open" });
});

test("a call from before the outage that fails late does not affect the probe", async () => {
  let cut: (error: KoreError) => void = () => undefined;
  answer = () => new Promise((_, reject) => (cut = reject));
  const late = watched(send());
  await fail(failure("connection"));
  await vi.advanceTimersByTimeAsync(1001);
  let reply: (value: string) => void = () => undefined;
  answer = () => new Promise((resolve) => (reply = resolve));
  const trial = send();
  cut(failure("connection"));
  await vi.advanceTimersByTimeAsync(0);
  expect(late.ended).toBe("connection");
  reply("well");
  await expect(trial).resolves.toBe("well");
  expect(observed).toEqual([`${HOST} open`, `${HOST} half-open`, `${HOST} closed`]);
});
