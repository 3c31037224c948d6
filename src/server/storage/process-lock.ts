import { randomUUID } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { type Server, connect, createServer } from "node:net";
import { isAbsolute, join, relative } from "node:path";
import { StoreUnusable } from "./lmdb-errors.ts";

/** Another running process uses the folder. */
export class StoreInUse extends Error {
  override readonly name = "StoreInUse";
  constructor(folder: string, options?: ErrorOptions) {
    super(
      `Another process uses the store at ${folder} (STORE_PATH): one at a time may, or writes could happen twice`,
      options,
    );
  }
}

/** The record of the owner's socket. `exclusively`: runs work while no other process does. */
export interface LockRecord {
  get(): string | undefined;
  set(owner: string | undefined): void;
  exclusively<Result>(work: () => Result): Result;
}

/** Longest address of a socket: `sun_path` has 104 bytes on macOS and 108 on Linux. */
const MAX_ADDRESS = 100;

/**
 * Locks a folder for this process. The lock is a socket that this process listens on: the system closes it with the process,
 * however that ends, so a crash leaves no lock behind. The returned function unlocks the folder.
 *
 * @throws StoreInUse
 */
export async function acquireLock(folder: string, note: LockRecord): Promise<() => Promise<void>> {
  const sockets = await SocketFolder.open(folder);
  try {
    const me = `in-use-${randomUUID()}.sock`;
    const server = await listen(sockets.addressOf(me));
    const close = async () => {
      await new Promise<void>((done) => server.close(() => done())); // Removes the socket's file too.
      await sockets.close();
    };
    await takeOver(folder, me, note, sockets).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    return async () => {
      try {
        note.exclusively(() => {
          if (note.get() === me) note.set(undefined);
        });
      } catch {
        // A full disk keeps the record; the next process finds that its owner is gone.
      }
      await close();
    };
  } catch (error) {
    await sockets.close();
    throw error;
  }
}

/** Whether the recorded owner is a running process. */
export async function isInUse(folder: string, owner: string | undefined): Promise<boolean> {
  if (owner === undefined) return false;
  const sockets = await SocketFolder.open(folder);
  return answers(folder, sockets.addressOf(owner)).finally(() => sockets.close());
}

/**
 * Addresses of the sockets, which are in the folder itself: it is the only place that containers with the store have in
 * common. A folder whose path is too long is addressed by a shorter one.
 */
class SocketFolder {
  readonly #path: string;
  readonly #handle: FileHandle | undefined;

  private constructor(path: string, handle?: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** @throws StoreUnusable where this system has no shorter path */
  static async open(folder: string): Promise<SocketFolder> {
    const room = MAX_ADDRESS - "/in-use-.sock".length - randomUUID().length;
    const short = [folder, relative(process.cwd(), folder)].find((path) => Buffer.byteLength(path) <= room);
    if (short !== undefined) return new SocketFolder(short);
    if (process.platform !== "linux") throw new StoreUnusable("has a path that is too long for a socket in it");
    const handle = await open(folder, "r");
    return new SocketFolder(`/proc/self/fd/${handle.fd}`, handle);
  }

  /** @param name of a socket here; an absolute path is one that version 0.1.0 put elsewhere */
  addressOf(name: string): string {
    return isAbsolute(name) ? name : join(this.#path, name);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}

/** Of processes that find the same dead owner, one takes its place; the others then find that one. */
async function takeOver(folder: string, me: string, note: LockRecord, sockets: SocketFolder): Promise<void> {
  for (;;) {
    const owner = note.exclusively(() => note.get());
    if (owner !== undefined && (await answers(folder, sockets.addressOf(owner)))) throw new StoreInUse(folder);
    const isMine = note.exclusively(() => {
      const isSame = note.get() === owner;
      if (isSame) note.set(me);
      return isSame;
    });
    if (!isMine) continue;
    if (owner !== undefined) await rm(sockets.addressOf(owner), { force: true });
    return;
  }
}

/** Whether the owner lives: also a process that hangs accepts connections. Other errors than these count as alive. */
function answers(folder: string, address: string): Promise<boolean> {
  return new Promise((known, reject) => {
    const caller = connect(address);
    caller.once("connect", () => {
      caller.destroy();
      known(true);
    });
    caller.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED" || error.code === "ENOENT") known(false);
      else reject(new StoreInUse(folder, { cause: error }));
    });
  });
}

function listen(address: string): Promise<Server> {
  const server = createServer((caller) => caller.on("error", () => undefined).destroy());
  server.unref();
  return new Promise((listening, reject) => {
    server.once("error", reject);
    server.listen(address, () => listening(server));
  });
}
