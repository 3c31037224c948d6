import { setTimeout } from "node:timers/promises";
import { Pool } from "undici";
import { startSimulator } from "../../../src/simulator/index.ts";
import { type GraphProcess, startGraphProcess } from "../chaos/environment/graph-process.ts";
import type { Sample } from "../chaos/environment/probe.ts"; // Only its type: it watches the process that loads it.
import { held, megabytes } from "../chaos/report.ts";
import { type Row, rowsOf } from "./rows.ts";

const ROUTER_SECRET = "the secret of a router of at least 32 characters";

/** MiB of old space: what `--max-old-space-size` gives the process, which ends when it needs more. */
export const HEAP = 256;

/** Operations under way at once. */
const WORKERS = 24;

/** Of all operations: until caches are full and code is compiled. */
const WARM_UP = 0.5;

/** Bytes that may be left: of 50,000 operations 80 each, the least that any map keeps. */
const SLACK = 4 * 2 ** 20;

const ENV = {
  AUTH_ROUTER_SECRETS: ROUTER_SECRET,
  LOG_LEVEL: "error",
  // Counted, as they are by default, but without refusing any.
  LIMIT_OPERATIONS_PER_MINUTE: "1000000",
  LIMIT_KORE_REQUESTS_PER_MINUTE: "1000000",
};

/**
 * Sends as many different queries, names, callers and request keys as are said to a process with a fixed heap. It may
 * not end, and what it holds afterwards may not be more than what it held after the first ones.
 *
 * @returns what is wrong
 */
export async function soakMemory(
  count: number,
  wanted: (name: string) => boolean,
  heap: number = HEAP,
): Promise<string[]> {
  const kore = await startSimulator({ accounts: { "cmp-soak": { sims: 100, states: "Suspend" } } });
  try {
    const rows = rowsOf({ accountId: "cmp-soak", iccids: kore.iccids("cmp-soak") });
    const found: string[] = [];
    for (const row of count > 0 ? rows.filter(({ name }) => wanted(name)) : []) {
      const graph = await startGraphProcess(kore, { flags: [`--max-old-space-size=${heap}`], env: ENV });
      const wrong = await measure(graph, row, count).catch(async (error: unknown) => [
        // A connection that breaks is known before the end of the process that broke it.
        String(await Promise.race([graph.crashed, setTimeout(5_000, error)]).catch((crash: unknown) => crash)),
      ]);
      found.push(...[...wrong, ...graph.errors.slice(0, 3)].map((what) => `${row.name}: ${what.slice(0, 400)}`));
      await graph.stop();
    }
    return found;
  } finally {
    await kore.stop();
  }
}

async function measure(graph: GraphProcess, row: Row, count: number): Promise<string[]> {
  const first = Math.round(count * WARM_UP);
  const began = performance.now();
  await send(graph, row, 0, first);
  const [before, series] = [await atRest(graph), await seriesOf(graph)];
  await send(graph, row, first, count);
  const [after, moreSeries] = [await atRest(graph), (await seriesOf(graph)) - series];
  const seconds = Math.round((performance.now() - began) / 1000);
  const figures = Object.entries(held(before, after)).map(([name, value]) => `  ${name.padEnd(18)} ${value}`);
  process.stdout.write(`${count} ${row.name}, ${seconds} s\n${figures.join("\n")}\n`);
  const growth = after.heap - before.heap;
  return [
    ...(growth > SLACK ? [`${megabytes(growth)} of heap are left`] : []),
    ...(moreSeries > 0 ? [`${moreSeries} series of metrics are left`] : []),
  ];
}

/** Sends the operations of a row, each with an answer as expected. */
async function send({ url }: GraphProcess, { name, nth, expected }: Row, from: number, to: number): Promise<void> {
  const pool = new Pool(url, { connections: WORKERS });
  let next = from;
  const worker = async (number: number) => {
    for (let n = next++; n < to; n = next++) {
      const { caller = "ada", ...body } = nth(n, number);
      const headers = { ...CREDENTIALS, "x-kore-graph-caller-id": caller };
      const reply = await pool.request({ path: "/graphql", method: "POST", headers, body: JSON.stringify(body) });
      const text = await reply.body.text();
      if (!text.includes(expected)) throw new Error(`${name}: answered ${reply.statusCode} ${text.slice(0, 200)}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: WORKERS }, (_, number) => worker(number)));
  } finally {
    await pool.destroy();
  }
}

async function atRest(graph: GraphProcess): Promise<Sample> {
  await setTimeout(2_000);
  return graph.measure("after collecting garbage");
}

async function seriesOf({ url }: GraphProcess): Promise<number> {
  const reply = await fetch(`${url}/metrics`, { headers: CREDENTIALS });
  return (await reply.text()).split("\n").filter((line) => line.startsWith("kore_graph_")).length;
}

const CREDENTIALS = {
  "content-type": "application/json",
  "x-kore-graph-router-secret": ROUTER_SECRET,
  "x-kore-graph-caller-id": "ada",
  "x-kore-graph-caller-role": "admin",
  "x-kore-graph-caller-accounts": "*",
};
