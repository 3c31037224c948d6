import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describePostgres } from "../../../support/fleet/postgres.ts";
import { type Engine } from "./engines/engine.ts";
import { lmdb } from "./engines/lmdb.ts";
import { memory } from "./engines/memory.ts";
import { postgresAt } from "./engines/postgres.ts";
import { SLOW, historyOf } from "./history.ts";
import { LoopClock } from "./loop-clock.ts";
import { Stage } from "./environment.ts";
import { live } from "./workload.ts";

/** A slow KORE finishes within the visibility window after a timeout. */
const DEADLINE = SLOW - 40;
const TIMING = { visibilityWindow: 40, visibilityWindowAfterTimeout: 2 * SLOW, deadline: DEADLINE, sendWithin: 200 };

/** Histories per engine, unless set by FC_RUNS; some 1,000 in all. */
const RUNS = { lmdb: 320, memory: 480, PostgreSQL: 240 };
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
/** Concurrent histories, which mostly wait. */
const AT_ONCE = { lmdb: 16, memory: 24, PostgreSQL: 12 };

let stage: Stage;
let clock: LoopClock;
beforeAll(async () => {
  clock = new LoopClock();
  stage = await Stage.open(DEADLINE);
});
afterAll(async () => {
  await stage.close();
  clock.stop();
});

async function liveThrough(name: keyof typeof RUNS, engine: Engine): Promise<void> {
  const runs = Number(process.env.FC_RUNS ?? RUNS[name]);
  const startedAt = performance.now();
  let count = 0;
  const lane = (n: number) =>
    fc.assert(
      fc.asyncProperty(historyOf(engine.replicas, Math.max(engine.ttl, 240)), async (history) => {
        count += 1;
        await live(history, { engine, account: stage.account(), clock, timing: TIMING });
      }),
      // Shrinking must end before the timeout, to report its result.
      {
        seed: SEED + n,
        numRuns: Math.ceil(runs / AT_ONCE[name]),
        interruptAfterTimeLimit: 150_000,
        markInterruptAsFailure: true,
      },
    );
  try {
    await Promise.all(Array.from({ length: AT_ONCE[name] }, (_, n) => lane(n)));
  } finally {
    const took = Math.round(performance.now() - startedAt);
    process.stdout.write(
      `${name}: FC_SEED=${SEED}, ${count} histories in ${took} ms, longest stall ${Math.round(clock.longestStall)} ms\n`,
    );
  }
  expect(count).toBeGreaterThanOrEqual(runs);
}

test("one process on LMDB: whatever fails and crashes, KORE gets no command twice, and every outcome is true", async () => {
  await liveThrough("lmdb", lmdb);
}, 300_000);

test("up to three replicas in memory: the same", async () => {
  await liveThrough("memory", memory(clock));
}, 300_000);

describePostgres("Replicas", (postgres) => {
  test("up to three replicas on PostgreSQL: the same", async () => {
    const [engine, close] = await postgresAt(await postgres().database());
    try {
      await liveThrough("PostgreSQL", engine);
    } finally {
      await close();
    }
  }, 300_000);
});
