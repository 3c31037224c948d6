import { randomUUID } from "node:crypto";
import { type Fleet, type FleetOptions, joinFleet } from "../../../src/server/storage/postgres/index.ts";
import { afterTest } from "../vitest/cleanup.ts";

export type TestReplica = Fleet<string> & {
  /** Invalidated changes; undefined: everything. */
  readonly invalidated: (string | undefined)[];
};

/** A replica in this process, of a target of its own unless one is given. */
export async function replicaAt(url: string, options: Partial<FleetOptions<string>> = {}): Promise<TestReplica> {
  const invalidated: (string | undefined)[] = [];
  const fleet = await joinFleet<string>({
    url,
    target: randomUUID(),
    invalidate: (change) => invalidated.push(change),
    maxConnections: 5,
    ...options,
  });
  afterTest(() => fleet.close());
  return Object.defineProperty(fleet, "invalidated", { value: invalidated }) as TestReplica;
}

/** Looks again until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>, what = "it"): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${what} did not come to be within 30 seconds`);
}
