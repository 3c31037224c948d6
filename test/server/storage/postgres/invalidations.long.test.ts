import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { StoreUnavailable } from "../../../../src/common/store/store-errors.ts";
import { type TestReplica, replicaAt, until } from "../../../support/fleet/replica.ts";
import { afterTest } from "../../../support/vitest/cleanup.ts";
import { describePostgres } from "../../../support/fleet/postgres.ts";
import { TcpProxy } from "../../../support/network/tcp-proxy.ts";

describePostgres("Invalidations before a write is answered", (postgres) => {
  const through = async () => {
    const proxy = await TcpProxy.to(postgres().port);
    afterTest(() => proxy.close());
    return { proxy, url: proxy.url(postgres().url) };
  };

  test("the writer goes on once every replica has carried it out; it does not carry out its own", async () => {
    const target = randomUUID();
    const all = await Promise.all([1, 2, 3].map(() => replicaAt(postgres().url, { target })));
    const [writer, ...readers] = all as [TestReplica, ...TestReplica[]];
    for (const { invalidated } of all) invalidated.length = 0; // Each lease began with one of everything.
    for (let n = 0; n < 10; n += 1) {
      await writer.invalidations.invalidate(`change ${n}`);
      // Targeted, or all of it when a heartbeat showed the number first.
      for (const { invalidated } of readers) {
        expect([`change ${n}`, undefined]).toContain(invalidated.at(-1));
        expect(invalidated.length).toBeGreaterThanOrEqual(n + 1);
      }
    }
    expect(writer.invalidated.filter((change) => change !== undefined)).toEqual([]);
  });

  test("writers at all replicas at once: each change reaches every other replica before its writer continues", async () => {
    const target = randomUUID();
    const all = await Promise.all([1, 2, 3].map(() => replicaAt(postgres().url, { target })));
    await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        const before = all.map(({ invalidated }) => invalidated.length);
        await all[n % 3]?.invalidations.invalidate(`${n}`);
        for (const [index, { invalidated }] of all.entries()) {
          if (index === n % 3) continue;
          const since = invalidated.slice(before[index]);
          expect(since.includes(`${n}`) || since.includes(undefined)).toBe(true);
        }
      }),
    );
  });

  test("a replica that is not reached keeps the writer waiting until its lease has ended, and no longer", async () => {
    const target = randomUUID();
    const { proxy, url } = await through();
    const writer = await replicaAt(postgres().url, { target, ttl: 1500 });
    const cut = await replicaAt(url, { target, ttl: 1500, statementTimeout: 400 });
    proxy.hold();
    await writer.invalidations.invalidate("x");
    // By now it must not use its caches.
    expect(cut.lease.isHeld).toBe(false);
    cut.invalidated.length = 0;
    proxy.heal();
    await until(() => cut.lease.isHeld, "another lease");
    expect(cut.invalidated).toContain(undefined);
  });

  test("a replica that has lost its notifications alone finds the number at its next heartbeat", async () => {
    const url = await postgres().database();
    const target = randomUUID();
    const [writer, reader] = (await Promise.all([replicaAt(url, { target }), replicaAt(url, { target })])) as [
      TestReplica,
      TestReplica,
    ];
    reader.invalidated.length = 0;
    const name = url.split("/").at(-1);
    const heart = "select pid from pg_stat_activity where datname = $1 and query like '%is_held%'";
    for (const { pid } of await postgres().query<{ pid: number }>(heart, [name])) {
      await postgres().query("select pg_terminate_backend($1)", [pid]);
    }
    await writer.invalidations.invalidate("x");
    expect(reader.invalidated.length).toBeGreaterThan(0);
    expect(reader.lease.isHeld).toBe(true);
  });

  test("a change that is too long for a notification is one of everything", async () => {
    const target = randomUUID();
    const [writer, reader] = (await Promise.all([1, 2].map(() => replicaAt(postgres().url, { target })))) as [
      TestReplica,
      TestReplica,
    ];
    reader.invalidated.length = 0;
    await writer.invalidations.invalidate("\u0000é".repeat(1000));
    await writer.invalidations.invalidate("é".repeat(4000));
    expect(reader.invalidated.length).toBeGreaterThanOrEqual(2);
    expect(reader.invalidated.at(-1)).toBeUndefined();
  });

  test("a replica alone waits for none, and one that stopped is not waited for", async () => {
    const target = randomUUID();
    const [a, b] = (await Promise.all([1, 2].map(() => replicaAt(postgres().url, { target })))) as [
      TestReplica,
      TestReplica,
    ];
    await b.close();
    await a.invalidations.invalidate("x");
    expect(b.lease.isHeld).toBe(false);
  });

  test("a lease begins with everything invalidated", async () => {
    const target = randomUUID();
    const first = await replicaAt(postgres().url, { target });
    await first.invalidations.invalidate("before");
    const later = await replicaAt(postgres().url, { target });
    expect(later.invalidated).toEqual([undefined]);
    expect(later.invalidations.applied).toBe(first.invalidations.applied);
  });

  test("without the database the writer gives up when its lease is over", async () => {
    const { proxy, url } = await through();
    const writer = await replicaAt(url, { ttl: 1000 });
    proxy.cut();
    await expect(writer.invalidations.invalidate("x")).rejects.toBeInstanceOf(StoreUnavailable);
    expect(writer.lease.isHeld).toBe(false);
    proxy.heal();
  });

  test("a database that goes away and comes back in the middle does not keep the writer", async () => {
    const { proxy, url } = await through();
    const target = randomUUID();
    const writer = await replicaAt(url, { target, ttl: 1500 });
    await replicaAt(postgres().url, { target, ttl: 1500 });
    proxy.cut();
    const done = writer.invalidations.invalidate("x");
    await writer.store.changed([], 200);
    proxy.heal();
    await done;
  });
});
