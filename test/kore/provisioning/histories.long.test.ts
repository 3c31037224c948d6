import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type History, SLOW, history } from "./history.ts";
import { Stage } from "./stage.ts";
import { live } from "./telling.ts";

/** A KORE that is slow has done its work before the time after a time-out is over. */
const DEADLINE = SLOW - 40;
const TIMING = { settle: 40, settleAfterTimeout: 2 * SLOW, deadline: DEADLINE, sendWithin: 200 };

const RUNS = Number(process.env.FC_RUNS ?? 512);
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
/** Histories that go on side by side: most of their time is waiting. */
const AT_ONCE = 16;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open(DEADLINE);
});
afterAll(() => stage.close());

const told = (past: History) => live(past, stage.account(), TIMING);

test(`whatever fails and crashes, KORE never holds an intent twice, and nobody is told otherwise (${RUNS} histories)`, async () => {
  process.stdout.write(`FC_SEED=${SEED}\n`);
  let count = 0;
  const lane = (n: number) =>
    fc.assert(
      fc.asyncProperty(history, async (past) => {
        count += 1;
        await told(past);
      }),
      // Shrinking ends in time to tell what it has found.
      {
        seed: SEED + n,
        numRuns: Math.ceil(RUNS / AT_ONCE),
        interruptAfterTimeLimit: 240_000,
        markInterruptAsFailure: true,
      },
    );
  await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => lane(n)));
  expect(count).toBeGreaterThanOrEqual(RUNS);
}, 300_000);
