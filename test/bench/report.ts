import { availableParallelism, cpus } from "node:os";
import { type Measured, type Measurement } from "./measure.ts";
import { type Options } from "./options.ts";
import { median } from "./statistics.ts";

const COLUMNS = [
  "Operation",
  "Graph, requests/s",
  "p50",
  "p99",
  "KORE requests each",
  "Raw, requests/s",
  "p50",
  "p99",
  "KORE requests each",
  "Graph to raw",
];

/** As it stands in the README. */
export function markdown(measurements: readonly Measurement[], options: Options): string {
  const rows = measurements.map(({ operation, graph, raw, ratios }) => [
    operation.title,
    ...cells(graph),
    ...cells(raw),
    `**${median(ratios).toFixed(2)}** (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
  ]);
  const line = (row: readonly string[]) => `| ${row.join(" | ")} |`;
  const rule = COLUMNS.map((_, index) => (index === 0 ? "---" : "---:"));
  return [COLUMNS, rule, ...rows].map(line).join("\n") + `\n\n${conditions(options)}\n`;
}

/** Every number, by round. */
export function json(measurements: readonly Measurement[], options: Options): string {
  const { rounds, seconds, connections } = options;
  const results = measurements.map(({ operation, ...rest }) => ({ operation: operation.name, ...rest }));
  return JSON.stringify({ machine: machine(), rounds, seconds, connections, results }, null, 2) + "\n";
}

function cells({ requestsPerSecond, p50, p99, koreRequests }: Measured): string[] {
  const perSecond = Math.round(median(requestsPerSecond)).toLocaleString("en");
  return [perSecond, `${p50.toFixed(1)} ms`, `${p99.toFixed(1)} ms`, String(Number(koreRequests.toFixed(2)))];
}

function conditions({ rounds, seconds, connections }: Options): string {
  const { cpu, cores, node } = machine();
  return `${cpu}, ${cores} cores, Node ${node}; one process each for callers, graph, raw server and KORE's stub, which answers at once. ${connections} connections; median of ${rounds} rounds of ${seconds} s, in turns; in brackets the least and the most of a round.`;
}

function machine() {
  return { cpu: cpus()[0]?.model.trim() ?? "unknown CPU", cores: availableParallelism(), node: process.versions.node };
}
