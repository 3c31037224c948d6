import { SettingError } from "../../config/setting-error.ts";
import { type Database, describeFailure } from "./database.ts";
import { MIGRATIONS } from "./migrations.ts";

/** Advisory lock: replicas that start together migrate one after the other. */
const LOCK = 0x6b6f7265;

const OLDEST_POSTGRES = 130_000;

interface Version {
  version: number;
  encoding: string;
  server: number;
}

/**
 * Migrates the schema `kore_graph` to the version of this release. Replicas may call it concurrently.
 *
 * @returns the versions before and after
 * @throws SettingError when the schema is newer, or the database cannot hold it
 */
export async function migrate(database: Database): Promise<{ from: number; to: number }> {
  return database.transaction(async (client) => {
    await client.query("set local statement_timeout = 0; set local lock_timeout = 0");
    await client.query("select pg_advisory_xact_lock($1)", [LOCK]);
    const { rows } = await client.query<Version>(await versionQuery(client));
    const from = checked(rows[0]);
    if (from === MIGRATIONS.length) return { from, to: from };
    try {
      // An existing schema is used, for roles that may not create one.
      if (from === 0) {
        await client.query(`do $$ begin
          if not exists (select from pg_namespace where nspname = 'kore_graph') then create schema kore_graph; end if;
          end $$`);
        await client.query(`create table if not exists kore_graph.migration
          (version int primary key, at timestamptz not null default clock_timestamp())`);
      }
      for (const [index, step] of MIGRATIONS.entries()) {
        if (index < from) continue;
        await client.query(step);
        await client.query("insert into kore_graph.migration (version) values ($1)", [index + 1]);
      }
    } catch (error) {
      throw (error as { code?: unknown }).code === "42501" ? new SettingError(describeFailure(error)) : error;
    }
    return { from, to: MIGRATIONS.length };
  });
}

/**
 * Checks that the schema has the version of this release, and migrates it if allowed.
 *
 * @param mayMigrate false for operators that forbid DDL at run time and call {@link migrate} by its command
 * @throws SettingError in one sentence
 */
export async function ensureSchema(database: Database, mayMigrate: boolean): Promise<void> {
  const version = await database.transaction(async (client) => {
    const { rows } = await client.query<Version>(await versionQuery(client));
    return checked(rows[0]);
  });
  if (version === MIGRATIONS.length) return;
  if (!mayMigrate) {
    throw new SettingError(
      `DATABASE_URL: the schema kore_graph is at version ${version} and this release needs ${MIGRATIONS.length}: run "migrate" first`,
    );
  }
  await migrate(database);
}

/** Reads the catalog's tables: `to_regclass` may use a cache from before the wait for the lock. */
async function versionQuery(client: { query: (text: string) => Promise<{ rows: unknown[] }> }): Promise<string> {
  const { rows } =
    await client.query(`select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'kore_graph' and c.relname = 'migration') as is_there`);
  const { is_there: isThere } = rows[0] as { is_there: boolean };
  const version = isThere ? "(select coalesce(max(version), 0) from kore_graph.migration)" : "0";
  return `select ${version} as version, current_setting('server_encoding') as encoding,
    current_setting('server_version_num')::int as server`;
}

function checked(row: Version | undefined): number {
  if (row === undefined) throw new Error("The database returned no version");
  const { version, encoding, server } = row;
  if (server < OLDEST_POSTGRES) throw new SettingError("DATABASE_URL: PostgreSQL 13 or newer is needed");
  if (encoding !== "UTF8") throw new SettingError("DATABASE_URL: the database's encoding must be UTF8");
  if (version > MIGRATIONS.length) {
    throw new SettingError(
      `DATABASE_URL: the schema kore_graph is at version ${version}, which a newer release made; this one knows ${MIGRATIONS.length}`,
    );
  }
  return version;
}
