import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { type Server, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The folder belongs to a process that runs. */
export class StoreInUse extends Error {
  override readonly name = "StoreInUse";
  constructor(folder: string, options?: ErrorOptions) {
    super(
      `Another process uses the store at ${folder} (STORE_PATH): one at a time may, or writes could happen twice`,
      options,
    );
  }
}

/** Where the owner is noted: what is done in `alone` no other process does at the same time. */
export interface OwnerNote {
  get(): string | undefined;
  set(owner: string | undefined): void;
  alone<Result>(work: () => Result): Result;
}

/** Longer addresses of sockets are cut off by some systems. */
const MAX_ADDRESS = 100;

/**
 * Makes sure that a folder is used by this process alone. The owner is noted by a socket of its own: the system closes
 * it with the process, however that ends, so a crash leaves no lock behind. The function gives the folder free.
 *
 * @throws StoreInUse
 */
export async function useAlone(folder: string, note: OwnerNote): Promise<() => Promise<void>> {
  const me = socketIn(folder);
  const server = await listen(resolve(folder, me));
  const close = () => new Promise<void>((done) => server.close(() => done())); // Removes the socket's file too.
  try {
    await takeOver(folder, me, note);
  } catch (error) {
    await close();
    throw error;
  }
  return async () => {
    note.alone(() => {
      if (note.get() === me) note.set(undefined);
    });
    await close();
  };
}

/** Of those who find the same dead owner, one takes its place; the others then find that one. */
async function takeOver(folder: string, me: string, note: OwnerNote): Promise<void> {
  for (;;) {
    const owner = note.alone(() => note.get());
    if (owner !== undefined && (await answers(folder, owner))) throw new StoreInUse(folder);
    const isMine = note.alone(() => {
      const isSame = note.get() === owner;
      if (isSame) note.set(me);
      return isSame;
    });
    if (!isMine) continue;
    if (owner !== undefined) await rm(resolve(folder, owner), { force: true });
    return;
  }
}

/** Noted without the folder, which may be moved, unless its address is too long. */
function socketIn(folder: string): string {
  const name = `in-use-${randomUUID()}.sock`;
  return join(folder, name).length <= MAX_ADDRESS ? name : join(tmpdir(), `kore-graph-${name}`);
}

/** A process that hangs answers too. Only what cannot come from a living one means that there is none. */
function answers(folder: string, owner: string): Promise<boolean> {
  return new Promise((known, reject) => {
    const caller = connect(resolve(folder, owner));
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
