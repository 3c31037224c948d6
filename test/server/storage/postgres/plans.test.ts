import pg from "pg";
import { expect, test } from "vitest";
import { replicaAt } from "../../../support/fleet/replica.ts";
import { describePostgres } from "../../../support/fleet/postgres.ts";

/** Rows of the ledger that statements have fetched, those of sessions that are over. */
async function fetchedRows(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ fetched: string }>(
    `select seq_tup_read + idx_tup_fetch as fetched from pg_stat_user_tables
      where schemaname = 'kore_graph' and relname = 'entry'`,
  );
  await client.end();
  return Number(rows[0]?.fetched);
}

describePostgres("Statements of the store", (postgres) => {
  test("13.2 a statement fetches the rows that it names, however many there are and however old the statistics", async () => {
    const KEPT = 5_000;
    const SIMS = 500;
    const url = await postgres().database();
    const replica = await replicaAt(url, { maxConnections: 1 });
    const { store } = replica;
    const reserve = async (order: string, sims: number) => {
      const keys = Array.from({ length: sims }, (_, at) => `sim/${order}/${at}`);
      await store.getMany(keys);
      const expect = keys.map((key) => [key, "absent"] as const);
      await store.commit({ expect, set: keys.map((key) => [key, order] as const) });
      return async () => store.commit({ set: keys.map((key) => [key, undefined] as const) });
    };
    // The session keeps its plans from here: the table is new, and a statement names one row.
    for (let count = 0; count < 10; count += 1) await (await reserve(`small-${count}`, 1))();
    await store.commit({ set: Array.from({ length: KEPT }, (_, at) => [`kept/${at}`, at] as const) });
    await (
      await reserve("large", SIMS)
    )();
    await replica.close();
    expect(await fetchedRows(url)).toBeLessThan(10 * SIMS);
  });
});
