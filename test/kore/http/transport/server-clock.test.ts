import { expect, test } from "vitest";
import { ServerClock } from "../../../../src/kore/http/transport/server-clock.ts";

const MINUTE = 60_000;
const NOW = Date.UTC(2025, 0, 15, 9);

let system = NOW;
let monotonic = 0;
const clock = () => {
  [system, monotonic] = [NOW, 0];
  return new ServerClock(
    () => system,
    () => monotonic,
  );
};
const pass = (milliseconds: number) => {
  system += milliseconds;
  monotonic += milliseconds;
};
const dated = (time: number) => new Date(time).toUTCString();

test.each([
  [6 * MINUTE, true],
  [-6 * MINUTE, true],
  [4 * MINUTE, false],
  [-4 * MINUTE, false],
  [24 * 60 * MINUTE, true],
])("C4.2 a Date header that is %i ms from our clock: off is %s", (off, isOff) => {
  const kore = clock();
  kore.replied(dated(NOW + off), monotonic, monotonic);
  expect(kore.isOff).toBe(isOff);
});

test("C4.2 the duration of a reply is not skew, since it may be dated at any time meanwhile", () => {
  const kore = clock();
  const sent = monotonic;
  pass(10 * MINUTE);
  kore.replied(dated(NOW + MINUTE), sent, monotonic);
  expect(kore.skew).toBe(0);
});

test.each([2 * 60 * MINUTE, -2 * 60 * MINUTE])(
  "C4.2 a step of our clock becomes visible without another reply: %i ms",
  (step) => {
    const kore = clock();
    kore.replied(dated(NOW), monotonic, monotonic);
    pass(MINUTE);
    expect(kore.isOff).toBe(false);
    system += step;
    expect(kore.isOff).toBe(true);
  },
);

test.each([undefined, "", "yesterday", ["Wed, 15 Jan 2025 09:00:00 GMT"]])(
  "C4.2 without a readable Date the skew is unknown: %j",
  (date) => {
    const kore = clock();
    kore.replied(date, monotonic, monotonic);
    expect([kore.skew, kore.isOff]).toEqual([undefined, false]);
  },
);
