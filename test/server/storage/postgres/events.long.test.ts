import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { StoreUnavailable } from "../../../../src/common/store/store-errors.ts";
import { WebhookClaims } from "../../../../src/server/webhooks/webhook-claims.ts";
import { type TestReplica, replicaAt, until } from "../../../support/fleet/replica.ts";
import { afterTest } from "../../../support/vitest/cleanup.ts";
import { describePostgres } from "../../../support/fleet/postgres.ts";
import { slowTransaction } from "../../../support/fleet/slow-transaction.ts";
import { TcpProxy } from "../../../support/network/tcp-proxy.ts";

describePostgres("Events for all replicas", (postgres) => {
  const subscribed = (replica: TestReplica) => {
    const seen: string[] = [];
    replica.events.subscribe(({ accountId, value }) => seen.push(`${accountId}:${JSON.stringify(value)}`));
    return seen;
  };
  const replicasAt = async (urls: readonly string[], target: string = randomUUID()) =>
    Promise.all(urls.map((url) => replicaAt(url, { target })));

  test("every replica has each event once and in one order, however many publish at once", async () => {
    const all = await replicasAt([postgres().url, postgres().url, postgres().url]);
    const stranger = await replicaAt(postgres().url);
    const seen = all.map(subscribed);
    const strange = subscribed(stranger);
    await Promise.all(
      Array.from({ length: 12 }, async (_, publisher) => {
        for (let n = 0; n < 10; n += 1) {
          const event = { accountId: `a${publisher % 4}`, value: [publisher, n, "\u0000"] };
          await all[publisher % 3]?.events.publish([event]);
        }
      }),
    );
    await until(() => seen.every((list) => list.length >= 120), "all events");
    expect(new Set(seen[0]).size).toBe(120);
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    for (let publisher = 0; publisher < 12; publisher += 1) {
      const own = (seen[0] ?? []).filter((text) => text.includes(`[${publisher},`));
      expect(own).toEqual([...own].sort((a, b) => Number(a.split(",")[1]) - Number(b.split(",")[1])));
    }
    expect(strange).toEqual([]);
  });

  test("events that a replica missed without a connection are read once and in order", async () => {
    const proxy = await TcpProxy.to(postgres().port);
    afterTest(() => proxy.close());
    const [away, other] = (await replicasAt([proxy.url(postgres().url), postgres().url])) as [TestReplica, TestReplica];
    const seen = subscribed(away);
    await other.events.publish([{ accountId: "a", value: 0 }]);
    await until(() => seen.length === 1, "the first");
    proxy.cut();
    for (let n = 1; n <= 700; n += 100) {
      await other.events.publish(Array.from({ length: 100 }, (_, m) => ({ accountId: "a", value: n + m })));
    }
    expect(seen).toHaveLength(1);
    proxy.heal();
    await until(() => seen.length >= 701, "the rest");
    expect(seen).toEqual(Array.from({ length: 701 }, (_, n) => `a:${n}`));
  });

  test("a publisher that is slow to commit is not overtaken unseen", async () => {
    const target = randomUUID();
    const [a, b] = (await replicasAt([postgres().url, postgres().url], target)) as [TestReplica, TestReplica];
    const seen = subscribed(b);
    const slow = await slowTransaction(
      postgres(),
      postgres().url,
      `with turn as materialized (select pg_advisory_xact_lock(hashtextextended($1, 1)))
        insert into kore_graph.event (target, account_id, value) select $1, '"a"', '1' from turn`,
      [target],
    );
    const published = a.events.publish([{ accountId: "a", value: 2 }]);
    await b.store.changed([], 100);
    expect(seen).toEqual([]);
    await slow.commit();
    await published;
    await until(() => seen.length === 2, "both");
    expect(seen).toEqual(["a:1", "a:2"]);
  });

  test("a new replica gets no earlier events, and events older than an hour are deleted", async () => {
    const target = randomUUID();
    const [first] = (await replicasAt([postgres().url], target)) as [TestReplica];
    await first.events.publish([1, 2, 3].map((value) => ({ accountId: "a", value })));
    const [later] = (await replicasAt([postgres().url], target)) as [TestReplica];
    const seen = subscribed(later);
    await first.events.publish([{ accountId: "a", value: 4 }]);
    await until(() => seen.length > 0, "the fourth");
    expect(seen).toEqual(["a:4"]);
    await postgres().query(
      "update kore_graph.event set at = now() - interval '61 minutes' where target = $1 and value::text in ('1', '2')",
      [target],
    );
    await first.events.prune();
    const rows = await postgres().query("select value::text as v from kore_graph.event where target = $1 order by id", [
      target,
    ]);
    expect(rows).toEqual([{ v: "3" }, { v: "4" }]);
  });

  test("a delivery that comes to two replicas at once is stored once, with all its events", async () => {
    const all = await replicasAt([postgres().url, postgres().url]);
    const seen = subscribed(all[0] as TestReplica);
    const events = [1, 2].map((value) => ({ accountId: "a\u0000", value }));
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (all[n % 2] as TestReplica).events.publish(events, "token")),
    );
    expect(results.filter((isFirst) => isFirst)).toHaveLength(1);
    expect(await all[1]?.events.publish([{ accountId: "a", value: 3 }], "other")).toBe(true);
    expect(await all[1]?.events.publish([], "no events")).toBe(true);
    expect(await all[0]?.events.publish([], "no events")).toBe(false);
    await until(() => seen.length >= 3, "the events");
    expect(seen).toEqual(["a\u0000:1", "a\u0000:2", "a:3"]);
  });

  test("a delivery whose answer was lost can be said again, without a second event", async () => {
    const proxy = await TcpProxy.to(postgres().port);
    afterTest(() => proxy.close());
    const [replica] = (await replicasAt([proxy.url(postgres().url)])) as [TestReplica];
    const seen = subscribed(replica);
    const publish = () => replica.events.publish([{ accountId: "a", value: "v" }], "lost-token");
    for (const arrives of [false, true]) {
      proxy.cutAnswerTo((sent) => sent.includes("lost-token"), { arrives });
      await expect(publish()).rejects.toBeInstanceOf(StoreUnavailable);
    }
    expect(await publish()).toBe(false);
    await until(() => seen.length > 0, "the event");
    expect(seen).toEqual(['a:"v"']);
  });

  test("tokens are claimed and acknowledged once, over replicas, and pruned by their time", async () => {
    const target = randomUUID();
    const [a, b] = (await replicasAt([postgres().url, postgres().url], target)) as [TestReplica, TestReplica];
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? a : b).webhookTokens.remember("body x")),
    );
    expect(claims.filter((isFirst) => isFirst)).toHaveLength(1);
    // As the receiver uses it: taken and never answered by one that died, so another works on it.
    const [first, second] = [new WebhookClaims(a.webhookTokens.remember), new WebhookClaims(b.webhookTokens.remember)];
    expect(await first.claim("body y")).toBe(true);
    expect(await second.claim("body y")).toBe(true);
    await second.acknowledge("body y");
    expect(await new WebhookClaims(a.webhookTokens.remember).claim("body y")).toBe(false);

    await postgres().query(
      "update kore_graph.seen set at = now() - interval '8 days' where target = $1 and token = 'body x'",
      [target],
    );
    await a.webhookTokens.prune(Date.now() - 7 * 24 * 3_600_000);
    expect(await b.webhookTokens.remember("body x")).toBe(true);
    expect(await b.webhookTokens.remember("body y")).toBe(false);
  });

  test("without the database a webhook is refused, to be sent again", async () => {
    const proxy = await TcpProxy.to(postgres().port);
    afterTest(() => proxy.close());
    const [replica] = (await replicasAt([proxy.url(postgres().url)])) as [TestReplica];
    proxy.cut();
    await expect(replica.webhookTokens.remember("t")).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(replica.events.publish([{ accountId: "a", value: 1 }], "t")).rejects.toBeInstanceOf(StoreUnavailable);
    proxy.heal();
  });
});
