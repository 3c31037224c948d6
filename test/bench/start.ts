import { setTimeout as wait } from "node:timers/promises";
import { mebibytes } from "./memory.ts";
import { OPERATIONS } from "./operations.ts";
import { type Options } from "./options.ts";
import { type ServerName, type Servers } from "./servers.ts";
import { answer, targetsOf } from "./targets.ts";

/** Of one start, or the median of several. */
export interface Start {
  readonly server: ServerName;
  /** Milliseconds from starting the process to its first answer, one SIM's. */
  readonly milliseconds: number;
  /** Milliseconds of CPU until then, which foreign load changes less. On one core it takes at least as long. */
  readonly cpu: number;
  /** MiB of memory, idle since then. */
  readonly memory: number;
}

const IDLE_MS = 2_000;

/** Starts each server so often, in turns, and asks it for a SIM. */
export async function measureStarts(servers: Servers, { starts }: Options, signal: AbortSignal): Promise<Start[]> {
  const operation = OPERATIONS.find(({ name }) => name === "single");
  if (!operation) throw new Error("the operations have no single");
  const targets = await targetsOf(operation, servers);
  const measured: Start[] = [];
  for (let round = 0; round < starts; round += 1) {
    for (const server of servers.names) {
      signal.throwIfAborted();
      const [question] = targets[server]?.questions ?? [];
      if (!question) throw new Error(`no question for ${server}`);
      const began = performance.now();
      const child = await servers.startServer(server);
      try {
        await answer(child.url, question.request);
        const milliseconds = performance.now() - began;
        const cpu = (await child.cpu()) / 1000;
        await wait(IDLE_MS, undefined, { signal });
        measured.push({ server, milliseconds, cpu, memory: mebibytes(await child.memory()) });
      } finally {
        await child.stop();
      }
    }
  }
  return measured;
}
