import { chmod, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { StoreUnusable } from "./lmdb-errors.ts";

/** LMDB's data file and its lock file, by which a lost data file is noticed. */
const DATA = "data.mdb";
const LOCK = "lock.mdb";

/**
 * Offsets in each of the two meta pages at the file's start (LMDB's `MDB_meta`; lmdb-js builds it with a page header of 24
 * bytes). Little-endian on all platforms that lmdb-js ships binaries for.
 */
const META = { magic: 24, version: 28, pageSize: 48, lastPage: 144, transaction: 152, length: 160 };
const MAGIC = 0xbeefc0de;
const VERSION = 2;
const MIN_PAGE = 512;
const MAX_PAGE = 65_536;

/** @throws StoreUnusable when the folder holds no store */
export async function requireStore(path: string): Promise<void> {
  const names = await readdir(path).catch((): string[] => []);
  if (!names.includes(DATA)) throw new StoreUnusable("is not there: the folder holds none");
}

/**
 * Checks a store's data file before LMDB maps it: reading a mapped page beyond the file's end ends the process (SIGBUS).
 *
 * @throws StoreUnusable when the file is truncated, is no LMDB file, or is gone while other files of a store are there
 */
export async function checkDataFile(folder: string): Promise<void> {
  const names = await readdir(folder);
  const file = names.includes(DATA) ? await open(join(folder, DATA), "r") : undefined;
  try {
    const size = file ? (await file.stat()).size : 0;
    if (!file || size === 0) {
      if (names.includes(LOCK)) throw lost();
      return;
    }
    const first = await metaAt(file, 0);
    if (!first || first.magic !== MAGIC) throw new StoreUnusable(`holds a ${DATA} that is no store of kore-graph's`);
    if (first.version !== VERSION || !isPageSize(first.pageSize)) {
      throw new StoreUnusable(`holds a ${DATA} in a format of LMDB that this version does not read`);
    }
    const second = await metaAt(file, first.pageSize);
    if (!second || second.magic !== MAGIC) throw truncated();
    const newest = second.transaction > first.transaction ? second : first;
    if (BigInt(size) < (newest.lastPage + 1n) * BigInt(first.pageSize)) throw truncated();
  } finally {
    await file?.close();
  }
}

/** Makes the files readable by their owner only, whatever the folder's permissions: they name SIMs. */
export async function restrictFiles(folder: string): Promise<void> {
  for (const name of [DATA, LOCK]) await chmod(join(folder, name), 0o600);
}

async function metaAt(file: Awaited<ReturnType<typeof open>>, position: number) {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(META.length), 0, META.length, position);
  if (bytesRead < META.length) return undefined;
  return {
    magic: buffer.readUInt32LE(META.magic),
    version: buffer.readUInt32LE(META.version),
    pageSize: buffer.readUInt32LE(META.pageSize),
    lastPage: buffer.readBigUInt64LE(META.lastPage),
    transaction: buffer.readBigUInt64LE(META.transaction),
  };
}

function isPageSize(size: number): boolean {
  return size >= MIN_PAGE && size <= MAX_PAGE && (size & (size - 1)) === 0;
}

const truncated = () =>
  new StoreUnusable(`holds a truncated ${DATA}: restore it from a backup, since it remembers which orders were sent`);

const lost = () =>
  new StoreUnusable(
    `has lost its ${DATA} while other files of a store are there: restore it from a backup. If orders that were sent may be forgotten, remove the folder`,
  );
