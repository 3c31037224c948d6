import type { Sample } from "./environment/probe.ts"; // A type import: the module installs listeners in its process.
import { type CallStats } from "./call-stats.ts";
import { type Environment } from "./environment/environment.ts";

/** Formats the counts of a run as a table. */
export function report(
  title: string,
  { workload }: Environment,
  stats: CallStats,
  notes: Record<string, string>,
): string {
  const { whole, inPart, failed } = stats.total();
  const rows = [...stats.counts].sort(([a], [b]) => a.localeCompare(b));
  const orders = workload.writers.flatMap(({ orders }) => orders);
  const atKore = orders.filter(({ requestIds }) => requestIds.length > 0).length;
  return [
    title,
    ...table([
      ["", "whole", "in part", "failed"],
      ...rows.map(([name, count]) => [name, count.whole, count.inPart, count.failed]),
      ["all", whole, inPart, failed],
    ]),
    ...table([
      ["error codes", listed(stats.codes)],
      ["orders", `${orders.length}, of which ${atKore} are at KORE, each once`],
      ["reads a second", sparkline(stats.bySecond)],
      ...Object.entries(notes),
    ]),
    "",
  ].join("\n");
}

/** Resources of the process at rest, before and after. */
export function held(before: Sample, after: Sample): Record<string, string> {
  const both = (name: keyof Sample, show: (value: number) => string = String) =>
    `${show(before[name])} before, ${show(after[name])} after`;
  return {
    heap: both("heap", megabytes),
    "memory (RSS)": both("rss", megabytes),
    sockets: both("sockets"),
    timers: both("timers"),
    "abort controllers": both("abortControllers"),
    promises: both("promises"),
  };
}

export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

function table(rows: readonly (readonly (string | number)[])[]): string[] {
  const width = Math.max(...rows.map(([name = ""]) => String(name).length));
  return rows.map(([name = "", ...cells]) =>
    [
      `  ${String(name).padEnd(width)}`,
      ...cells.map((cell) => (cells.length > 1 ? String(cell).padStart(8) : String(cell))),
    ].join("  "),
  );
}

export function listed(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `${name} ${count}`).join(", ") || "none";
}

const BARS = "▁▂▃▄▅▆▇█";

function sparkline(values: readonly number[]): string {
  const all = Array.from(values, (value: number | undefined) => value ?? 0);
  const most = Math.max(1, ...all);
  return `${all.map((value) => BARS[Math.round((value / most) * (BARS.length - 1))]).join("")} (at most ${most})`;
}
