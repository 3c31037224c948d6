import { load } from "./load.ts";
import { OPERATIONS } from "./operations.ts";
import { type Options } from "./options.ts";
import { type ServerName, type Servers } from "./servers.ts";
import { median } from "./statistics.ts";
import { targetsOf } from "./targets.ts";

/** CPU of the answers of a process that has just become ready. */
export interface FirstAnswers {
  readonly server: ServerName;
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

/** Starts one of each server, waits until it is ready, and asks it for SIMs that all differ. */
export async function measureFirstAnswers(
  servers: Servers,
  options: Options,
  signal: AbortSignal,
): Promise<FirstAnswers[]> {
  const operation = OPERATIONS.find(({ name }) => name === "single-new");
  if (!operation) throw new Error("the operations have no single-new");
  const targets = await targetsOf(operation, servers);
  const requests = Math.ceil(options.firstAnswers / CALLERS);
  const answers = requests * CALLERS;
  const measured: FirstAnswers[] = [];
  for (const server of servers.names) {
    const { questions } = targets[server] ?? targets.raw;
    const child = await servers.startReady(server);
    try {
      const start = await child.cpu();
      const parts: number[] = [];
      for (let before = start; parts.length < PARTS;) {
        await load(operation, { url: child.url, questions }, { callers: CALLERS, until: { requests }, signal });
        const after = await child.cpu();
        parts.push((after - before) / answers);
        before = after;
      }
      measured.push({ server, answers, parts, later: median(parts.slice(PARTS / 2)), start: start / 1000 });
    } finally {
      await child.stop();
    }
  }
  return measured;
}
