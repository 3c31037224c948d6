import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseJson } from "../../common/json.ts";
import { StoreUnusable } from "./lmdb-errors.ts";

/** The machine whose processes may open a store. Among its processes, sockets decide (`process-lock.ts`). */
export interface Machine {
  host: string;
  /** Boot id of the kernel, which containers of one host share; "" where the system has none. */
  boot: string;
}

/** In the store's folder; read before the data. */
const OWNER_FILE = "owner.json";

/** @param bootIdFile default: Linux'; other systems have none, and are identified by their host name */
export async function thisMachine(bootIdFile = "/proc/sys/kernel/random/boot_id"): Promise<Machine> {
  const boot = await readFile(bootIdFile, "utf8").catch(() => "");
  return { host: hostname(), boot: boot.trim() };
}

/** The machine that holds the store; undefined when none does. */
export async function readOwner(folder: string): Promise<Machine | undefined> {
  const text = await readFile(join(folder, OWNER_FILE), "utf8").catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const { host, boot } = Object(parseJson(text)) as Partial<Machine>;
  if (typeof host === "string" && typeof boot === "string") return { host, boot };
  // Cut short by a full disk or a crash.
  return { host: "a host that cannot be read from the note", boot: "" };
}

/** Within which a process has written the file that it created. Milliseconds. */
const WRITE_TIME = 500;

/**
 * Records this machine as the owner in a store's folder. Containers of one host have different host names and one boot id,
 * so the boot id decides where both have one. Age does not: a process that hangs for hours may still write.
 *
 * @throws StoreUnusable when another machine, or an earlier boot of this one, has not closed the store
 */
export async function claimForMachine(folder: string, machine: Machine): Promise<void> {
  const isNew = await writeFile(join(folder, OWNER_FILE), `${JSON.stringify(machine)}\n`, {
    flag: "wx",
    mode: 0o600,
  }).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, "EEXIST")) return false;
      throw error;
    },
  );
  if (isNew) return;
  let owner = await readOwner(folder);
  if (owner?.boot === "") {
    await delay(WRITE_TIME); // Another process may have created the file and not written it yet.
    owner = await readOwner(folder);
  }
  if (!owner) return claimForMachine(folder, machine); // Closed just now.
  if (isSame(owner, machine)) return;
  throw new StoreUnusable(
    `was not closed by its last owner, on host ${owner.host}${owner.host === machine.host ? " before its last start" : ""}: a process there may still write. When none runs, "kore-graph release-store --confirm" frees it`,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Frees the folder for other machines. */
export async function releaseClaim(folder: string): Promise<void> {
  await rm(join(folder, OWNER_FILE), { force: true });
}

export function isSame(one: Machine, other: Machine): boolean {
  return one.boot !== "" || other.boot !== "" ? one.boot === other.boot : one.host === other.host;
}
