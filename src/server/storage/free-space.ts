import { statfs } from "node:fs/promises";
import { StoreUnavailable } from "../../common/store/store-errors.ts";

/** Kept free: LMDB copies every page that a commit touches, and the log may be on the same disk. Bytes. */
const RESERVE = 8 * 2 ** 20;

/** A commit takes at most this many times the size of its values: copies of inner pages, half-filled leaves. */
const OVERHEAD = 4;

/**
 * Refuses a commit for which the disk has too little space. Checked before LMDB writes: after a failed commit on a full
 * disk, lmdb-js has damaged its process' memory ("malloc(): corrupted top size", lmdb 3.5.6).
 *
 * @param bytes of the values to be written
 * @throws StoreUnavailable
 */
export async function requireFreeSpace(folder: string, bytes: number): Promise<void> {
  const hasEnough = await hasFreeSpace(folder, bytes).catch((cause: unknown) => {
    throw new StoreUnavailable("The folder of the store (STORE_PATH) cannot be read", { cause });
  });
  if (!hasEnough) throw new StoreUnavailable("The disk of the store (STORE_PATH) is full", { code: "ENOSPC" });
}

export async function hasFreeSpace(folder: string, bytes = 0): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize >= RESERVE + OVERHEAD * bytes;
}
