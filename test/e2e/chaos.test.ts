import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { CALLERS } from "./chaos/workload/workload.ts";
import { planFaults, NO_FAULTS, SHORTEST_SECONDS } from "./chaos/faults/fault-plan.ts";
import { RATE } from "./chaos/environment/graph-process.ts";
import { CallStats } from "./chaos/call-stats.ts";
import { unfinishedWork, readMetrics } from "./chaos/environment/metrics.ts";
import { held, listed, megabytes, report } from "./chaos/report.ts";
import { openEnvironment, OWN_SOCKETS, type Environment } from "./chaos/environment/environment.ts";
import { FaultSchedule } from "./chaos/faults/fault-schedule.ts";

/** Determines faults and orders. To repeat a run, set the seed that it printed. */
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 2 ** 31);
const SECONDS = Math.max(SHORTEST_SECONDS, Number(process.env.CHAOS_SECONDS ?? 60));

/** Between two operations of a caller: answers are tested, not throughput. Milliseconds. */
const PAUSE = 150;

test(
  `${CALLERS} callers through ${SECONDS} seconds of faults: no wrong answer, no double write, no crash, no leak`,
  async () => {
    process.stdout.write(`CHAOS_SEED=${SEED}\n`);
    const environment = await openEnvironment(SEED, { copies: 2 });
    try {
      await Promise.race([chaos(environment), environment.graph.crashed]);
    } finally {
      expect(await environment.stop()).toBe(0);
    }
  },
  1000 * SECONDS + 240_000,
);

async function chaos(environment: Environment): Promise<void> {
  const { kore, graph, workload } = environment;
  await workload.run(new CallStats(NO_FAULTS), PAUSE, () => setTimeout(3_000));
  const before = await environment.atRest();
  kore.clearLog();

  const coming = planFaults(SEED, SECONDS);
  const stats = new CallStats(coming);
  const schedule = new FaultSchedule(kore, coming);
  let seen: Awaited<ReturnType<Environment["observe"]>> | undefined;
  const changes = await workload.whileListening(stats, async () => {
    seen = await workload.run(stats, PAUSE, (over) => environment.observe(schedule.run(() => stats.now(), over)));
    await environment.atRest();
  });
  const { mostMemory, hasBreakerOpened, lowestRate } = seen ?? expect.fail("nothing was observed");
  await workload.verify(stats);
  const after = await environment.atRest();
  await workload.close();
  const alone = await environment.atRest();
  const metrics = await readMetrics(graph.url);
  const rate = metrics.get("upstream_budget_rate") ?? 0;
  const outages = coming.outages.map((outage) => ({ ...outage, ...stats.recovery(outage) }));

  process.stdout.write(
    report(`${CALLERS} callers, ${SECONDS} s of faults, CHAOS_SEED=${SEED}`, environment, stats, {
      "requests to KORE with a fault": listed(schedule.injected),
      "changes of state received": `${changes}, each once`,
      ...held(before, after),
      "sockets without callers": String(alone.sockets),
      "most memory": megabytes(mostMemory),
      "requests a second to KORE": `at most ${RATE}, after 429 ${Math.round(lowestRate)}, at the end ${Math.round(rate)}`,
      ...Object.fromEntries(
        outages.map(({ name, usual, worst, seconds }) => [
          `outage: ${name}`,
          `reads a second were ${usual}, at worst ${worst}; back within ${seconds} s`,
        ]),
      ),
    }),
  );
  const struck = [...schedule.injected.values()].reduce((sum, hits) => sum + hits, 0);
  expect(struck).toBeGreaterThan(100);
  expect(graph.errors).toEqual([]);
  expect(hasBreakerOpened).toBe(true);
  for (const { seconds } of outages) expect(seconds).toBeLessThanOrEqual(5);
  if (lowestRate < RATE) expect(rate).toBeGreaterThan(lowestRate);
  // Caches are bounded, and faults fill them. The soak test is stricter.
  expect(after.heap).toBeLessThan(before.heap * 1.25 + 32 * 1024 * 1024);
  expect(after.promises).toBeLessThan(before.promises * 1.25);
  expect(mostMemory).toBeLessThan(before.rss + 512 * 2 ** 20);
  expect(alone.sockets).toBeLessThanOrEqual(OWN_SOCKETS);
  expect(unfinishedWork(metrics)).toEqual([]);
}
