import "reflect-metadata";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { CALLERS } from "./chaos/workload/workload.ts";
import { NO_FAULTS } from "./chaos/faults/fault-plan.ts";
import { CallStats } from "./chaos/call-stats.ts";
import { unfinishedWork, readMetrics } from "./chaos/environment/metrics.ts";
import type { Sample } from "./chaos/environment/probe.ts"; // Only its type: it watches the process that loads it.
import { held, report } from "./chaos/report.ts";
import { openEnvironment, OWN_SOCKETS, type Environment } from "./chaos/environment/environment.ts";
import { HEAP, soakMemory } from "./soak/memory.ts";

const HELP = `As many operations as half an hour brings, as fast as a bounded number of callers has them answered. Every answer is
checked, and nothing may be left of them: no memory, no sockets, no timers, nothing in flight. Then unique queries,
operation names, callers and request keys, each in a process with ${HEAP} MiB of heap, which may neither end nor keep them.

  --minutes 30       of traffic; 0: none
  --rate 20          operations a second in it
  --seed 1           another one is other operations
  --unique 100000    of each kind; 0: none
  --kind queries     those whose name holds this; all by default
  --help
`;

/** Until code is compiled, caches are full and pools are open. */
const WARM_UP = 6_000;
/** Between two operations of a caller, in milliseconds. */
const PAUSE = 10;
const TOLERANCE = 0.1;

async function soak(operations: number, seed: number): Promise<string[]> {
  const environment = await openEnvironment(seed, { copies: 1 });
  try {
    return await Promise.race([measure(environment, operations), environment.graph.crashed]);
  } finally {
    await environment.stop();
  }
}

async function measure(environment: Environment, operations: number): Promise<string[]> {
  const { workload, graph } = environment;
  await call(environment, new CallStats(NO_FAULTS), WARM_UP);
  const before = await environment.atRest();
  const stats = new CallStats(NO_FAULTS);
  let seconds = 0;
  const changes = await workload.whileListening(stats, async () => {
    await call(environment, stats, operations);
    seconds = stats.now() / 1000;
    await environment.atRest();
  });
  await workload.verify(stats);
  const after = await environment.atRest();
  await workload.close();
  const alone = await environment.atRest();
  process.stdout.write(
    report(`${operations} operations of ${CALLERS} callers in ${Math.round(seconds)} s`, environment, stats, {
      "changes of state heard": `${changes}, each once`,
      ...held(before, after),
      "sockets without callers": String(alone.sockets),
    }),
  );
  return [...failures(before, after, alone), ...unfinishedWork(await readMetrics(graph.url)), ...graph.errors];
}

async function call({ workload }: Environment, stats: CallStats, operations: number): Promise<void> {
  await workload.run(stats, PAUSE, async (signal) => {
    while (!signal.aborted && stats.total().whole < operations) await setTimeout(50);
  });
}

function failures(before: Sample, after: Sample, alone: Sample): string[] {
  const growth = after.heap / before.heap - 1;
  return [
    ...(Math.abs(growth) > TOLERANCE ? [`the heap is ${(growth * 100).toFixed(1)} % from what it was`] : []),
    ...(after.abortControllers > before.abortControllers + SLACK ? ["reads or deadlines are left in flight"] : []),
    ...(after.promises > before.promises * (1 + TOLERANCE) ? ["promises are left unsettled"] : []),
    ...(after.timers > before.timers + SLACK ? ["timers are left"] : []),
    ...(alone.sockets > OWN_SOCKETS ? ["sockets are left"] : []),
  ];
}

/** Timers of connections that are kept alive. */
const SLACK = 20;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    rate: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    unique: { type: "string", default: "100000" },
    kind: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
} else {
  const operations = Number(values.minutes) * 60 * Number(values.rate);
  const found = [
    ...(operations > 0 ? await soak(operations, Number(values.seed)) : []),
    ...(await soakMemory(Number(values.unique), (name) => name.includes(values.kind))),
  ];
  process.stdout.write(found.length === 0 ? "Nothing is left.\n" : `Failed: ${found.join("; ")}\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
