import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommitUnknown, StoreUnavailable } from "../../../../src/common/store/store-errors.ts";
import { SettingError } from "../../../../src/server/config/setting-error.ts";
import { Database } from "../../../../src/server/storage/postgres/database.ts";
import { CERTIFICATE, PRIVATE_KEY } from "../../../support/network/certificate.ts";
import { replicaAt, until } from "../../../support/fleet/replica.ts";
import { afterTest } from "../../../support/vitest/cleanup.ts";
import { describePostgres } from "../../../support/fleet/postgres.ts";
import { LOCK_ENTRY, slowTransaction } from "../../../support/fleet/slow-transaction.ts";
import { TcpProxy } from "../../../support/network/tcp-proxy.ts";

const strays: unknown[] = [];
const onStray = (error: unknown) => void strays.push(error);
beforeEach(() => {
  strays.length = 0;
  process.on("unhandledRejection", onStray);
  process.on("uncaughtException", onStray);
});
afterEach(() => {
  process.off("unhandledRejection", onStray);
  process.off("uncaughtException", onStray);
  expect(strays).toEqual([]);
});

const failureOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => expect.fail("did not fail"),
    (error: unknown) => error as Error,
  );

describePostgres("A store whose database is away", (postgres) => {
  const through = async () => {
    const proxy = await TcpProxy.to(postgres().port);
    afterTest(() => proxy.close());
    return { proxy, url: proxy.url(postgres().url) };
  };

  test("every method rejects with StoreUnavailable, and works again afterwards", async () => {
    const { proxy, url } = await through();
    const { store, lease } = await replicaAt(url, { ttl: 2000 });
    await store.commit({ set: [["intent/k", { fence: 1 }]] });
    proxy.cut();
    const calls = () => [
      store.get("k"),
      store.getMany(["k"]),
      store.list("k"),
      store.listMany(["k"]),
      store.living(),
      store.commit({ set: [["k", 2]] }),
    ];
    for (const call of calls()) {
      const error = await failureOf(call);
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect(JSON.stringify([error.message, error.stack, error])).not.toMatch(/127\.0\.0\.1|:\d{5}|kore:|[0-9a-f]{24}/);
    }
    await store.changed(["k"], 10);
    proxy.heal();
    await until(() => lease.isHeld, "a lease");
    await until(
      () =>
        store
          .get("intent/k")
          .then(() => true)
          .catch(() => false),
      "the store",
    );
    expect(await store.get("intent/k")).toEqual({ fence: 1 });
    await until(async () => (await store.commit({ set: [["k", 3]] }).catch(() => "")) === "done", "a commit");
  });

  test.each(["restart", "crash"] as const)("a %s of the database loses nothing that was done", async (how) => {
    const { store, lease } = await replicaAt(postgres().url, { ttl: 2000 });
    let done = 0;
    const over = new AbortController();
    const writing = (async () => {
      while (!over.signal.aborted) {
        const key = `n/${String(done).padStart(6, "0")}`;
        const result = await store.commit({ set: [[key, done]] }).catch((error: unknown) => {
          expect(error).toBeInstanceOf(StoreUnavailable);
          return "failed";
        });
        if (result === "done") done += 1;
        else await store.changed([], 20);
      }
    })();
    await until(() => done > 20, "commits");
    await postgres().restart({ crash: how === "crash" });
    await until(() => lease.isHeld, "a lease");
    const before = done;
    await until(() => done > before + 20, "commits afterwards");
    over.abort();
    await writing;
    const values = (await store.list("n/")).map(([, value]) => value);
    expect(values.slice(0, done)).toEqual(Array.from({ length: done }, (_, n) => n));
  });

  test.each([
    { arrives: true, kept: { lost: 1 } },
    { arrives: false, kept: undefined },
  ])("a commit whose answer is lost is unknown, carried out or not: %j", async ({ arrives, kept }) => {
    const { proxy, url } = await through();
    const { store } = await replicaAt(url);
    await store.commit({ set: [["first", 1]] });
    proxy.cutAnswerTo((sent) => sent.includes("lost"), { arrives });
    const error = await failureOf(store.commit({ set: [["k", { lost: 1 }]] }));
    expect(error).toBeInstanceOf(CommitUnknown);
    expect(await store.get("k")).toEqual(kept);
    expect(await store.commit({ set: [["k", 2]] })).toBe("done");
  });

  test("a reading whose answer is lost is no unknown commit", async () => {
    const { proxy, url } = await through();
    const { store } = await replicaAt(url);
    proxy.cutAnswerTo((sent) => sent.includes("some-key"), { arrives: true });
    const error = await failureOf(store.get("some-key"));
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(error).not.toBeInstanceOf(CommitUnknown);
  });

  test("a commit that is answered by nothing is unknown once its time is over", async () => {
    const { proxy, url } = await through();
    const { store } = await replicaAt(url, { statementTimeout: 300, ttl: 20_000 });
    await store.commit({ set: [["k", 1]] });
    proxy.hold();
    expect(await failureOf(store.commit({ set: [["k", 2]] }))).toBeInstanceOf(CommitUnknown);
    proxy.heal();
    await until(async () => (await store.get("k").catch(() => undefined)) !== undefined, "the store");
  });

  test("a commit that PostgreSQL breaks off is not unknown: nothing was changed", async () => {
    const target = randomUUID();
    const { store } = await replicaAt(postgres().url, { target, statementTimeout: 300 });
    await store.commit({ set: [["k", 1]] });
    const slow = await slowTransaction(postgres(), postgres().url, LOCK_ENTRY, [target, "k"]);
    const error = await failureOf(store.commit({ set: [["k", 2]] }));
    await slow.rollback();
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(error).not.toBeInstanceOf(CommitUnknown);
    expect(await store.get("k")).toBe(1);
  });

  test("a database that has become read-only refuses commits, and its connections are not kept", async () => {
    const url = await postgres().database();
    const name = url.split("/").at(-1) ?? "";
    const { store } = await replicaAt(url, { maxConnections: 1 });
    await store.commit({ set: [["k", 1]] });
    await postgres().query(`alter database ${name} set default_transaction_read_only = on`);
    await postgres().query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and query not like '%listen%'",
      [name],
    );
    await until(async () => {
      const result = await store.commit({ set: [["k", 2]] }).catch((error: unknown) => error as Error);
      return result instanceof Error && result.message.includes("read-only");
    }, "a refusal");
    expect(await store.get("k")).toBe(1);
    await postgres().query(`alter database ${name} set default_transaction_read_only = off`);
    await until(async () => (await store.commit({ set: [["k", 2]] }).catch(() => "")) === "done", "a commit");
  });

  test("synchronous_commit off, of the role or the database, has no part in commits", async () => {
    const url = await postgres().database();
    await postgres().query(`alter database ${url.split("/").at(-1) ?? ""} set synchronous_commit = off`);
    const { store } = await replicaAt(url);
    await postgres().query("select 1");
    const database = new Database({ url });
    afterTest(() => database.close());
    const read = () =>
      database.query<{ lsn: boolean }>("select pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn() as lsn", [], {
        name: "flushed",
      });
    let flushed = 0;
    for (let n = 0; n < 5; n += 1) {
      expect(await store.commit({ set: [["k", n]] })).toBe("done");
      if ((await read())[0]?.lsn) flushed += 1;
    }
    expect(flushed).toBeGreaterThanOrEqual(3); // A heartbeat between the two may have written more.
  });

  test("TLS: the server's certificate and host name are checked, unless that is forgone", async () => {
    const certificate = await postgres().file("certificate.pem", CERTIFICATE);
    const key = await postgres().file("key.pem", PRIVATE_KEY);
    await postgres().stop();
    await postgres().resume({ ssl: "on", ssl_cert_file: certificate, ssl_key_file: key });
    const url = await postgres().database();
    const isEncrypted = async (query: string) => {
      const applicationName = `tls ${query.slice(0, 30)}`;
      await replicaAt(url + query, { applicationName });
      const rows = await postgres().query<{ ssl: boolean }>(
        "select bool_and(ssl) as ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = $1",
        [applicationName],
      );
      return rows[0]?.ssl;
    };
    expect(await isEncrypted(`?sslrootcert=${certificate}&sslmode=verify-full`)).toBe(true);
    expect(await isEncrypted(`?sslrootcert=${certificate}`)).toBe(true);
    expect(await isEncrypted("?sslmode=no-verify")).toBe(true);
    expect(await isEncrypted("?sslmode=disable")).toBe(false);
    expect(await isEncrypted("")).toBe(false);
    for (const mode of ["require", "prefer", "verify-ca", "verify-full"]) {
      expect((await failureOf(replicaAt(`${url}?sslmode=${mode}`))).message).toMatch(/certificate that is not trusted/);
    }
    const named = `${url.replace("127.0.0.1", "localhost")}?sslrootcert=${certificate}`;
    expect((await failureOf(replicaAt(named))).message).toMatch(/certificate for another host name/);
    await postgres().restart();
  });

  test.each([
    ["a wrong password", (url: string) => url.replace(/:[0-9a-f]+@/, ":hunter2secret@"), /refuses the password/],
    ["no such database", (url: string) => url.replace(/postgres$/, "nowhere"), /does not exist under that name/],
    ["no server", (url: string) => url.replace(/:\d+\//, ":1/"), /refuses connections/],
    ["no such host", (url: string) => url.replace("127.0.0.1", "nowhere.invalid"), /host name that is not known/],
    ["no TLS there", (url: string) => `${url}?sslmode=require`, /cannot be reached/],
  ])("a start with %s reports the mistake, without the address", async (_what, change, sentence) => {
    const error = await failureOf(replicaAt(change(postgres().url)));
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(error.message).toMatch(sentence);
    const said = `${error.message} ${error.stack ?? ""} ${JSON.stringify(error)}`;
    for (const part of ["hunter2", "nowhere", "127.0.0.1", String(postgres().port), "kore:"]) {
      expect(said).not.toContain(part);
    }
  });

  test.each([
    "mysql://u:secret@h/d",
    "not an address secret",
    "postgres://u:secret@h:port/d",
    "postgres://u:secret@h/d?sslmode=secret",
    "postgres://u:secret@h/d?sslrootcert=/none/secret",
  ])("an address that cannot be one is a mistake of the configuration: %s", async (url) => {
    const error = await failureOf(replicaAt(url));
    expect(error).toBeInstanceOf(SettingError);
    expect(error.message).toContain("DATABASE_URL");
    expect(error.message).not.toContain("secret");
  });
});
