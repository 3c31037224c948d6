import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { StoreUnusable } from "./lmdb-errors.ts";

/** The machine whose processes may open a store: sockets decide among them, and among no others. */
export interface Machine {
  host: string;
  /** Of the running kernel, which containers of one host share; "" where the system has none. */
  boot: string;
}

/** In the store's folder, beside the data: read before the data are touched. */
const OWNER_FILE = "owner.json";

/** @param bootIdFile default: Linux' own; other systems have none, and their host name alone counts */
export async function thisMachine(bootIdFile = "/proc/sys/kernel/random/boot_id"): Promise<Machine> {
  const boot = await readFile(bootIdFile, "utf8").catch(() => "");
  return { host: hostname(), boot: boot.trim() };
}

/** The machine that has noted itself; undefined when none has. */
export async function readOwner(folder: string): Promise<Machine | undefined> {
  const text = await readFile(join(folder, OWNER_FILE), "utf8").catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const { host, boot } = JSON.parse(text) as Partial<Machine>;
    if (typeof host === "string" && typeof boot === "string") return { host, boot };
  } catch {
    // A note that was cut short by a full disk or a crash: below.
  }
  return { host: "a host that cannot be read from the note", boot: "" };
}

/** Longer than the writing of a note takes. Milliseconds. */
const WRITE_TIME = 500;

/**
 * Notes this machine in a store's folder. Containers of one host have host names of their own and one boot, so the boot
 * decides where both have one. Age never does: a process that hangs for hours may still write.
 *
 * @throws StoreUnusable when another machine, or an earlier boot of this one, has noted itself and has not closed the store
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
  let noted = await readOwner(folder);
  if (noted?.boot === "") {
    await delay(WRITE_TIME); // Another process may have created the note and not written it yet.
    noted = await readOwner(folder);
  }
  if (!noted) return claimForMachine(folder, machine); // Its owner has closed it just now.
  if (isSame(noted, machine)) return;
  throw new StoreUnusable(
    `was not closed by its last owner, on host ${noted.host}${noted.host === machine.host ? " before its last start" : ""}: a process there may still write. When none runs, "kore-graph release-store --confirm" frees it`,
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
