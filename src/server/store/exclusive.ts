import { createHash, randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { type Server, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The folder belongs to a process that runs. */
export class StoreInUse extends Error {
  override readonly name = "StoreInUse";
  constructor() {
    super("Another process uses the store (STORE_PATH): one at a time may, or writes could happen twice");
  }
}

/** Longer addresses of sockets are cut off by some systems. */
const MAX_ADDRESS = 100;

/**
 * Makes sure that a folder is used by this process alone, by a socket in it: the system closes it with the process,
 * however that ends, so a crash leaves no lock behind. The function gives the folder free.
 *
 * @throws StoreInUse
 */
export async function useAlone(folder: string): Promise<() => Promise<void>> {
  const address = addressIn(folder);
  const name = randomUUID();
  if (await ownerAt(address)) throw new StoreInUse();
  await rm(address, { force: true }); // Of a process that has ended.
  const server = createServer((caller) => caller.on("error", () => caller.destroy()).end(name));
  await listen(server, address);
  // Two that start at once may both have found nobody; the later one has taken the address.
  if ((await ownerAt(address)) !== name) {
    server.close();
    throw new StoreInUse();
  }
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

function addressIn(folder: string): string {
  const address = join(folder, "in-use.sock");
  if (address.length <= MAX_ADDRESS) return address;
  return join(tmpdir(), `kore-graph-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}.sock`);
}

/** Who answers there; undefined when nobody does. */
function ownerAt(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let name = "";
    const caller = connect(address);
    caller.on("data", (data) => (name += data.toString()));
    caller.on("end", () => resolve(name));
    caller.on("error", () => resolve(undefined));
  });
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new StoreInUse() : error),
    );
    server.listen(address, resolve);
  });
}
