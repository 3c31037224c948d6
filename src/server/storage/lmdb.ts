import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { access, constants, mkdir, realpath } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { type RootDatabase, open } from "lmdb";
import { type DurableStore, type Expectation } from "../../common/store/durable-store.ts";
import { StoreUnavailable } from "../../common/store/store-errors.ts";
import { type Page } from "../../common/store/store-pages.ts";
import { checkDataFile, requireStore, restrictFiles } from "./data-file.ts";
import { type ImportMark, parseImportMark, formatImportMark } from "./import-mark.ts";
import { type LockRecord, StoreInUse, isInUse, acquireLock } from "./process-lock.ts";
import { type Machine, isSame, claimForMachine, readOwner, releaseClaim, thisMachine } from "./machine.ts";
import { StoreMoved, StoreUnusable, toStoreUnusable } from "./lmdb-errors.ts";
import { hasFreeSpace, requireFreeSpace } from "./free-space.ts";

/** A durable store in a folder of this machine, for one process at a time. */
export interface Store extends DurableStore {
  close(): Promise<void>;
}

/** Keys deleted by one transaction; other commits run in between. */
const DELETE_BATCH = 1000;

/** Within which another process has created a store's files. Milliseconds. */
const CREATION_TIME = 500;

type Item = readonly [key: string, value: unknown];

/** The store belongs to another KORE. */
export class StoreOfAnother extends Error {
  override readonly name = "StoreOfAnother";
  constructor() {
    super(
      "The store (STORE_PATH) was made with another KORE_CONNECTIVITY_URL, and what it remembers of writes there is not true here: give each a STORE_PATH of its own. A store of a version that still marked its KORE_CLIENT_ID is taken over by a start with that one",
    );
  }
}

export interface StoreMarks {
  /** Identifies the target that the store is opened for. */
  mark: string;
  /** Marks that earlier versions gave the same target: each is replaced. */
  former: readonly string[];
}

type Database = RootDatabase<unknown, string | symbol>;

/** Symbols, so that they cannot collide with keys of callers. */
const OWNER = Symbol.for("owner");
const TARGET = Symbol.for("target");

/**
 * Opens the store, and creates it when there is none. Every write is on disk when its promise resolves. A store belongs
 * to the first target that it is opened for, identified by its mark.
 *
 * @throws StoreUnusable when the folder cannot be used, its data are damaged, or another machine has not closed it
 * @throws StoreInUse when another process has it open
 * @throws StoreOfAnother when it belongs to another target
 * @throws StoreMoved when it was imported into a database
 */
export async function openStore(path: string, marks?: StoreMarks, machine?: Machine): Promise<Store> {
  return (await openFolder(path, machine, (db) => marks && dedicate(db, marks))).store;
}

/** A store whose ledger is imported into a database. */
export interface StoreToImport extends Store {
  /** Of an import that has begun or ended. */
  readonly importMark: ImportMark | undefined;
  /** On disk when it resolves. Undefined: ends the import, and the store is used as before. */
  setImportMark(mark: Omit<ImportMark, "mark"> | undefined): Promise<void>;
}

/** Opens an existing store, also during and after an import. @throws as `openStore` */
export async function openStoreToImport(path: string, marks: StoreMarks): Promise<StoreToImport> {
  await requireStore(path);
  const { store, db } = await openFolder(path, undefined, (opened) => {
    const mark = parseImportMark(opened.get(TARGET))?.mark;
    if (mark === undefined) dedicate(opened, marks);
    else if (mark !== marks.mark) throw new StoreOfAnother();
  });
  return {
    ...store,
    get importMark() {
      return parseImportMark(db.get(TARGET));
    },
    async setImportMark(change) {
      const mark = change ? formatImportMark({ ...change, mark: marks.mark }) : marks.mark;
      db.transactionSync(() => db.putSync(TARGET, mark));
      await db.flushed;
    },
  };
}

async function openFolder(
  path: string,
  machine: Machine | undefined,
  check: (db: Database) => void,
): Promise<{ store: Store; db: Database }> {
  const folder = await folderAt(path);
  await checkDataFile(folder).catch(async (error: unknown) => {
    if (!(error instanceof StoreUnusable)) throw error;
    await delay(CREATION_TIME); // Another process may be creating the files.
    await checkDataFile(folder);
  });
  await claimForMachine(folder, machine ?? (await thisMachine())).catch((error: unknown) => {
    throw toStoreUnusable(error);
  });
  // Else it takes a folder such as store-1.2 for a file.
  const db: Database = open<unknown, string | symbol>({ path: folder, noSubdir: false, encoding: "json" });
  const release = await claim(db, folder, check).catch(async (error: unknown) => {
    await db.close();
    throw error;
  });
  await restrictFiles(folder);

  const replica = randomUUID();
  const commits = new EventEmitter().setMaxListeners(0);

  function apply(changes: readonly Item[]): void {
    for (const [key, value] of changes) {
      if (value === undefined) void db.remove(key);
      else void db.put(key, value);
    }
  }

  function fenceOf(key: string): unknown {
    const value = db.get(key);
    return typeof value === "object" && value !== null && "fence" in value ? value.fence : undefined;
  }

  function holds([key, is]: Expectation): boolean {
    return is === "absent" ? !db.doesExist(key) : fenceOf(key) === is.fence;
  }

  let isClosed = false;
  async function transact<Result>(changes: unknown, work: () => Result): Promise<Result> {
    if (isClosed) throw new Error("The store is closed"); // Another process may own it by now.
    await requireFreeSpace(folder, Buffer.byteLength(JSON.stringify(changes)));
    try {
      const result = db.transaction(work);
      // lmdb-js also rejects this promise, and one inside the error.
      db.committed.then(undefined, ignore);
      const done = await result;
      await db.flushed;
      return done;
    } catch (error) {
      const cause = await commitErrorOf(error);
      throw new StoreUnavailable("The store (STORE_PATH) could not be written", { cause });
    }
  }

  // Keys are plain text: "\uffff" is behind all that begin with the prefix.
  const list = (prefix: string, { after, limit }: Page = { limit: Infinity }): Item[] =>
    [
      ...db.getRange({
        start: after ?? prefix,
        end: `${prefix}\uffff`,
        exclusiveStart: after !== undefined,
        ...(limit < Infinity && { limit }),
      }),
    ].flatMap(({ key, value }) => (typeof key === "string" ? [[key, value] as const] : []));

  const store: Store = {
    replica,
    retryFor: 0,
    living: () => Promise.resolve(new Set([replica])),
    get: (key) => Promise.resolve(db.get(key)),
    getMany: (keys) =>
      Promise.resolve(new Map(keys.flatMap((key) => (db.doesExist(key) ? [[key, db.get(key)] as const] : [])))),
    list: (prefix, page) => Promise.resolve(list(prefix, page)),
    listMany: (prefixes) => Promise.resolve(new Map(prefixes.map((prefix) => [prefix, list(prefix)]))),
    async removeRange(start, end) {
      for (;;) {
        const keys = [...db.getKeys({ start, end, limit: DELETE_BATCH })];
        if (keys.length === 0) return;
        await transact([], () => keys.forEach((key) => void db.remove(key)));
      }
    },
    async commit({ by, expect = [], set }) {
      const result = await transact(set, () => {
        if (by && fenceOf(by.key) !== by.fence) return "fenced";
        if (!expect.every(holds)) return "conflict";
        apply(set);
        return "done";
      });
      if (by && result === "done") commits.emit(by.key);
      return result;
    },
    changed(keys, maxWait) {
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          for (const key of keys) commits.off(key, end);
          resolve();
        };
        const timer = setTimeout(end, maxWait);
        for (const key of keys) commits.on(key, end);
      });
    },
    now: Date.now,
    close() {
      isClosed = true;
      return release();
    },
  };
  return { store, db };
}

/** Locks the store for this process, and checks that it is the target's. The returned function closes and unlocks it. */
async function claim(db: Database, folder: string, check: (db: Database) => void): Promise<() => Promise<void>> {
  const unlock = await acquireLock(folder, lockRecord(db));
  try {
    db.transactionSync(() => check(db));
    await db.flushed;
    db.resetReadTxn(); // An earlier read may be older than the last owner's writes.
  } catch (error) {
    await unlock();
    throw error;
  }
  return async () => {
    await Promise.resolve(db.flushed).catch(ignore); // No write may be in flight when the next process opens it.
    await unlock();
    await releaseClaim(folder);
    await db.close();
  };
}

/** The failure of a commit is reported by `transact`. */
function ignore(): void {}

/** The cause of a failed transaction. lmdb-js puts that of a failed commit into a promise, which it rejects at once. */
function commitErrorOf(error: unknown): Promise<unknown> {
  const { commitError = Promise.resolve(error) } = error as { commitError?: Promise<unknown> };
  return commitError.catch((reason: unknown) => reason);
}

/**
 * Releases a store that another machine has not closed. The operator confirms that it is not in use there.
 *
 * @returns the machine that held it; undefined when it was free
 * @throws StoreInUse when a process of this machine has it open
 */
export async function releaseStore(path: string): Promise<Machine | undefined> {
  const folder = await folderAt(path);
  const owner = await readOwner(folder);
  if (!owner) return undefined;
  if (isSame(owner, await thisMachine())) {
    await checkDataFile(folder);
    const db: Database = open<unknown, string | symbol>({ path: folder, encoding: "json" });
    const socket = lockRecord(db).get();
    await db.close();
    if (await isInUse(folder, socket)) throw new StoreInUse(folder);
  }
  await releaseClaim(folder);
  return owner;
}

/** @throws StoreUnusable */
async function folderAt(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 }); // Its data name SIMs.
    const folder = await realpath(path);
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    if (await hasFreeSpace(folder)) return folder;
  } catch (error) {
    throw toStoreUnusable(error);
  }
  throw new StoreUnusable("has no room: its disk is full");
}

function dedicate(db: Database, { mark, former }: StoreMarks): void {
  const kept = db.get(TARGET);
  if (kept === mark) return;
  const moved = parseImportMark(kept);
  if (moved) throw new StoreMoved(moved.state === "imported");
  if (kept !== undefined && !former.some((one) => one === kept)) throw new StoreOfAnother();
  db.putSync(TARGET, mark);
}

function lockRecord(db: Database): LockRecord {
  return {
    get: () => {
      const owner = db.get(OWNER);
      return typeof owner === "string" ? owner : undefined;
    },
    set: (owner) => (owner === undefined ? db.removeSync(OWNER) : db.putSync(OWNER, owner)),
    // LMDB runs one write transaction at a time, over all processes.
    exclusively: (work) => db.transactionSync(work),
  };
}
