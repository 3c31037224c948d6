import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { LeasedTokenBucket, type PermitSource } from "../../../../src/kore/http/rate-limit/leased-token-bucket.ts";
import { prefetchedRateLimit } from "../../../../src/server/graphql/limits/rate-limit.ts";
import { pruneQuotas } from "../../../../src/server/storage/postgres/replicas/quotas.ts";
import { Database } from "../../../../src/server/storage/postgres/database.ts";
import { replicaAt, until } from "../../../support/fleet/replica.ts";
import { afterTest } from "../../../support/vitest/cleanup.ts";
import { describePostgres } from "../../../support/fleet/postgres.ts";
import { TcpProxy } from "../../../support/network/tcp-proxy.ts";

describePostgres("The budget for KORE, of all replicas together", (postgres) => {
  const fleet = async (count: number, rate: number, urls: readonly string[] = []) => {
    const target = randomUUID();
    const replicas = await Promise.all(
      Array.from({ length: count }, (_, n) => replicaAt(urls[n] ?? postgres().url, { target, ttl: 2000 })),
    );
    const sources = replicas.map((replica) => replica.tokenBucket("client", rate));
    return { target, replicas, sources };
  };
  const leasedPace = (rate: number, source: PermitSource) =>
    new LeasedTokenBucket(
      rate,
      source,
      () => undefined,
      () => undefined,
    );

  test("three replicas that ask for all they can get are given no more than rate times time and one burst", async () => {
    const rate = 60;
    const { sources } = await fleet(3, rate);
    const paces = sources.map((source) => leasedPace(rate, source));
    const beganAt = performance.now();
    const taken = [0, 0, 0];
    for (let round = 0; round < 150; round += 1) {
      for (const [n, pace] of paces.entries()) while (pace.tryAcquire(round % 2 === 0)) taken[n] = (taken[n] ?? 0) + 1;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const seconds = (performance.now() - beganAt) / 1000;
    const total = taken.reduce((sum, one) => sum + one, 0);
    expect(total).toBeLessThanOrEqual(rate * (seconds + 1) + 1);
    expect(total).toBeGreaterThan(rate);
    expect(Math.min(...taken)).toBeGreaterThan(0);
  });

  test("a fifth of a second's worth is kept from reads", async () => {
    const { sources } = await fleet(1, 100);
    const [source] = sources;
    if (!source) throw new Error("none");
    // So that time adds nothing.
    await postgres().query("select kore_graph.lease_calls('x', 'y', 1, 1, true)");
    const reads = await source.lease(1000, false);
    expect(reads.granted).toBeGreaterThanOrEqual(80);
    expect(reads.granted).toBeLessThan(100);
    const writes = await source.lease(1000, true);
    expect(writes.granted).toBeGreaterThanOrEqual(20);
    const none = await source.lease(1000, false);
    expect(none).toMatchObject({ granted: 0, rate: 100, pause: 0 });
    expect(none.wait).toBeGreaterThan(0);
    // With one call a second nothing can be kept: reads would never go.
    const { sources: slow } = await fleet(1, 1);
    expect((await slow[0]?.lease(5, false))?.granted).toBe(1);
  });

  test("a 429 to one replica slows all, and halves the rate at most once a second", async () => {
    const { sources, target } = await fleet(2, 100);
    const [a, b] = sources.map((source) => leasedPace(100, source));
    if (!a || !b) throw new Error("none");
    const beganAt = performance.now();
    a.throttle(beganAt, 60_000);
    b.throttle(beganAt, 60_000);
    a.throttle(beganAt, 60_000);
    await until(() => a.remainingPause() > 50_000 && b.remainingPause() > 50_000, "a pause at both");
    await until(() => a.rate < 60 && b.rate < 60, "the lower rate at both");
    expect(a.rate).toBeGreaterThanOrEqual(50);
    expect(a.tryAcquire(true) || b.tryAcquire(true) || b.tryAcquire(false)).toBe(false);
    expect(a.expectedWait(1)).toBeGreaterThan(50_000);
    expect((await sources[1]?.lease(10, true))?.granted).toBe(0);
    // A call that began before the rate was lowered says nothing new; the least rate is a tenth.
    for (let n = 0; n < 8; n += 1) {
      await postgres().query(
        "update kore_graph.budget set lowered_at = now() - interval '2 seconds' where target = $1",
        [target],
      );
      await sources[0]?.slow(0, 1000);
    }
    expect((await sources[0]?.slow(5000, 1000))?.rate).toBe(10);
  });

  test("a lowered rate is raised by a twentieth each second up to the configured one, and pauses end", async () => {
    const { sources, target } = await fleet(1, 100);
    const [source] = sources;
    await source?.slow(0, 3_600_000);
    const [row] = await postgres().query<{ pause: number }>(
      "select extract(epoch from paused_until - now())::float8 as pause from kore_graph.budget where target = $1",
      [target],
    );
    expect(row?.pause).toBeLessThanOrEqual(15 * 60);
    const later = (seconds: number) =>
      postgres().query(
        `update kore_graph.budget set at = at - $2 * interval '1 second', paused_until = paused_until - interval '16 minutes'
          where target = $1`,
        [target, seconds],
      );
    await later(4);
    const four = await source?.lease(1, true);
    expect(four?.rate).toBeGreaterThanOrEqual(70);
    expect(four?.rate).toBeLessThan(90);
    expect(four?.granted).toBe(1);
    await later(20);
    expect((await source?.lease(1, true))?.rate).toBe(100);
  });

  test("other credentials have budgets of their own, and a row with an impossible time does not stop all", async () => {
    const { replicas, sources, target } = await fleet(1, 10);
    const other = replicas[0]?.tokenBucket("other", 10);
    expect(replicas[0]?.tokenBucket("other", 10)).toBe(other);
    expect((await sources[0]?.lease(1000, true))?.granted).toBe(10);
    expect((await other?.lease(1000, true))?.granted).toBe(10);
    await postgres().query(
      "update kore_graph.budget set at = now() + interval '1 day', paused_until = now() + interval '1 day' where target = $1",
      [target],
    );
    await sources[0]?.lease(1, true);
    const [row] = await postgres().query<{ is_sound: boolean }>(
      "select bool_or(at <= now() and paused_until <= now() + interval '15 minutes') as is_sound from kore_graph.budget where target = $1",
      [target],
    );
    expect(row?.is_sound).toBe(true);
  });

  test("while the database is away a replica has its share of the last rate", async () => {
    const proxy = await TcpProxy.to(postgres().port);
    afterTest(() => proxy.close());
    const url = proxy.url(postgres().url);
    const { replicas, sources } = await fleet(2, 100, [url, url]);
    await until(() => replicas.every(({ lease }) => lease.replicas === 2), "both seen");
    const paces = sources.map((source) => leasedPace(100, source));
    await until(() => paces.every((pace) => pace.tryAcquire(false)), "calls");
    proxy.cut();
    await until(() => {
      for (const pace of paces) while (pace.tryAcquire(false));
      return paces.every((pace) => pace.rate === 50);
    }, "a share each");
    const [pace] = paces;
    await until(() => pace?.tryAcquire(true) === true, "calls of the share");
    proxy.heal();
    await until(() => paces[1]?.tryAcquire(false) === true && paces[1].rate === 100, "the budget of all");
  });
});

describePostgres("Callers' quotas, of all replicas together", (postgres) => {
  test("all replicas together grant a caller its minute's points, and not one more", async () => {
    const target = randomUUID();
    const replicas = await Promise.all([1, 2, 3].map(() => replicaAt(postgres().url, { target })));
    const quotas = replicas.map((replica) => prefetchedRateLimit(replica.quota("operations", 1000)));
    let granted = 0;
    let refused = 0;
    await Promise.all(
      Array.from({ length: 1100 }, async (_, n) => {
        const wait = await quotas[n % 3]?.take("caller\u0000", 1);
        if (wait === undefined) granted += 1;
        else refused += 1;
      }),
    );
    expect(granted).toBeLessThanOrEqual(1000);
    expect(granted).toBeGreaterThan(980); // A few are left ahead at other replicas.
    expect(refused).toBe(1100 - granted);
    const wait = (await quotas[0]?.take("caller\u0000", 500)) ?? 0;
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60_000);
    expect(await quotas[1]?.take("another", 1)).toBeUndefined();
    expect(
      await prefetchedRateLimit((replicas[0] ?? raise()).quota("koreRequests", 5)).take("caller\u0000", 5),
    ).toBeUndefined();
    expect(await quotas[1]?.take("third", 1001)).toBeGreaterThan(0);
  });

  test("the next minute begins anew, and minutes that are over are taken away", async () => {
    const target = randomUUID();
    const replica = await replicaAt(postgres().url, { target });
    const draw = replica.quota("operations", 10);
    expect(await draw("c", 10, false)).toMatchObject({ ahead: 0 });
    expect(await draw("c", 1, true)).toHaveProperty("wait");
    await postgres().query("update kore_graph.quota set ends_at = now() - interval '1 second' where target = $1", [
      target,
    ]);
    expect(await draw("c", 10, false)).toMatchObject({ ahead: 0 });
    // An end from before the clock was set back.
    await postgres().query("update kore_graph.quota set ends_at = now() + interval '1 day' where target = $1", [
      target,
    ]);
    const after = await draw("c", 10, false);
    expect("endsIn" in after && after.endsIn).toBeLessThanOrEqual(60_000);
    const database = new Database({ url: postgres().url });
    afterTest(() => database.close());
    await pruneQuotas(database, target);
    expect(await draw("c", 1, false)).toHaveProperty("wait");
    await postgres().query("update kore_graph.quota set ends_at = now() - interval '1 second' where target = $1", [
      target,
    ]);
    await pruneQuotas(database, target);
    expect(await postgres().query("select from kore_graph.quota where target = $1", [target])).toEqual([]);
  });

  test("while the database is away each replica grants its share", async () => {
    const proxy = await TcpProxy.to(postgres().port);
    afterTest(() => proxy.close());
    const target = randomUUID();
    const url = proxy.url(postgres().url);
    const replicas = await Promise.all([1, 2].map(() => replicaAt(url, { target, ttl: 1000 })));
    await until(() => replicas.every(({ lease }) => lease.replicas === 2), "both seen");
    const quota = prefetchedRateLimit((replicas[0] ?? raise()).quota("operations", 100));
    proxy.cut();
    for (let n = 0; n < 50; n += 1) expect(await quota.take("c", 1)).toBeUndefined();
    expect(await quota.take("c", 1)).toBeGreaterThan(0);
    proxy.heal();
    await until(async () => (await quota.take("c", 1)) === undefined, "the quota of all");
  });
});

function raise(): never {
  throw new Error("none");
}
