import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type KoreError } from "../../../src/kore/errors.ts";
import { NO_OBSERVER } from "../../../src/kore/events.ts";
import { type Repeatable, retry } from "../../../src/kore/http/retry.ts";
import { call, failure, watched } from "./calls.ts";

const WITHIN = 10_000;
const NEVER = new AbortController().signal;
let attempts: number[];

beforeEach(() => {
  attempts = [];
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterEach(() => vi.restoreAllMocks());

/** A KORE that fails each attempt with the next error, and then answers. */
function send(failures: readonly KoreError[], repeatable: Repeatable = "always", within = WITHIN, signal = NEVER) {
  const retried: unknown[] = [];
  const policy = retry({
    repeatable,
    within,
    observer: { ...NO_OBSERVER, retried: (observed) => retried.push(observed) },
  });
  const next = ({ attempt }: { attempt: number }) => {
    attempts.push(attempt);
    const error = failures[attempts.length - 1];
    return error ? Promise.reject(error) : Promise.resolve("answer");
  };
  return { retried, answer: policy(next)(call(), signal) };
}

test.each([
  ["a connection that was cut", failure("connection")],
  ["a 5xx", failure("unavailable", { status: 503 })],
  ["a 429", failure("rate-limited", { status: 429 })],
  ["a gateway's time-out", failure("timeout", { status: 504 })],
])("a read is retried after %s", async (_, error) => {
  await expect(send([error]).answer).resolves.toBe("answer");
  expect(attempts).toEqual([1, 2]);
});

test.each([
  ["our own deadline", failure("timeout")],
  ["a 404", failure("not-found", { status: 404 })],
  ["a 401", failure("unauthenticated", { status: 401 })],
  ["a reply that breaks the contract", failure("contract", { status: 200 })],
  ["a full queue of ours", failure("busy", { isUnsent: true })],
  ["an open breaker of ours", failure("breaker-open", { isUnsent: true })],
])("a read is not retried after %s", async (_, error) => {
  await expect(send([error]).answer).rejects.toBe(error);
  expect(attempts).toEqual([1]);
});

test.each([
  ["a connection that was never made", failure("connection", { isUnsent: true }), 2],
  ["a 429", failure("rate-limited", { status: 429 }), 1],
  ["a connection that was cut", failure("connection"), 1],
  ["a 5xx", failure("unavailable", { status: 500 }), 1],
  ["a gateway's time-out", failure("timeout", { status: 504 }), 1],
])("a write after %s", async (_, error, sent) => {
  await send([error], "if-unsent").answer.catch(() => undefined);
  expect(attempts).toHaveLength(sent);
});

test("after three attempts the last failure is thrown", async () => {
  const last = failure("unavailable", { status: 502 });
  const { answer, retried } = send([failure("connection"), failure("connection"), last]);
  await expect(answer).rejects.toBe(last);
  expect(attempts).toEqual([1, 2, 3]);
  expect(retried).toMatchObject([
    { attempt: 2, error: "connection", wait: 100 },
    { attempt: 3, error: "connection", wait: 200 },
  ]);
});

test("KORE's answer to an earlier attempt takes precedence over an unsent retry", async () => {
  const said = failure("rate-limited", { status: 429, retryAfter: 7000 });
  await expect(send([said, failure("busy", { isUnsent: true })]).answer).rejects.toBe(said);
});

test("no attempt starts after the limit of all attempts", async () => {
  const said = failure("unavailable", { status: 503 });
  await expect(send([said], "always", 50).answer).rejects.toBe(said);
  expect(attempts).toEqual([1]);
});

test("an abort ends the pause", async () => {
  const leaving = new AbortController();
  const { answer } = send([failure("connection")], "always", WITHIN, leaving.signal);
  const state = watched(answer);
  await vi.waitUntil(() => attempts.length === 1);
  leaving.abort(failure("aborted"));
  await vi.waitUntil(() => state.ended === "aborted");
  expect(attempts).toEqual([1]);
});
