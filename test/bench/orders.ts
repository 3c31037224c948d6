import { Postgres } from "../support/fleet/postgres.ts";
import { type Child } from "./child.ts";
import { iccidOf } from "./kore-data.ts";
import { type Options } from "./options.ts";
import { type Servers } from "./servers.ts";
import { median } from "./statistics.ts";

/** Orders of one shape, by where the ledger is kept. */
export interface Orders {
  /** Of each order. */
  readonly sims: number;
  readonly callers: number;
  readonly koreRequests: number;
  readonly stores: Readonly<Record<Store, Timing>>;
}

type Store = "folder" | "postgres";
const STORES = ["folder", "postgres"] as const satisfies readonly Store[];

interface Timing {
  /** By round. */
  readonly ordersPerSecond: readonly number[];
  /** Milliseconds of each order, over all rounds. */
  readonly latencies: readonly number[];
}

/** `orders`: of each caller in a round. */
const SHAPES = [
  { sims: 1, callers: 1, orders: 100 },
  { sims: 1, callers: 16, orders: 20 },
  { sims: 1_000, callers: 1, orders: 5 },
] as const;

const MUTATION = `mutation Suspend($accountId: ID!, $sims: [SimSelector!]!) {
  suspendSubscriptions(input: { accountId: $accountId, subscriptions: $sims }) { counts { submitted } }
}`;

/**
 * A graph with its ledger in a folder and one with it in a PostgreSQL of its own on this machine take turns with the same
 * stub. Each order names SIMs that no order has named before. @throws Error without a PostgreSQL
 */
export async function measureOrders(
  servers: Servers,
  { rounds, isShort }: Options,
  signal: AbortSignal,
): Promise<Orders[]> {
  const postgres = await Postgres.start();
  try {
    const graphs: Record<Store, Child> = {
      folder: await servers.startGraph({}),
      postgres: await servers.startGraph({ STORE_PATH: "", DATABASE_URL: postgres.url }),
    };
    const measured: Orders[] = [];
    for (const { sims, callers, orders } of SHAPES) {
      const run = (store: Store, each: number) => order(graphs[store].url, servers.apiKey, { sims, callers, each });
      for (const store of STORES) await run(store, 1);
      const runs: Record<Store, Run[]> = { folder: [], postgres: [] };
      await servers.takeKoreRequests();
      for (let round = 0; round < rounds; round += 1) {
        for (const store of STORES) {
          signal.throwIfAborted();
          runs[store].push(await run(store, isShort ? 1 : orders));
        }
      }
      const count = STORES.reduce((sum, store) => sum + runs[store].flatMap(({ latencies }) => latencies).length, 0);
      const koreRequests = (await servers.takeKoreRequests()) / count;
      const stores = { folder: timingOf(runs.folder), postgres: timingOf(runs.postgres) };
      measured.push({ sims, callers, koreRequests, stores });
    }
    return measured;
  } finally {
    await postgres.remove();
  }
}

/** How many times as long an order takes with PostgreSQL. */
export const priceOfPostgres = ({ stores: { folder, postgres } }: Orders) =>
  median(postgres.latencies) / median(folder.latencies);

interface Run {
  readonly latencies: readonly number[];
  readonly ordersPerSecond: number;
}

const timingOf = (runs: readonly Run[]): Timing => ({
  ordersPerSecond: runs.map(({ ordersPerSecond }) => ordersPerSecond),
  latencies: runs.flatMap(({ latencies }) => latencies),
});

async function order(
  url: string,
  apiKey: string,
  { sims, callers, each }: { sims: number; callers: number; each: number },
): Promise<Run> {
  const latencies: number[] = [];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let count = 0; count < each; count += 1) {
        const variables = { accountId: "acme", sims: Array.from({ length: sims }, () => ({ iccid: nextIccid() })) };
        const sent = performance.now();
        const reply = await fetch(`${url}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
          body: JSON.stringify({ query: MUTATION, variables }),
        });
        const text = (await reply.text()).trimEnd();
        latencies.push(performance.now() - sent);
        if (text !== `{"data":{"suspendSubscriptions":{"counts":{"submitted":${sims}}}}}`) {
          throw new Error(`An order of ${sims} SIMs was answered otherwise: ${text.slice(0, 500)}`);
        }
      }
    }),
  );
  return { latencies, ordersPerSecond: (latencies.length / (performance.now() - began)) * 1000 };
}

let next = 0;

/** Of every ten SIMs of the stub the last one is suspended already. */
function nextIccid(): string {
  const index = Math.floor(next / 9) * 10 + (next % 9);
  next += 1;
  return iccidOf(index);
}
