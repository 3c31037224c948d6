import { statfs } from "node:fs/promises";
import { StoreUnavailable } from "../../common/store-errors.ts";

/** A commit writes copies of all pages on its way: room for that, and for the log of a busy minute beside it. Bytes. */
const RESERVE = 8 * 2 ** 20;

/** Copies of inner pages and half-filled leaves: a commit takes no more than this many times its values. */
const OVERHEAD = 4;

/**
 * Refuses a commit while the disk has too little room for it. LMDB itself is not left to find that out: after a failed
 * commit on a full disk lmdb-js has damaged its process' memory ("malloc(): corrupted top size", lmdb 3.5.6).
 *
 * @param bytes of the values to be written
 * @throws StoreUnavailable
 */
export async function requireFreeSpace(folder: string, bytes: number): Promise<void> {
  const hasEnough = await hasFreeSpace(folder, bytes).catch((cause: unknown) => {
    throw new StoreUnavailable("The folder of the store (STORE_PATH) cannot be looked at", { cause });
  });
  if (!hasEnough) throw new StoreUnavailable("The disk of the store (STORE_PATH) is full", { code: "ENOSPC" });
}

export async function hasFreeSpace(folder: string, bytes = 0): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize >= RESERVE + OVERHEAD * bytes;
}
