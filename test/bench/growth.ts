import { isDeepStrictEqual } from "node:util";
import { iccidOf } from "./kore-data.ts";
import { watchingMemory } from "./memory.ts";
import { type Options } from "./options.ts";
import { type Servers } from "./servers.ts";
import { median } from "./statistics.ts";

/** A walk over all SIMs of an account, page by page. */
export interface Walk {
  readonly sims: number;
  readonly pageSize: number;
  readonly koreRequests: number;
  readonly milliseconds: number;
  /** Bytes that the graph had at most. */
  readonly memory: number;
}

export interface References {
  readonly references: number;
  readonly koreRequests: number;
  readonly milliseconds: number;
}

const PAGE_QUERY = `query Page($accountId: ID!, $first: Int!, $after: String) {
  subscriptions(accountId: $accountId, first: $first, after: $after) {
    nodes { id iccid state msisdns imsi }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface PageAnswer {
  subscriptions: { nodes: { iccid: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

const SMALL_PAGE = 100;
const LARGE_PAGE = 1000;

/** Each walk has an account of its own, so that no cached answer shortens it. */
let accounts = 0;

/** Whole accounts of growing sizes, and the largest in KORE's largest pages. */
export async function measureWalks(
  servers: Servers,
  { sizes, walkedSims }: Options,
  signal: AbortSignal,
): Promise<Walk[]> {
  // Short walks are repeated more often.
  const often = (sims: number) => Math.max(1, Math.floor(walkedSims / sims));
  await walk(servers, { sims: walkedSims, pageSize: SMALL_PAGE, times: 1 }, signal); // To run warm.
  const walks: Walk[] = [];
  for (const sims of sizes) {
    walks.push(await walk(servers, { sims, pageSize: SMALL_PAGE, times: often(sims) }, signal));
  }
  const largest = Math.max(...sizes);
  return [...walks, await walk(servers, { sims: largest, pageSize: LARGE_PAGE, times: often(largest) }, signal)];
}

/** Several walks; one of them on average. */
async function walk(
  servers: Servers,
  { sims, pageSize, times }: { sims: number; pageSize: number; times: number },
  signal: AbortSignal,
): Promise<Walk> {
  await servers.takeKoreRequests();
  const began = performance.now();
  const { result: seen, memory } = await watchingMemory(servers.graph, async () => {
    let sum = 0;
    for (let time = 0; time < times; time += 1) {
      const accountId = `fleet-${sims}-${(accounts += 1)}`;
      sum += await simsSeen(servers, { accountId, first: pageSize }, signal);
    }
    return sum;
  });
  const milliseconds = (performance.now() - began) / times;
  const koreRequests = (await servers.takeKoreRequests()) / times;
  const expected = { seen: sims * times, koreRequests: Math.ceil(sims / pageSize) };
  hold(`a walk over ${sims} SIMs`, { seen, koreRequests }, expected);
  return { sims, pageSize, koreRequests, milliseconds, memory: Math.max(...memory) };
}

/** Follows the cursors to the end, looking at each page's first SIM and last. */
async function simsSeen(
  servers: Servers,
  variables: { accountId: string; first: number },
  signal: AbortSignal,
): Promise<number> {
  let seen = 0;
  let after: string | null = null;
  for (let hasNextPage = true; hasNextPage;) {
    const answer: PageAnswer = await ask(servers, PAGE_QUERY, { ...variables, after }, signal);
    const { nodes, pageInfo } = answer.subscriptions;
    const isInPlace = nodes[0]?.iccid === iccidOf(seen) && nodes.at(-1)?.iccid === iccidOf(seen + nodes.length - 1);
    if (!isInPlace) throw new Error(`a walk over ${variables.accountId} lost its way after ${seen} SIMs`);
    seen += nodes.length;
    ({ hasNextPage, endCursor: after } = pageInfo);
  }
  return seen;
}

const ENTITIES_QUERY = `query Entities($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on SimSubscription { iccid state } }
}`;

/** KORE's list takes so many ICCIDs at once. */
const ICCIDS_PER_REQUEST = 100;
const REFERENCE_RUNS = 10;

/** A gateway's references to SIMs by ICCID, which KORE is asked for in hundreds. */
export async function measureReferences(
  servers: Servers,
  { references: count }: Options,
  signal: AbortSignal,
): Promise<References> {
  const iccids = Array.from({ length: count }, (_, index) => iccidOf(index));
  const representations = iccids.map((iccid) => ({ __typename: "SimSubscription", accountId: "acme", iccid }));
  const expected = Math.ceil(count / ICCIDS_PER_REQUEST);
  const times: number[] = [];
  for (let run = 0; run < REFERENCE_RUNS; run += 1) {
    await servers.takeKoreRequests();
    const began = performance.now();
    const { _entities: found } = await ask<{ _entities: { iccid: string }[] }>(
      servers,
      ENTITIES_QUERY,
      { representations },
      signal,
    );
    times.push(performance.now() - began);
    const koreRequests = await servers.takeKoreRequests();
    hold(
      `${count} references`,
      { seen: found.map(({ iccid }) => iccid), koreRequests },
      { seen: iccids, koreRequests: expected },
    );
  }
  return { references: count, koreRequests: expected, milliseconds: median(times) };
}

interface Held {
  readonly koreRequests: number;
  readonly seen: unknown;
}

function hold(what: string, found: Held, expected: Held): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(
    `${what}: ${found.koreRequests} requests to KORE, not ${expected.koreRequests}, or not what was asked`,
  );
}

async function ask<Data>(
  { graph, apiKey }: Servers,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Data> {
  const reply = await fetch(`${graph.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ query, variables }),
    signal,
  });
  const { data, errors } = (await reply.json()) as { data?: Data; errors?: unknown };
  if (errors !== undefined || !data) throw new Error(`the graph answered ${JSON.stringify(errors).slice(0, 500)}`);
  return data;
}
