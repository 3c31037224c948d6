import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { namespacedStore } from "../../../src/common/store/namespaced-store.ts";
import { type Store, openStore } from "../../../src/server/storage/lmdb.ts";
import { durableStoreContract } from "../../support/durable-store-contract.ts";

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-contract-"));
  store = await openStore(join(folder, "store"));
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

durableStoreContract("lmdb", () => Promise.resolve(store));
durableStoreContract("namespace", () => Promise.resolve(namespacedStore(store, "part/")));
