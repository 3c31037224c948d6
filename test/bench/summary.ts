import * as goals from "./goals.ts";
import { mebibytes } from "./memory.ts";
import { type Promises } from "./promises.ts";
import { type ServerName } from "./servers.ts";
import { median } from "./statistics.ts";
import { table } from "./table.ts";
import { type Throughput } from "./throughput.ts";

/**
 * One row for each server: its throughput to the hand-written one's for each operation that is asked of many accounts, and the
 * most memory that it took for one of them. Undefined without such an operation.
 */
export function summary(throughput: readonly Throughput[], promises: readonly Promises[] = []): string | undefined {
  const spread = throughput.filter(({ operation }) => operation.accounts === "many");
  if (spread.length === 0) return undefined;
  const ofOneSim = promises.find(({ operation }) => operation.name === "single");
  const names = Object.keys(spread[0]?.servers ?? {}) as ServerName[];
  const peakOf = (name: ServerName) => Math.max(...spread.map(({ servers }) => servers[name]?.memory ?? 0));
  const rows = names.map((name) => {
    const peak = `${mebibytes(peakOf(name)).toFixed(0)} MiB`;
    return [
      name,
      ...spread.map(({ ratios }) => median(ratios[name] ?? []).toFixed(2)),
      ...(ofOneSim ? [(ofOneSim.servers[name] ?? NaN).toFixed(0)] : []),
      name === "graph" ? goals.atMost(peakOf(name) / peakOf("raw"), goals.PEAK_AT_MOST, peak) : peak,
    ];
  });
  const columns = [
    ...["To raw's throughput", ...spread.map(({ operation }) => operation.title)],
    ...(ofOneSim ? ["Promises for one SIM"] : []),
    `Peak memory, the graph's at most ${goals.PEAK_AT_MOST} times raw's`,
  ];
  return table(columns, rows);
}
