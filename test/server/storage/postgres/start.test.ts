import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { SettingError } from "../../../../src/server/config/setting-error.ts";
import { Database } from "../../../../src/server/storage/postgres/database.ts";
import { migrate } from "../../../../src/server/storage/postgres/migrate.ts";
import { PoolerError } from "../../../../src/server/storage/postgres/replicas/notifications.ts";
import { MIGRATIONS } from "../../../../src/server/storage/postgres/migrations.ts";
import { replicaAt, until } from "../../../support/fleet/replica.ts";
import { afterTest } from "../../../support/vitest/cleanup.ts";
import { describePostgres } from "../../../support/fleet/postgres.ts";
import { TcpProxy, withoutNotifications } from "../../../support/network/tcp-proxy.ts";

describePostgres("A start on PostgreSQL", (postgres) => {
  const databaseAt = (url: string) => {
    const database = new Database({ url });
    afterTest(() => database.close());
    return database;
  };
  const nameOf = (url: string) => url.split("/").at(-1) ?? "";

  test("several replicas that start together on an empty database migrate it once", async () => {
    const url = await postgres().database();
    const target = randomUUID();
    const replicas = await Promise.all(Array.from({ length: 6 }, () => replicaAt(url, { target, maxConnections: 2 })));
    expect(await replicas[0]?.store.living()).toEqual(new Set(replicas.map(({ store }) => store.replica)));
    const database = databaseAt(url);
    const rows = await database.query<{ version: number }>("select version from kore_graph.migration", [], {
      name: "v",
    });
    expect(rows).toEqual(MIGRATIONS.map((_, index) => ({ version: index + 1 })));
    expect(await migrate(database)).toEqual({ from: MIGRATIONS.length, to: MIGRATIONS.length });
  });

  test("a command migrates ahead where a start may not, and the start says which until then", async () => {
    const url = await postgres().database();
    await expect(replicaAt(url, { mayMigrate: false })).rejects.toThrow(/at version 0 and .* run "migrate" first/);
    const results = await Promise.all([migrate(databaseAt(url)), migrate(databaseAt(url)), migrate(databaseAt(url))]);
    expect(results.map(({ from }) => from).sort()).toEqual([0, MIGRATIONS.length, MIGRATIONS.length]);
    expect(await (await replicaAt(url, { mayMigrate: false })).store.commit({ set: [["k", 1]] })).toBe("done");
  });

  test("a schema of a newer release is refused, by start and command", async () => {
    const url = await postgres().database();
    await migrate(databaseAt(url));
    await databaseAt(url).query("insert into kore_graph.migration (version) values (99)", [], { name: "newer" });
    const attempts = [
      () => replicaAt(url),
      () => replicaAt(url, { mayMigrate: false }),
      () => migrate(databaseAt(url)),
    ];
    for (const attempt of attempts) {
      const failed = attempt();
      await expect(failed).rejects.toThrow(SettingError);
      await expect(failed).rejects.toThrow(/version 99, which a newer release made/);
    }
  });

  test("a failed migration leaves nothing behind", async () => {
    const url = await postgres().database();
    const database = databaseAt(url);
    // A table of that name stands in the way of the first step.
    await database.query("create schema kore_graph", [], { name: "schema" });
    await database.query("create table kore_graph.quota ()", [], { name: "table" });
    await expect(migrate(database)).rejects.toThrow();
    const rows = await database.query("select from pg_tables where schemaname = 'kore_graph'", [], { name: "tables" });
    expect(rows).toHaveLength(1);
    await database.query("drop table kore_graph.quota", [], { name: "drop" });
    expect(await migrate(database)).toEqual({ from: 0, to: MIGRATIONS.length });
  });

  test("another encoding than UTF8 is refused", async () => {
    const name = `latin_${randomUUID().slice(0, 8)}`;
    await postgres().query(`create database ${name} encoding 'LATIN1' locale 'C' template template0`);
    await expect(replicaAt(postgres().url.replace(/postgres$/, name))).rejects.toThrow(/encoding must be UTF8/);
  });

  test("a role that may only use the tables works once another has migrated", async () => {
    const url = await postgres().database();
    const database = databaseAt(url);
    await migrate(database);
    for (const statement of [
      "create role plain login password 'plain'",
      "grant usage on schema kore_graph to plain",
      "grant select, insert, update, delete on all tables in schema kore_graph to plain",
    ]) {
      await database.query(statement, [], { name: statement.slice(0, 20) });
    }
    const plain = url.replace(/kore:[0-9a-f]+@/, "plain:plain@");
    const replica = await replicaAt(plain, { mayMigrate: false });
    expect(await replica.store.commit({ set: [["k", 1]] })).toBe("done");
    expect(await replica.events.publish([{ accountId: "a", value: 1 }], "token")).toBe(true);
    await replica.invalidations.invalidate("all");
    // And one that may do nothing says so.
    const other = await postgres().database();
    const refused = replicaAt(other.replace(/kore:[0-9a-f]+@/, "plain:plain@"));
    await expect(refused).rejects.toThrow(/does not give its user the rights/);
  });

  test("a pooler that drops notifications is found out", async () => {
    const proxy = await TcpProxy.to(postgres().port, withoutNotifications);
    afterTest(() => proxy.close());
    const refused = replicaAt(proxy.url(postgres().url));
    await expect(refused).rejects.toBeInstanceOf(PoolerError);
    await expect(refused).rejects.toBeInstanceOf(SettingError);
    await expect(refused).rejects.toThrow(/transaction mode/);
  });

  test("a LISTEN connection that is lost is opened again, and waits end all the same", async () => {
    const url = await postgres().database();
    const target = randomUUID();
    const [a, b] = await Promise.all([replicaAt(url, { target }), replicaAt(url, { target })]);
    await a.store.commit({ set: [["intent/x", { fence: 1 }]] });
    const by = { key: "intent/x", fence: 1, replica: a.store.replica };
    const pids = () =>
      postgres().query<{ pid: number }>(
        "select pid from pg_stat_activity where datname = $1 and (query ilike '%listen %' or query like '%is_held%')",
        [nameOf(url)],
      );
    for (const { pid } of await pids()) await postgres().query("select pg_terminate_backend($1)", [pid]);
    await b.store.changed(["intent/x"], 50);
    await until(() => !a.isDegraded && !b.isDegraded, "both back");
    expect(a.store.replica).toBe(by.replica);
    const woken = b.store.changed(["intent/x"], 60_000);
    await a.store.commit({ by, set: [["k", 1]] });
    await woken;
  });

  test("after a start that failed no connection is left", async () => {
    const url = await postgres().database();
    const database = databaseAt(url);
    await migrate(database);
    await database.query("insert into kore_graph.migration (version) values (99)", [], { name: "newer" });
    await expect(replicaAt(url, { applicationName: "failed-start" })).rejects.toThrow();
    await until(async () => {
      const rows = await postgres().query("select from pg_stat_activity where application_name = 'failed-start'");
      return rows.length === 0;
    }, "no connection");
  });
});
