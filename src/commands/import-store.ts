import { randomUUID } from "node:crypto";
import { baseOf, marksOf, openCredentials } from "../app/kore-target.ts";
import { LEDGER_NAMESPACES } from "../common/store/namespaced-store.ts";
import { pagesOf } from "../common/store/store-pages.ts";
import { upgradeLedger } from "../kore/index.ts";
import { ALL_VARIABLES, readConfig } from "../server/config/index.ts";
import { SettingError } from "../server/config/setting-error.ts";
import { createLog } from "../server/logging/log.ts";
import { openAuditLog } from "../server/storage/audit-log.ts";
import { type StoreToImport, openStoreToImport } from "../server/storage/lmdb.ts";
import { type ImportedPage } from "../server/storage/postgres/import.ts";
import { acknowledgedToken } from "../server/webhooks/webhook-claims.ts";
import { rememberedToken } from "../server/webhooks/webhook-dedupe.ts";
import { defineCommand } from "./arguments/command.ts";

/** Keys in one statement. The record of a chunk of 500 SIMs has 40 KB. */
const PAGE = 200;

/** Counted records, by the prefixes of their keys. */
const KINDS = [
  ["orders", ["intent/", `${LEDGER_NAMESPACES.diagnostics}intent/`]],
  ["POSTs of orders", ["chunk/", `${LEDGER_NAMESPACES.diagnostics}chunk/`]],
  ["writes to API clients", ["client-intent/"]],
  ["created cost centers", [`${LEDGER_NAMESPACES.costCenters}client-intent/`]],
] as const;

type Counts = Record<string, number>;

/**
 * Moves the ledger of a folder into the database. If interrupted, it is run again: meanwhile no server starts on the
 * folder, and the database has either all of it or nothing.
 *
 * When it throws nothing was moved, unless the message says that a reply was lost.
 */
export const importStore = defineCommand({
  summary: "moves a stopped server's ledger into the database (DATABASE_URL), once",
  options: { from: { type: "string", value: "FOLDER", help: "the folder of the store (its STORE_PATH)" } },
  settings: ALL_VARIABLES.filter(({ name }) => name !== "STORE_PATH"),
  async run(given, env, { say }) {
    if (given.from === undefined) {
      throw new SettingError("--from: is missing: the folder of the store (its STORE_PATH)");
    }
    const { importLedger } = await import("../server/storage/postgres/import.ts");
    const { kore, database, audit } = readConfig({ ...env, STORE_PATH: "" });
    if (kore.mode !== "live") throw new SettingError("KORE_MODE: a simulator keeps no store to import");
    if (!database) throw new SettingError("DATABASE_URL: is missing: the database that the store is moved into");
    const log = createLog("silent");
    const credentials = await openCredentials(kore.live, log);
    credentials.close();
    const trail = await openAuditLog(audit, log);
    const store = await openStoreToImport(given.from, marksOf({ ...kore.live, credentials: credentials.sets }));
    try {
      const former = store.importMark;
      if (former?.state === "imported") {
        say("The store was imported before: nothing is left to do.\n");
        return 0;
      }
      await upgradeLedger(store, Date.now());
      const id = former?.id ?? randomUUID();
      const counts: Counts = {};
      await importLedger({
        ...{ url: database.url, mayMigrate: database.migrates, target: baseOf(kore.live), id },
        pages: pagesToImport(store, counts),
        begin: () => store.setImportMark({ state: "importing", id }),
        abandon: () => store.setImportMark(undefined),
      });
      await store.setImportMark({ state: "imported", id });
      trail.record({ who: "command line", verb: "import-store", counts });
      await trail.flushed();
      say(summary(counts));
      return 0;
    } finally {
      await store.close();
    }
  },
});

/** The content of a store, counted as it is read. */
async function* pagesToImport(store: StoreToImport, counts: Counts): AsyncGenerator<ImportedPage> {
  const count = (kind: string) => (counts[kind] = (counts[kind] ?? 0) + 1);
  for await (const page of pagesOf(store, "", PAGE)) {
    const entries: (readonly [key: string, value: unknown])[] = [];
    const webhookTokens: { token: string; at: number }[] = [];
    for (const [key, value] of page) {
      const remembered = rememberedToken(key);
      if (remembered === undefined) {
        entries.push([key, value]);
        count("keys");
        const [kind] = KINDS.find(([, prefixes]) => prefixes.some((prefix) => key.startsWith(prefix))) ?? [];
        if (kind !== undefined) count(kind);
        continue;
      }
      // A webhook that was claimed and never acknowledged is handled when KORE sends it again.
      const token = acknowledgedToken(remembered);
      if (token === undefined) continue;
      webhookTokens.push({ token, at: typeof value === "number" ? value : Date.now() });
      count("webhooks seen");
    }
    yield { entries, webhookTokens };
  }
}

function summary(counts: Counts): string {
  const kinds = [...KINDS.map(([kind]) => kind), "webhooks seen", "keys"];
  const lines = kinds.map(
    (kind) => `  ${String(counts[kind] ?? 0).padStart(8)}  ${kind === "keys" ? "keys in all" : kind}`,
  );
  if (counts.keys === undefined) return "The import had been committed before; the store is marked as imported now.\n";
  return `The store is in the database, and the folder is not used any more:\n${lines.join("\n")}\n`;
}
