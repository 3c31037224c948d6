import { type Child } from "./child.ts";

export const mebibytes = (bytes: number): number => bytes / 2 ** 20;

const LOOKS_MS = 100;

/** Looks at how much memory a server has while something is done with it, and once more after it. */
export async function watchingMemory<Result>(
  server: Child,
  work: () => Promise<Result>,
): Promise<{ result: Result; memory: readonly number[] }> {
  const memory: number[] = [];
  const look = async () => memory.push(await server.memory());
  // Where the server is gone, the work fails and says so.
  const timer = setInterval(() => void look().catch(() => undefined), LOOKS_MS);
  try {
    const result = await work();
    return { result, memory: [...memory, await server.memory()] };
  } finally {
    clearInterval(timer);
  }
}
