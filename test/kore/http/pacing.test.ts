import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_OBSERVER } from "../../../src/kore/events.ts";
import { PACES, pacing } from "../../../src/kore/http/pacing.ts";
import { call } from "./calls.ts";

const never = () => new AbortController().signal;
const [OPERATION = ""] = Object.keys(PACES);

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => vi.useRealTimers());

/** Seconds at which calls were sent, and the sender. */
function paced() {
  const begun = performance.now();
  const sent: number[] = [];
  const refused: unknown[] = [];
  const send = pacing(PACES, { ...NO_OBSERVER, refusedEarly: (found) => refused.push(found) })(() => {
    sent.push((performance.now() - begun) / 1000);
    return Promise.resolve("answer");
  });
  return { sent, refused, send };
}

test("eleven reads of plans' usage begin in any five seconds, and others at once", async () => {
  const { sent, send } = paced();
  const answers = Array.from({ length: 25 }, () => send(call({ operation: OPERATION }), never()));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await Promise.all(answers)).toHaveLength(25);
  expect(sent).toEqual([...Array<number>(11).fill(0), ...Array<number>(11).fill(5), ...Array<number>(3).fill(10)]);
  sent.length = 0;
  await Promise.all(Array.from({ length: 25 }, () => send(call(), never())));
  expect(new Set(sent)).toEqual(new Set([20]));
});

test("a read that could not begin in time is refused at once, with the wait, and takes no place", async () => {
  const { sent, refused, send } = paced();
  const beginBy = performance.now() + 4_000;
  const answers = Array.from({ length: 12 }, () => send(call({ operation: OPERATION, beginBy }), never()));
  await expect(answers.pop()).rejects.toMatchObject({ kind: "busy", isUnsent: true, retryAfter: 5_000 });
  expect(refused).toMatchObject([{ operation: OPERATION, reason: "budget" }]);
  const later = send(call({ operation: OPERATION }), never());
  await vi.advanceTimersByTimeAsync(5_000);
  await later;
  expect(sent.slice(11)).toEqual([5]);
});

test("a caller that leaves stops waiting", async () => {
  const { sent, send } = paced();
  for (let index = 0; index < 11; index++) void send(call({ operation: OPERATION }), never());
  const leaving = new AbortController();
  const waiting = send(call({ operation: OPERATION }), leaving.signal);
  leaving.abort(new Error("left"));
  await expect(waiting).rejects.toThrow("left");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sent).toHaveLength(11);
});
