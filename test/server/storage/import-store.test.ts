import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type App, createApp } from "../../../src/app.ts";
import { importStore } from "../../../src/commands/import-store.ts";
import { readConfig } from "../../../src/server/config/index.ts";
import { createLog } from "../../../src/server/logging/log.ts";
import { importLedger } from "../../../src/server/storage/postgres/import.ts";
import { openStore, openStoreToImport } from "../../../src/server/storage/lmdb.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/index.ts";
import { type Reply, environmentOf } from "../../support/app.ts";
import { SIGNED, alert, signed } from "../../support/kore/webhook-deliveries.ts";
import { replicaAt } from "../../support/fleet/replica.ts";
import { describePostgres } from "../../support/fleet/postgres.ts";

const SUSPEND = `mutation ($key: String, $sims: [SimSelector!]!) {
  suspendSubscriptions(input: { accountId: "acme", subscriptions: $sims, requestKey: $key }) { results { outcome request { id } } }
}`;

interface Suspended {
  suspendSubscriptions: { results: { outcome: string; request: { id: string } | null }[] };
}

describePostgres("kore-graph import-store", (postgres) => {
  let kore: Simulator;
  let root: string;
  let folder: string;
  let onFolder: Record<string, string>;
  let onDatabase: Record<string, string>;
  let app: App | undefined;

  beforeEach(async () => {
    kore = await startSimulator({ accounts: { acme: { sims: 100, states: "Active" } } });
    root = await mkdtemp(join(tmpdir(), "kore-graph-import-"));
    folder = join(root, "store");
    const common = {
      ...environmentOf(kore),
      WARM_UP_MS: "0",
      ...SIGNED,
      ...{ PORT: "0", LOG_LEVEL: "error", AUDIT_FILE: join(root, "audit.jsonl") },
      ...{ PROVISIONING_SETTLE_MS: "20", PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "40", PROVISIONING_CHUNK_SIZE: "10" },
    };
    onFolder = { ...common, STORE_PATH: folder };
    onDatabase = { ...common, DATABASE_URL: await postgres().database() };
  });
  afterEach(async () => {
    await stop();
    await kore.stop();
    await rm(root, { recursive: true });
  });

  const start = async (env: Record<string, string>): Promise<App> =>
    (app = await createApp(readConfig(env), { log: createLog("silent") }));
  const stop = async () => {
    await app?.stop();
    app = undefined;
  };
  const suspend = async (key: string, from: number, to: number) => {
    const sims = kore
      .iccids("acme")
      .slice(from, to)
      .map((iccid) => ({ iccid }));
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ query: SUSPEND, variables: { key, sims } });
    const reply = await fetch(`${app?.url ?? ""}/graphql`, { method: "POST", headers, body });
    const { data } = (await reply.json()) as Reply<Suspended>;
    return data?.suspendSubscriptions.results;
  };
  const deliver = async (body: string) =>
    (await fetch(`${app?.url ?? ""}/webhooks/kore`, { method: "POST", body, headers: signed(body) })).status;
  const posts = () =>
    kore.log().filter(({ method, path }) => method === "POST" && path.includes("provisioning")).length;
  const move = async (env = onDatabase, from = folder) => {
    const say = vi.fn<(text: string) => void>();
    const code = await importStore.run({ from }, env, { say, complain: say });
    return { code, said: say.mock.calls.flat().join("") };
  };
  const markOf = () => {
    const url = kore.urls.connectivity.replace(/\/+$/, "");
    const mark = createHash("sha256")
      .update(JSON.stringify([url]))
      .digest("hex");
    return { mark, former: [] };
  };
  const rows = async (table: string) => {
    const client = new pg.Client({ connectionString: onDatabase.DATABASE_URL });
    await client.connect();
    const { rows: found } = await client.query<Record<string, unknown>>(`select * from kore_graph.${table}`);
    await client.end();
    return found;
  };

  test("13.5 moves orders, reservations and received webhooks: nothing is ordered again, and the folder is refused", async () => {
    await start(onFolder);
    const done = await suspend("done", 0, 25);
    expect(new Set(done?.map(({ outcome }) => outcome))).toEqual(new Set(["SUBMITTED"]));
    const body = alert();
    expect(await deliver(body)).toBe(200);
    await stop();
    const sent = posts();
    const { code, said } = await move();
    expect(code).toBe(0);
    expect(said).toMatch(
      /1 {2}orders\n +3 {2}POSTs of orders\n +0 {2}writes to API clients\n +0 {2}created cost centers\n +1 {2}webhooks seen\n +\d+ {2}keys in all\n$/,
    );
    expect(await readFile(join(root, "audit.jsonl"), "utf8")).toMatch(/"verb":"import-store","counts":\{.*"orders":1/);
    expect((await rows("seen")).map(({ token }) => token)).toEqual([expect.stringMatching(/^body [\da-f]{64}$/)]);

    await expect(start(onFolder)).rejects.toThrow(/was moved into a database by `kore-graph import-store`/);
    expect((await move()).said).toBe("The store was imported before: nothing is left to do.\n");

    await start(onDatabase);
    expect(await suspend("done", 0, 25)).toEqual(done);
    expect(posts()).toBe(sent);
    expect(await deliver(body)).toBe(200);
    expect(await rows("event")).toEqual([]);
    expect((await suspend("another", 30, 32))?.map(({ outcome }) => outcome)).toEqual(["SUBMITTED", "SUBMITTED"]);
  });

  test("13.5 a store of an earlier version is upgraded during the import, in pages, with answered webhooks under their old keys", async () => {
    const store = await openStore(folder, markOf());
    const many = Array.from(
      { length: 450 },
      (_, n) => [`claim/acme/${String(n).padStart(4, "0")}`, { at: 1, key: "k", index: n }] as const,
    );
    await store.commit({
      set: [
        ...many,
        ["doubt/acme/sim-1", true],
        ["lock/intent/x", { owner: "of before", fence: 2 ** 47 }],
        ["store-time", 1_700_000_000_000],
        ["webhook/old", 1_700_000_000_000],
        ["webhook/old answered", 1_700_000_000_000],
        ["delivery/2026-01/taken", 1_768_000_000_000],
        ["delivery/2026-01/given", 1_768_000_000_000],
        ["delivery/2026-01/given answered", 1_768_000_001_000],
        ["intent/odd", { name: "\u0000 \ud800", createdAt: 1 }],
      ],
    });
    await store.close();
    await move();
    const entries = await rows("entry");
    const byKey = new Map(entries.map((row) => [row.key, row]));
    expect(entries.filter(({ key }) => String(key).startsWith("claim/"))).toHaveLength(450);
    expect(byKey.has("doubt/acme/sim-1")).toBe(false);
    expect(byKey.get("marks/reserved")?.value).toBe(true);
    expect(byKey.get("marks/unfinished")?.value).toBe(true);
    expect(byKey.get("store-time")?.value).toBe(1_700_000_000_000);
    expect(byKey.get("lock/intent/x")).toMatchObject({ fence: String(2 ** 47), value: { owner: "of before" } });
    expect(byKey.get("intent/odd")?.value).toMatchObject({ name: "\u0000 \ud800" });
    const seen = (await rows("seen")).map(({ token, at }) => [token, (at as Date).getTime()]);
    expect(seen.sort()).toEqual([
      ["given", 1_768_000_001_000],
      ["old", 1_700_000_000_000],
    ]);
  });

  test("13.5 refuses a folder in use, one of another KORE, one without a store, and none", async () => {
    await expect(move(onDatabase, join(root, "nothing"))).rejects.toThrow(/is not there: the folder holds none/);
    const output = { say: () => undefined, complain: () => undefined };
    await expect(importStore.run({}, onDatabase, output)).rejects.toThrow(/--from: is missing/);
    await start(onFolder);
    await expect(move()).rejects.toThrow(/Another process uses the store/);
    await stop();
    const elsewhere = { ...onDatabase, KORE_CONNECTIVITY_URL: "http://127.0.0.1:1/connectivity" };
    await expect(move(elsewhere)).rejects.toThrow(/made with another KORE_CONNECTIVITY_URL/);
    await expect(move({ ...onDatabase, DATABASE_URL: "" })).rejects.toThrow(/DATABASE_URL: is missing/);
    await start(onFolder); // None of these has marked it.
  });

  test("13.5 refuses while a replica of the target runs, and a target that has a ledger; the folder stays usable", async () => {
    await start(onFolder);
    await suspend("mine", 0, 3);
    await stop();
    const target = kore.urls.connectivity.replace(/\/+$/, "");
    const replica = await replicaAt(onDatabase.DATABASE_URL ?? "", { target });
    await expect(move()).rejects.toThrow(/a replica of this KORE_CONNECTIVITY_URL runs/);
    await replica.close();
    await start(onDatabase);
    await suspend("theirs", 50, 52);
    await stop();
    await expect(move()).rejects.toThrow(/has a ledger of this KORE_CONNECTIVITY_URL already/);
    await start(onFolder);
    expect(await suspend("mine", 0, 3)).toHaveLength(3);
  });

  test("13.5 a database in which a replica was started and did nothing takes the ledger", async () => {
    await start(onFolder);
    await suspend("mine", 0, 3);
    await stop();
    await start(onDatabase);
    await stop();
    expect((await move()).code).toBe(0);
  });

  test("13.5 interrupted before the commit, all is as it was for the database, and a second run moves it", async () => {
    await start(onFolder);
    await suspend("mine", 0, 3);
    await stop();
    const store = await openStoreToImport(folder, markOf());
    await store.setImportMark({ state: "importing", id: "killed" });
    await store.close();
    await expect(start(onFolder)).rejects.toThrow(/is being moved into a database: .* Run it again/);
    expect((await move()).said).toMatch(/1 {2}orders/);
    expect((await rows("entry")).find(({ key }) => key === "marks/imported")?.value).toMatchObject({ id: "killed" });
  });

  test("13.5 interrupted after the commit, a second run moves nothing and marks the folder, also once the database is in use", async () => {
    await start(onFolder);
    await suspend("mine", 0, 3);
    await stop();
    await move();
    const { id } = (await rows("entry")).find(({ key }) => key === "marks/imported")?.value as { id: string };
    const store = await openStoreToImport(folder, markOf());
    await store.setImportMark({ state: "importing", id });
    await store.close();
    await start(onDatabase);
    const before = await rows("entry");
    expect((await move()).said).toMatch(/had been committed before/);
    expect(await rows("entry")).toHaveLength(before.length);
    await stop();
    await expect(start(onFolder)).rejects.toThrow(/was moved into a database/);
  });

  test("13.5 a database that becomes unreachable during the import leaves the folder unchanged", async () => {
    await start(onFolder);
    await suspend("mine", 0, 3);
    await stop();
    const away = { ...onDatabase, DATABASE_URL: "postgres://kore:secret@127.0.0.1:1/kore" };
    await expect(move(away)).rejects.toThrow(/refuses connections/);
    await start(onFolder);
    expect(await suspend("mine", 0, 3)).toHaveLength(3);
  });

  test.each([
    ["a connection that is lost", "terminate", /The database \(DATABASE_URL\)/],
    ["a replica that starts meanwhile", "replica", /a replica of this KORE_CONNECTIVITY_URL runs/],
  ])("13.5 %s during the import leaves nothing in the database, and the folder usable", async (_, what, sentence) => {
    const [url, target] = [onDatabase.DATABASE_URL ?? "", "https://kore.example/connectivity"];
    const [begin, abandon] = [vi.fn(() => Promise.resolve()), vi.fn(() => Promise.resolve())];
    const inTheMiddle = async () => {
      if (what === "replica") await replicaAt(url, { target });
      else {
        const others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1";
        await postgres().query(others, [new URL(url).pathname.slice(1)]);
      }
    };
    const pages = (async function* () {
      yield { entries: [["intent/a", { createdAt: 1 }]] as const, webhookTokens: [{ token: "body a", at: 1 }] };
      await inTheMiddle();
      yield { entries: [["intent/b", { createdAt: 1 }]] as const, webhookTokens: [] };
    })();
    const work = importLedger({ url, target, id: "one", mayMigrate: true, pages, begin, abandon });
    await expect(work).rejects.toThrow(sentence);
    expect([begin.mock.calls.length, abandon.mock.calls.length]).toEqual([1, 1]);
    expect((await rows("entry")).filter(({ key }) => String(key).startsWith("intent/"))).toEqual([]);
    expect(await rows("seen")).toEqual([]);
  });
});
