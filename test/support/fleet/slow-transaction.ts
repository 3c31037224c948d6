import pg from "pg";
import { type Postgres } from "./postgres.ts";

/** A transaction of another, held open with its locks as long as a test needs. */
export async function slowTransaction(server: Postgres, url: string, text: string, values: readonly unknown[]) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("begin");
  await client.query(text, [...values]);
  const end = (how: "commit" | "rollback") => async () => {
    await client.query(how);
    await client.end();
  };
  return {
    /** How many wait for a lock, in its database. */
    async waiting(): Promise<number> {
      const waits = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = $1`;
      return (await server.query(waits, [client.database])).length;
    },
    commit: end("commit"),
    rollback: end("rollback"),
  };
}

export const LOCK_ENTRY = "select from kore_graph.entry where target = $1 and key = $2 for update";
