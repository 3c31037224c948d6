import { setTimeout as wait } from "node:timers/promises";
import { type Child } from "./child.ts";
import { load } from "./load.ts";
import { OPERATIONS } from "./operations.ts";
import { type Options } from "./options.ts";
import { type Servers } from "./servers.ts";
import { median } from "./statistics.ts";
import { targetsOf } from "./targets.ts";

/** CPU of the answers of a process that has just become ready. */
export interface FirstAnswers {
  /** Answers of a part. */
  readonly answers: number;
  /** Microseconds of CPU of an answer, by part in order. */
  readonly parts: readonly number[];
  /** Median of the last half of them. */
  readonly later: number;
  /** Milliseconds of CPU from the start of the process to its readiness. */
  readonly start: number;
}

const CALLERS = 8;
const PARTS = 8;

/** Starts a graph of its own, waits until it is ready, and asks it for SIMs that all differ. */
export async function measureFirstAnswers(
  servers: Servers,
  { firstAnswers }: Options,
  signal: AbortSignal,
): Promise<FirstAnswers> {
  const operation = OPERATIONS.find(({ name }) => name === "single-new");
  if (!operation) throw new Error("the operations have no single-new");
  const { questions } = (await targetsOf(operation, servers)).graph;
  const child = await servers.startGraph({});
  try {
    await untilReady(child, signal);
    const start = await child.cpu();
    const requests = Math.ceil(firstAnswers / CALLERS);
    const answers = requests * CALLERS;
    const parts: number[] = [];
    for (let before = start; parts.length < PARTS;) {
      await load(operation, { url: child.url, questions }, { callers: CALLERS, until: { requests }, signal });
      const after = await child.cpu();
      parts.push((after - before) / answers);
      before = after;
    }
    return { answers, parts, later: median(parts.slice(PARTS / 2)), start: start / 1000 };
  } finally {
    await child.stop();
  }
}

async function untilReady({ url }: Child, signal: AbortSignal): Promise<void> {
  while ((await fetch(`${url}/readyz`, { signal })).status !== 200) await wait(20, undefined, { signal });
}
