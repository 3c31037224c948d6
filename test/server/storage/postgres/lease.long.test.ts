import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { StoreUnavailable } from "../../../../src/common/store/store-errors.ts";
import { replicaAt, until } from "../../../support/fleet/replica.ts";
import { afterTest } from "../../../support/vitest/cleanup.ts";
import { type Postgres, describePostgres } from "../../../support/fleet/postgres.ts";
import { LOCK_ENTRY, slowTransaction } from "../../../support/fleet/slow-transaction.ts";
import { TcpProxy } from "../../../support/network/tcp-proxy.ts";

describePostgres("The lease of a replica", (postgres) => {
  const proxied = async () => {
    const proxy = await TcpProxy.to(postgres().port);
    afterTest(() => proxy.close());
    return { proxy, url: proxy.url(postgres().url) };
  };
  const rows = (server: Postgres, target: string) =>
    server.query<{ id: string; ms: number }>(
      "select id::text, kore_graph.milliseconds(expires_at) as ms from kore_graph.replica where target = $1",
      [target],
    );

  test("replicas have ids of their own, see each other, and are gone after an orderly stop", async () => {
    const target = randomUUID();
    const [a, b] = await Promise.all([replicaAt(postgres().url, { target }), replicaAt(postgres().url, { target })]);
    expect(await a.store.living()).toEqual(new Set([a.store.replica, b.store.replica]));
    await until(async () => Promise.resolve(a.lease.replicas === 2), "a beat that counts both");
    const id = b.store.replica;
    await b.close();
    expect(await a.store.living()).toEqual(new Set([a.store.replica]));
    expect(await rows(postgres(), target)).toHaveLength(1);
    expect(b.lease.isHeld).toBe(false);
    const again = await replicaAt(postgres().url, { target });
    expect(again.store.replica).not.toBe(id);
  });

  test("a replica whose heartbeats are stopped ends its lease before the database does, and comes back as another", async () => {
    const target = randomUUID();
    const { proxy, url } = await proxied();
    let lost = 0;
    let failed = 0;
    const observer = { leaseLost: () => (lost += 1), heartbeatFailed: () => (failed += 1) };
    const [a, b] = await Promise.all([
      replicaAt(url, { target, ttl: 1500, observer, statementTimeout: 500 }),
      replicaAt(postgres().url, { target, ttl: 1500 }),
    ]);
    const id = a.store.replica;
    await a.store.commit({ set: [["intent/x", { fence: 1 }]] });
    const by = { key: "intent/x", fence: 1, replica: id };

    proxy.hold();
    await until(() => !a.lease.isHeld, "the end of the lease");
    const endedAt = a.lease.now();
    expect(a.store.replica).not.toBe(id);
    const expiresAt = (await rows(postgres(), target)).find((row) => row.id === id)?.ms ?? 0;
    expect(endedAt).toBeLessThan(expiresAt);
    expect(await a.store.commit({ by, set: [["k", 1]] })).toBe("fenced");
    await expect(a.store.commit({ set: [["k", 1]] })).rejects.toBeInstanceOf(StoreUnavailable);
    expect(a.isDegraded).toBe(true);
    await until(async () => !(await b.store.living()).has(id), "the end of the lease for others");

    proxy.heal();
    await until(() => a.lease.isHeld, "another lease");
    expect(a.store.replica).not.toBe(id);
    expect(await a.store.living()).toEqual(new Set([a.store.replica, b.store.replica]));
    expect(await a.store.commit({ by, set: [["k", 1]] })).toBe("fenced");
    expect(await a.store.commit({ set: [["k", 1]] })).toBe("done");
    expect(lost).toBe(1);
    expect(failed).toBeGreaterThan(0);
    expect((await rows(postgres(), target)).map((row) => row.id)).not.toContain(id);
  });

  test("a process that was paused for longer than its lease detects it before any timer runs", async () => {
    const target = randomUUID();
    const [a, b] = await Promise.all([
      replicaAt(postgres().url, { target, ttl: 1000 }),
      replicaAt(postgres().url, { target, ttl: 30_000 }),
    ]);
    const id = a.store.replica;
    await a.store.commit({ set: [["intent/x", { fence: 1 }]] });
    const by = { key: "intent/x", fence: 1, replica: id };
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
    expect(a.lease.isHeld).toBe(false);
    expect(a.store.replica).not.toBe(id);
    const late = a.store.commit({ by, set: [["k", 1]] });
    expect(await late).toBe("fenced");
    expect(await b.store.living()).not.toContain(id);
    await until(() => a.lease.isHeld, "another lease");
    // No replica has taken it over: the fence is the same, and the claim has expired.
    expect(await a.store.commit({ by, set: [["k", 1]] })).toBe("fenced");
    expect(await b.store.get("k")).toBeUndefined();
    expect(await a.store.commit({ by: { ...by, replica: a.store.replica }, set: [["k", 2]] })).toBe("done");
  });

  test("a beat after the end by the database's clock revives nothing", async () => {
    const target = randomUUID();
    let fenced = 0;
    const a = await replicaAt(postgres().url, { target, ttl: 2000, observer: { fenced: () => (fenced += 1) } });
    const id = a.store.replica;
    // As when the database's clock is set forward.
    await postgres().query("update kore_graph.replica set expires_at = clock_timestamp() where id = $1", [id]);
    expect(await a.store.commit({ set: [["k", 1]] })).toBe("fenced");
    expect(fenced).toBe(1);
    expect(await a.store.get("k")).toBeUndefined();
    await until(() => a.store.replica !== id && a.lease.isHeld, "another lease");
    expect(await a.store.living()).toEqual(new Set([a.store.replica]));
    expect(await a.store.commit({ set: [["k", 1]] })).toBe("done");
  });

  test("a row that was taken away is not put back, and one from before the clock was set back does not live", async () => {
    const target = randomUUID();
    const a = await replicaAt(postgres().url, { target, ttl: 2000 });
    const id = a.store.replica;
    await postgres().query("insert into kore_graph.replica values ($1, $2, now() + interval '1 hour', 0)", [
      target,
      randomUUID(),
    ]);
    expect(await a.store.living()).toEqual(new Set([id]));
    await postgres().query("delete from kore_graph.replica where id = $1", [id]);
    await until(() => a.store.replica !== id && a.lease.isHeld, "another lease");
    expect(await a.store.living()).toEqual(new Set([a.store.replica]));
  });

  test("a commit that waits until its lease has ended changes nothing", async () => {
    const target = randomUUID();
    const { url } = await proxied();
    const [a, b] = await Promise.all([replicaAt(url, { target }), replicaAt(postgres().url, { target })]);
    await a.store.commit({ set: [["k", 1]] });
    const slow = await slowTransaction(postgres(), postgres().url, LOCK_ENTRY, [target, "k"]);
    const waiting = a.store.commit({ set: [["k", 2]] });
    await until(async () => (await slow.waiting()) === 1, "a commit that waits");
    await postgres().query("update kore_graph.replica set expires_at = clock_timestamp() where id = $1", [
      a.store.replica,
    ]);
    await slow.rollback();
    expect(await waiting).toBe("fenced");
    expect(await b.store.get("k")).toBe(1);
  });

  test("the clock is the database's, not this machine's", async () => {
    const a = await replicaAt(postgres().url);
    const [row] = await postgres().query<{ ms: number }>("select kore_graph.milliseconds(clock_timestamp()) as ms");
    expect(Math.abs(a.store.now() - (row?.ms ?? 0))).toBeLessThan(5000);
    const before = a.store.now();
    await a.store.changed([], 20);
    expect(a.store.now()).toBeGreaterThan(before);
  });

  test("beats do not wait for a pool that is used up by slow statements", async () => {
    const target = randomUUID();
    const options = { target, ttl: 1000, maxConnections: 2, statementTimeout: 4000, connectTimeout: 4000 };
    let lost = 0;
    const a = await replicaAt(postgres().url, { ...options, observer: { leaseLost: () => (lost += 1) } });
    await a.store.commit({ set: [["k", 1]] });
    const slow = await slowTransaction(postgres(), postgres().url, LOCK_ENTRY, [target, "k"]);
    const commits = Array.from({ length: 4 }, (_, n) => a.store.commit({ set: [["k", n]] }).catch(() => "failed"));
    const id = a.store.replica;
    await a.store.changed([], 2500);
    expect(a.store.replica).toBe(id);
    await slow.rollback();
    await Promise.all(commits);
    expect(lost).toBe(0);
  });
});
