import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DurableStore } from "../common/store/durable-store.ts";
import { fileError } from "../server/config/setting-error.ts";
import { type Kore } from "../kore/index.ts";
import { type Disposables } from "../server/http/disposables.ts";
import { type Store, openStore } from "../server/storage/lmdb.ts";
import { withStateLog } from "../server/storage/state-log.ts";
import { type KoreTarget, baseOf, marksOf } from "./kore-target.ts";
import { ReplicaParts } from "./replicas.ts";
import { type Runtime } from "./runtime.ts";

/**
 * The durable store: a database that replicas share, or a folder of this machine.
 *
 * @param koreOf KORE's client once it is created: changes by other replicas invalidate its reads
 * @throws SettingError @throws StoreUnavailable @throws StoreUnusable @throws StoreInUse
 */
export async function openStorage(
  runtime: Runtime,
  target: KoreTarget,
  koreOf: () => Kore | undefined,
): Promise<{ store: DurableStore; replicas?: ReplicaParts }> {
  const { config, log, telemetry, disposables } = runtime;
  const { database, deadline } = config;
  if (!database) return { store: await openFolder(runtime, target) };
  const replicas = await ReplicaParts.join({
    ...{ database, deadline, target: baseOf(target), koreOf, log, metrics: telemetry.metrics },
  });
  disposables.add(() => replicas.close());
  log.info("this replica has joined those that share the database");
  return { store: replicas.store, replicas };
}

/** A simulator's SIMs are gone when it stops, so the ledger of writes to them must be temporary, too. */
async function openFolder({ config, log, disposables }: Runtime, target: KoreTarget): Promise<Store> {
  const path = config.storePath ?? (await temporaryFolder(disposables));
  const store = withStateLog(await openStore(path, marksOf(target)), log);
  disposables.add(() => store.close());
  log.info({ path: await realpath(path) }, "the store is open");
  return store;
}

async function temporaryFolder(disposables: Disposables): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-")).catch((error: unknown) => {
    throw fileError("TMPDIR", "written", error);
  });
  disposables.add(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "store");
}
