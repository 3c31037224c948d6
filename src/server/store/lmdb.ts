import { mkdir, realpath } from "node:fs/promises";
import { open } from "lmdb";
import { useAlone } from "./exclusive.ts";

/** A durable store in a folder of this machine: one process at a time writes, and nothing is lost with it. */
export interface Store {
  get(key: string): Promise<unknown>;
  write(changes: readonly (readonly [key: string, value: unknown])[]): Promise<void>;
  create(key: string, changes: readonly (readonly [key: string, value: unknown])[]): Promise<boolean>;
  list(prefix: string): Promise<(readonly [key: string, value: unknown])[]>;
  close(): Promise<void>;
}

/**
 * Opens the store, and makes it when there is none. Every write is on disk when its promise resolves.
 *
 * @throws StoreInUse when another process has it open
 */
export async function openStore(path: string): Promise<Store> {
  await mkdir(path, { recursive: true, mode: 0o700 }); // It names SIMs.
  const giveFree = await useAlone(await realpath(path));
  const db = open<unknown, string>({ path, encoding: "json" });

  function apply(changes: readonly (readonly [key: string, value: unknown])[]): void {
    for (const [key, value] of changes) {
      if (value === undefined) void db.remove(key);
      else void db.put(key, value);
    }
  }

  return {
    get: (key) => Promise.resolve(db.get(key)),
    async write(changes) {
      await db.transaction(() => apply(changes));
      await db.flushed;
    },
    async create(key, changes) {
      const isNew = await db.transaction(() => {
        if (db.doesExist(key)) return false;
        apply(changes);
        return true;
      });
      await db.flushed;
      return isNew;
    },
    // Keys are plain text: "\uffff" is behind all that begin with the prefix.
    list: (prefix) =>
      Promise.resolve(
        [...db.getRange({ start: prefix, end: `${prefix}\uffff` })].map(({ key, value }) => [key, value] as const),
      ),
    async close() {
      await db.close();
      await giveFree();
    },
  };
}
