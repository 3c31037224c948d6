import type pg from "pg";
import { LEDGER_NAMESPACES } from "../../../common/store/namespaced-store.ts";
import { StoreUnavailable } from "../../../common/store/store-errors.ts";
import { SettingError } from "../../config/setting-error.ts";
import { Database, toStoreError } from "./database.ts";
import { ensureSchema } from "./migrate.ts";
import { columnsOf, rowOf } from "./store.ts";

export interface ImportedPage {
  entries: readonly (readonly [key: string, value: unknown])[];
  /** Webhooks that were answered. `at`: milliseconds since the epoch. */
  webhookTokens: readonly { token: string; at: number }[];
}

export interface LedgerImport {
  url: string;
  mayMigrate: boolean;
  /** KORE's base address. */
  target: string;
  /** The same when the import is repeated. */
  id: string;
  pages: AsyncIterable<ImportedPage>;
  /** Called once the checks have passed, before the first page. */
  begin: () => Promise<void>;
  /** Called when it is certain that nothing was committed. */
  abandon: () => Promise<void>;
}

/** Key of the entry with the import's id. */
const IMPORTED = "marks/imported";

/** Rows that each replica writes at its start. */
const MARKS = ["", ...Object.values(LEDGER_NAMESPACES)].map((namespace) => `key like '${namespace}marks/%'`);
const NOT_LEDGER = `(${MARKS.join(" or ")} or key = 'store-time')`;

/**
 * Imports a ledger into the database in one transaction. Idempotent by id: repeated after a lost answer, it does nothing if
 * the first was committed.
 *
 * @throws SettingError when the target has a ledger in the database, or a replica of it runs
 * @throws StoreUnavailable when the database cannot be reached, or its answer to the commit was lost
 */
export async function importLedger({ url, mayMigrate, target, id, ...work }: LedgerImport): Promise<void> {
  const database = new Database({ url, maxConnections: 2 });
  let state: "unknown" | "not committed" | "committing" = "unknown";
  try {
    await ensureSchema(database, mayMigrate);
    await database.transaction(async (client) => {
      for (const name of ["statement_timeout", "lock_timeout"])
        await query(client, "select set_config($1, '0', true)", [name]);
      await query(client, SYNCHRONOUS);
      // An import whose connection was lost may still be committing: this waits for its end.
      await query(client, "select pg_advisory_xact_lock(hashtextextended($1, 2))", [target]);
      if ((await importedId(client, target)) === id) return;
      state = "not committed";
      await refuseLedger(client, target);
      await refuseReplicas(client, target);
      await work.begin();
      await query(client, `delete from kore_graph.entry where target = $1 and ${NOT_LEDGER}`, [target]);
      let count = await insertEntries(client, target, [[IMPORTED, { id, at: Date.now() }]]);
      for await (const { entries, webhookTokens } of work.pages) {
        count += await insertEntries(client, target, entries);
        await insertWebhookTokens(client, target, webhookTokens);
      }
      const text = "select count(*) from kore_graph.entry where target = $1";
      const [row] = await query<{ count: string }>(client, text, [target]);
      if (Number(row?.count) !== count) throw new SettingError(NOT_EMPTY);
      // No replica starts between this check and the commit. Heartbeats wait as long.
      await query(client, "lock table kore_graph.replica in share mode");
      await refuseReplicas(client, target);
      state = "committing";
    });
  } catch (error) {
    if (isState(state, "not committed")) await work.abandon();
    if (isState(state, "committing")) {
      throw new StoreUnavailable(
        "The answer to the import was lost: run it again, and it finds out what became of it",
        {
          cause: error,
        },
      );
    }
    throw error;
  } finally {
    await database.close();
  }
}

/** As each commit of the ledger. Settings that wait for standbys are kept. */
const SYNCHRONOUS = `select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'`;

const NOT_EMPTY =
  "DATABASE_URL: has a ledger of this KORE_CONNECTIVITY_URL already, and two cannot be made one: nothing was imported";

/** TypeScript keeps the narrowing of a variable that a callback changes. */
const isState = (state: string, wanted: string): boolean => state === wanted;

/** @throws StoreUnavailable */
async function query<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } catch (error) {
    throw toStoreError(error);
  }
}

async function importedId(client: pg.ClientBase, target: string): Promise<string | undefined> {
  const text = "select value ->> 'id' as id from kore_graph.entry where target = $1 and key = $2";
  return (await query<{ id: string }>(client, text, [target, IMPORTED]))[0]?.id;
}

async function refuseLedger(client: pg.ClientBase, target: string): Promise<void> {
  const text = `select 1 from kore_graph.entry where target = $1 and (key = $2 or not ${NOT_LEDGER}) limit 1`;
  if ((await query(client, text, [target, IMPORTED])).length > 0) throw new SettingError(NOT_EMPTY);
}

async function refuseReplicas(client: pg.ClientBase, target: string): Promise<void> {
  const text = "select 1 from kore_graph.replica where target = $1 and kore_graph.is_living(expires_at) limit 1";
  if ((await query(client, text, [target])).length === 0) return;
  throw new SettingError(
    "DATABASE_URL: a replica of this KORE_CONNECTIVITY_URL runs, and would not know what is imported: stop all of them first, and wait 5 seconds for the leases of those that were killed",
  );
}

async function insertEntries(client: pg.ClientBase, target: string, entries: ImportedPage["entries"]): Promise<number> {
  await query(
    client,
    `insert into kore_graph.entry (target, key, fence, value)
      select $1, i.key, i.fence, i.value::json from unnest($2::text[], $3::bigint[], $4::text[]) as i(key, fence, value)`,
    [target, ...columnsOf(entries.map(([key, value]) => rowOf(key, value)))],
  );
  return entries.length;
}

async function insertWebhookTokens(
  client: pg.ClientBase,
  target: string,
  seen: ImportedPage["webhookTokens"],
): Promise<void> {
  await query(
    client,
    `insert into kore_graph.seen (target, token, at)
      select $1, s.token, to_timestamp(s.at / 1000) from unnest($2::text[], $3::float8[]) as s(token, at) on conflict do nothing`,
    [target, seen.map(({ token }) => token), seen.map(({ at }) => at)],
  );
}
