import { type Logger } from "./log.ts";

/** Forgets what is past its retention, now and once a day; the function ends it. */
export async function forgetDaily(
  retention: number,
  memories: readonly { prune(before: number): Promise<void> }[],
  log: Logger,
): Promise<() => void> {
  const forget = async () => {
    for (const memory of memories) await memory.prune(Date.now() - retention);
  };
  await forget();
  const daily = setInterval(() => {
    forget().catch((err: unknown) => log.error({ err }, "what is past its retention could not be forgotten"));
  }, DAY_MS);
  return () => clearInterval(daily);
}

const DAY_MS = 24 * 3600 * 1000;
