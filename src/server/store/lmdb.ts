import { mkdir, realpath } from "node:fs/promises";
import { type RootDatabase, open } from "lmdb";
import { type OwnerNote, useAlone } from "./exclusive.ts";

/** A durable store in a folder of this machine: one process at a time writes, and nothing is lost with it. */
export interface Store {
  get(key: string): Promise<unknown>;
  write(changes: readonly (readonly [key: string, value: unknown])[]): Promise<void>;
  create(key: string, changes: readonly (readonly [key: string, value: unknown])[]): Promise<boolean>;
  list(prefix: string): Promise<(readonly [key: string, value: unknown])[]>;
  close(): Promise<void>;
}

/** What is kept here was made for something else than the caller's target. */
export class StoreOfAnother extends Error {
  override readonly name = "StoreOfAnother";
  constructor() {
    super(
      "The store (STORE_PATH) was made with another KORE_CONNECTIVITY_URL or KORE_CLIENT_ID, and what it remembers of writes there is not true here: give each a STORE_PATH of its own",
    );
  }
}

type Database = RootDatabase<unknown, string | symbol>;

/** Symbols, so that no key of a caller's is one of them. */
const OWNER = Symbol.for("owner");
const TARGET = Symbol.for("target");

/**
 * Opens the store, and makes it when there is none. Every write is on disk when its promise resolves. A store belongs
 * to the first `target` that it is opened for.
 *
 * @throws StoreInUse when another process has it open
 * @throws StoreOfAnother when it belongs to another target
 */
export async function openStore(path: string, target?: string): Promise<Store> {
  await mkdir(path, { recursive: true, mode: 0o700 }); // It names SIMs.
  const folder = await realpath(path);
  const db: Database = open<unknown, string | symbol>({ path: folder, encoding: "json" });
  const giveUp = await claim(db, folder, target).catch(async (error: unknown) => {
    await db.close();
    throw error;
  });

  function apply(changes: readonly (readonly [key: string, value: unknown])[]): void {
    for (const [key, value] of changes) {
      if (value === undefined) void db.remove(key);
      else void db.put(key, value);
    }
  }

  let isClosed = false;
  async function transact<Result>(work: () => Result): Promise<Result> {
    if (isClosed) throw new Error("The store is closed"); // It may be another process's already.
    const result = await db.transaction(work);
    await db.flushed;
    return result;
  }

  return {
    get: (key) => Promise.resolve(db.get(key)),
    write: (changes) => transact(() => apply(changes)),
    create: (key, changes) =>
      transact(() => {
        if (db.doesExist(key)) return false;
        apply(changes);
        return true;
      }),
    // Keys are plain text: "\uffff" is behind all that begin with the prefix.
    list: (prefix) =>
      Promise.resolve(
        [...db.getRange({ start: prefix, end: `${prefix}\uffff` })].flatMap(({ key, value }) =>
          typeof key === "string" ? [[key, value] as const] : [],
        ),
      ),
    close() {
      isClosed = true;
      return giveUp();
    },
  };
}

/** Makes the store this process's and the target's own. The function closes it and gives it free. */
async function claim(db: Database, folder: string, target: string | undefined): Promise<() => Promise<void>> {
  const giveFree = await useAlone(folder, ownerNote(db));
  try {
    if (target !== undefined) db.transactionSync(() => dedicate(db, target));
    await db.flushed;
    db.resetReadTxn(); // What was read before may be older than what the last owner wrote.
  } catch (error) {
    await giveFree();
    throw error;
  }
  return async () => {
    await db.flushed; // Nothing of ours may be under way when the next owner comes.
    await giveFree();
    await db.close();
  };
}

function dedicate(db: Database, target: string): void {
  const kept = db.get(TARGET);
  if (kept === undefined) db.putSync(TARGET, target);
  else if (kept !== target) throw new StoreOfAnother();
}

function ownerNote(db: Database): OwnerNote {
  return {
    get: () => {
      const owner = db.get(OWNER);
      return typeof owner === "string" ? owner : undefined;
    },
    set: (owner) => (owner === undefined ? db.removeSync(OWNER) : db.putSync(OWNER, owner)),
    // A transaction that writes is alone among all processes that have the folder open.
    alone: (work) => db.transactionSync(work),
  };
}
