import { availableParallelism, cpus, loadavg } from "node:os";
import { NODE_FLAGS } from "./child.ts";
import { AREAS, type Area } from "./areas.ts";
import { type Cores } from "./cores.ts";
import * as goals from "./goals.ts";
import { type References, type Walk } from "./growth.ts";
import { type Latency } from "./latency.ts";
import { mebibytes } from "./memory.ts";
import { type Operation } from "./operations.ts";
import { type Options } from "./options.ts";
import { type Orders, priceOfPostgres } from "./orders.ts";
import { type Profiled, type ProfiledServer } from "./profile.ts";
import { type Promises } from "./promises.ts";
import { type ServerName } from "./servers.ts";
import { type FirstAnswers } from "./first-answers.ts";
import { type Start } from "./start.ts";
import { median } from "./statistics.ts";
import { summary } from "./summary.ts";
import { table } from "./table.ts";
import { type Throughput } from "./throughput.ts";

/** The findings of a run, of the chosen sections. */
export interface Findings {
  throughput?: readonly Throughput[];
  promises?: readonly Promises[];
  latency?: readonly Latency[];
  walks?: readonly Walk[];
  cores?: readonly Cores[];
  orders?: readonly Orders[];
  references?: References;
  starts?: readonly Start[];
  firstAnswers?: readonly FirstAnswers[];
  profiles?: readonly Profiled[];
}

/** As it stands in the README. */
export function markdown(findings: Findings, options: Options): string {
  const { throughput, promises, latency, walks, references, cores, orders, starts, firstAnswers, profiles } = findings;
  const parts = [
    conditions(options),
    throughput && summary(throughput, promises),
    throughput && table(THROUGHPUT_COLUMNS, throughput.map(throughputRow)),
    promises && table(PROMISES_COLUMNS, promises.map(promisesRow)),
    latency && table(LATENCY_COLUMNS, latency.map(latencyRow)),
    walks && table(WALK_COLUMNS, walkRows(walks)),
    references && referencesLine(references),
    cores && table(CORES_COLUMNS, cores.map(coresRow)),
    orders && table(ORDERS_COLUMNS, orders.map(ordersRow)),
    starts && startTable(starts),
    firstAnswers && table(FIRST_ANSWERS_COLUMNS, firstAnswers.map(firstAnswersRow)),
    profiles && profiles.map(profileTable).join("\n\n"),
  ];
  return parts.filter((part) => part !== undefined).join("\n\n") + "\n";
}

/** Every number, by round. */
export function json(findings: Findings, { operations, ...extent }: Options): string {
  const names = operations.map(({ name }) => name);
  return JSON.stringify({ ...circumstances(), options: { ...extent, operations: names }, ...findings }, null, 2) + "\n";
}

const THROUGHPUT_COLUMNS = [
  "Throughput",
  "KORE requests each",
  "Raw, per second",
  "Graph to raw",
  "Goal",
  "By CPU",
  "Others to raw (by CPU)",
  `p99 to raw's, at most ${goals.P99_AT_MOST}`,
  `Memory to raw's, at most ${goals.MEMORY_AT_MOST}`,
];

function throughputRow({ operation, servers, ratios, cpu }: Throughput): string[] {
  const { graph, raw } = servers;
  const ratio = median(ratios.graph);
  const others = (Object.keys(servers) as ServerName[]).filter((name) => name !== "graph" && name !== "raw");
  const byCpu = (name: ServerName) => (cpu.raw / (cpu[name] ?? NaN)).toFixed(2);
  return [
    operation.title,
    String(Number(graph.koreRequests.toFixed(2))),
    whole(median(raw.requestsPerSecond)),
    `**${ratio.toFixed(2)}** (${Math.min(...ratios.graph).toFixed(2)}–${Math.max(...ratios.graph).toFixed(2)})`,
    throughputGoal(operation, ratios),
    byCpu("graph"),
    others.map((name) => `${name} ${median(ratios[name] ?? []).toFixed(2)} (${byCpu(name)})`).join(", "),
    goals.atMost(graph.p99 / raw.p99, goals.P99_AT_MOST),
    goals.atMost(graph.memory / raw.memory, goals.MEMORY_AT_MOST),
  ];
}

function throughputGoal({ name }: Operation, ratios: Throughput["ratios"]): string {
  const ratio = median(ratios.graph);
  const goal = goals.throughputGoal(name);
  const rival = goals.AHEAD_OF_RIVAL.has(name) ? ratios[goals.RIVAL] : undefined;
  const ahead = rival ? `, ahead of ${goals.RIVAL} ${goals.atLeast(ratio, median(rival))}` : "";
  return `${goal} ${goals.atLeast(ratio, goal)}${ahead}`;
}

const PROMISES_COLUMNS = ["Promises of an answer", "Graph", "Raw", "Others"];

function promisesRow({ operation, servers: { graph, raw, ...others } }: Promises): string[] {
  const shown = Object.entries(others).map(([name, count]) => `${name} ${count.toFixed(0)}`);
  const isOneSim = operation.name.startsWith("single");
  const count = isOneSim ? goals.atMost(graph, goals.PROMISES_AT_MOST, graph.toFixed(0)) : graph.toFixed(0);
  return [operation.title, count, raw.toFixed(0), shown.join(", ")];
}

const LATENCY_COLUMNS = [
  "Latency",
  "KORE takes",
  "Callers",
  "Least possible",
  "Graph, p50 (p99)",
  "Raw",
  "Peer",
  `Graph beyond the least, at most ${goals.OVER_KORE_AT_MOST} ms`,
  "Raw beyond it",
];

type Shown = "graph" | "raw" | "peer";

function latencyRow({ operation, delay, callers, servers }: Latency): string[] {
  const least = delay * operation.levels;
  const shown = (name: Shown) => `${servers[name].p50.toFixed(0)} (${servers[name].p99.toFixed(0)}) ms`;
  const over = (name: Shown) => servers[name].p50 - least;
  return [
    operation.title,
    `${delay} ms`,
    String(callers),
    `${least} ms`,
    shown("graph"),
    shown("raw"),
    shown("peer"),
    goals.atMost(over("graph"), goals.OVER_KORE_AT_MOST, `${over("graph").toFixed(1)} ms`),
    `${over("raw").toFixed(1)} ms`,
  ];
}

const WALK_COLUMNS = ["A walk over", "Pages of", "KORE requests", "Time", "Each SIM", "Graph's memory at most"];

function walkRows(walks: readonly Walk[]): string[][] {
  const [first] = walks;
  const each = ({ milliseconds, sims }: Walk) => (milliseconds / sims) * 1000;
  return walks.map((walk) => [
    `${whole(walk.sims)} SIMs`,
    whole(walk.pageSize),
    whole(walk.koreRequests),
    `${whole(walk.milliseconds)} ms`,
    goals.atMost(each(walk), goals.GROWTH_AT_MOST * each(first ?? walk), `${each(walk).toFixed(1)} µs`),
    goals.atMost(
      walk.memory,
      goals.GROWTH_AT_MOST * (first ?? walk).memory,
      `${mebibytes(walk.memory).toFixed(0)} MiB`,
    ),
  ]);
}

function referencesLine({ references, koreRequests, milliseconds }: References): string {
  return `\`_entities\` of ${whole(references)} references: ${koreRequests} KORE requests, ${milliseconds.toFixed(0)} ms.`;
}

const CORES_COLUMNS = [
  "Cores",
  "`PROCESSES`",
  "Per second",
  "To one process",
  "p50",
  "Cores busy: replicas",
  "Stub of KORE",
  "Callers",
];

function coresRow({ operation, processes, requestsPerSecond, ratios, p50, busy }: Cores): string[] {
  const shown = (value: number | undefined) => value?.toFixed(2) ?? "";
  return [
    operation,
    String(processes),
    whole(median(requestsPerSecond)),
    `**${median(ratios).toFixed(2)}** (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
    `${p50.toFixed(1)} ms`,
    shown(busy?.replicas),
    shown(busy?.stub),
    shown(busy?.callers),
  ];
}

const ORDERS_COLUMNS = [
  "Orders",
  "At once",
  "KORE requests each",
  "Folder, p50",
  "PostgreSQL, p50",
  "PostgreSQL to folder",
  "Folder, orders a second",
  "PostgreSQL, orders a second",
];

function ordersRow(one: Orders): string[] {
  const { folder, postgres } = one.stores;
  return [
    one.sims === 1 ? "1 SIM" : `${whole(one.sims)} SIMs`,
    String(one.callers),
    String(Number(one.koreRequests.toFixed(2))),
    `${median(folder.latencies).toFixed(1)} ms`,
    `${median(postgres.latencies).toFixed(1)} ms`,
    `**${priceOfPostgres(one).toFixed(2)}**`,
    median(folder.ordersPerSecond).toFixed(1),
    median(postgres.ordersPerSecond).toFixed(1),
  ];
}

function startTable(starts: readonly Start[]): string {
  const medianOf = (server: ServerName, value: "milliseconds" | "cpu" | "memory") =>
    median(starts.filter((start) => start.server === server).map((start) => start[value]));
  const names = [...new Set(starts.map(({ server }) => server))];
  const isHeldToRival = availableParallelism() === 1 && names.includes(goals.RIVAL);
  const latest = Math.min(goals.START_AT_MOST, isHeldToRival ? medianOf(goals.RIVAL, "milliseconds") : Infinity);
  const rows = names.map((server) => {
    const held = (value: number, most: number, unit: string) =>
      server === "graph" ? goals.atMost(value, most, `${value.toFixed(0)} ${unit}`) : `${value.toFixed(0)} ${unit}`;
    return [
      server,
      held(medianOf(server, "milliseconds"), latest, "ms"),
      `${medianOf(server, "cpu").toFixed(0)} ms`,
      held(medianOf(server, "memory"), goals.IDLE_MEMORY_AT_MOST, "MiB"),
    ];
  });
  const columns = [
    ...["Start", `First answer, at most ${latest.toFixed(0)} ms`, "CPU until then"],
    `Memory when idle, at most ${goals.IDLE_MEMORY_AT_MOST} MiB`,
  ];
  return table(columns, rows);
}

const FIRST_ANSWERS_COLUMNS = [
  "CPU of a process' first answers of one SIM, to later ones",
  `The first thousand, the graph's at most ${goals.FIRST_ANSWERS_AT_MOST}`,
  "The next thousands",
  "Later ones",
  "CPU until ready",
];

function firstAnswersRow({ server, parts, later, start }: FirstAnswers): string[] {
  const [first = NaN, ...others] = parts.map((part) => part / later);
  const next = others.slice(0, 3).map((ratio) => ratio.toFixed(2));
  return [
    server,
    server === "graph" ? goals.atMost(first, goals.FIRST_ANSWERS_AT_MOST) : first.toFixed(2),
    next.join(", "),
    `${later.toFixed(0)} µs`,
    `${start.toFixed(0)} ms`,
  ];
}

function profileTable({ operation, servers: { graph, raw } }: Profiled): string {
  const shown = (time = 0) => (time === 0 ? "" : time.toFixed(1));
  const sum = (each: Profiled["servers"][ProfiledServer]["each"]) =>
    Object.values(each).reduce((total, time) => total + time, 0);
  const row = (area: Area) => [area, shown(graph.each[area]), shown(raw.each[area])];
  const rows = AREAS.map(row).filter(([, ...times]) => times.some((time) => time !== ""));
  const total = ["**In all**", shown(sum(graph.each)), shown(sum(raw.each))];
  const times = table([`${operation.title}: microseconds each`, "Graph", "Raw"], [...rows, total]);
  return `${times}\n\nProfiles, for Chrome's DevTools or speedscope: ${graph.file} and ${raw.file}`;
}

function conditions({ rounds, seconds, callers }: Options): string {
  const { cpu, cores, node, date, command, loadBefore } = circumstances();
  return `\`${command}\`, ${date.slice(0, 10)}: ${cpu}, ${cores} cores (load ${loadBefore} before), Node ${node} with ${NODE_FLAGS.join(" ")}, one process for each server. Throughput of ${callers} callers: median of ${rounds} rounds of ${seconds} s, in turns; in brackets the least and the most of a round.`;
}

/** The load of the machine before. */
const [load = 0] = loadavg();

function circumstances() {
  return {
    date: new Date().toISOString(),
    command: ["npm run bench", ...process.argv.slice(2)].join(" ").replace("bench -", "bench -- -"),
    cpu: cpus()[0]?.model.trim() ?? "unknown CPU",
    cores: availableParallelism(),
    loadBefore: Number(load.toFixed(1)),
    node: process.versions.node,
  };
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}
