import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { type DurableStore } from "../../../../src/common/store/durable-store.ts";
import { durableStoreContract } from "../../../support/durable-store-contract.ts";
import { type TestReplica, replicaAt } from "../../../support/fleet/replica.ts";
import { describePostgres } from "../../../support/fleet/postgres.ts";

describePostgres("The store in PostgreSQL", (postgres) => {
  durableStoreContract("postgres", async () => (await replicaAt(postgres().url)).store satisfies DurableStore);

  const replicas = (count: number): Promise<TestReplica[]> => {
    const target = randomUUID();
    return Promise.all(Array.from({ length: count }, () => replicaAt(postgres().url, { target })));
  };

  test("two targets in one database are separate", async () => {
    const [a, b] = await Promise.all([replicaAt(postgres().url), replicaAt(postgres().url)]);
    await a.store.commit({ set: [["k", 1]] });
    expect(await b.store.get("k")).toBeUndefined();
    expect(await b.store.living()).toEqual(new Set([b.store.replica]));
  });

  test("overlapping sets of SIMs at two replicas, in both orders: never two owners of one, no deadlock for the caller", async () => {
    const all = await replicas(3);
    const owners = new Map<string, string>();
    let done = 0;
    await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const { store } = all[n % 3] as TestReplica;
        for (let round = 0; round < 5; round += 1) {
          const intent = `intent/${n}-${round}`;
          const sims = Array.from({ length: 6 }, () => `sim/${Math.floor(Math.random() * 20)}`);
          const keys = n % 2 === 0 ? [...new Set(sims)].sort() : [...new Set(sims)].sort().reverse();
          const opened = await store.commit({
            expect: [[intent, "absent"], ...keys.map((key) => [key, "absent"] as const)],
            set: [[intent, { fence: 1 }], ...keys.map((key) => [key, intent] as const)],
          });
          if (opened !== "done") continue;
          done += 1;
          for (const key of keys) {
            expect(owners.get(key)).toBeUndefined();
            owners.set(key, intent);
          }
          for (const key of keys) {
            expect(owners.get(key)).toBe(intent);
            owners.delete(key);
          }
          const by = { key: intent, fence: 1, replica: store.replica };
          // Given back in the other order, with a row that all of them write.
          const freed = [...keys].reverse().map((key) => [key, undefined] as const);
          expect(await store.commit({ by, set: [...freed, ["last", intent]] })).toBe("done");
        }
      }),
    );
    expect(done).toBeGreaterThan(5);
    expect(await all[0]?.store.list("sim/")).toEqual([]);
  });

  test("a counter raised by compare-and-set from all replicas at once loses nothing", async () => {
    const all = await replicas(3);
    await all[0]?.store.commit({ set: [["counter", { fence: 0 }]] });
    await Promise.all(
      Array.from({ length: 12 }, async (_, n) => {
        const { store } = all[n % 3] as TestReplica;
        for (let raised = 0; raised < 10;) {
          const { fence } = (await store.get("counter")) as { fence: number };
          const result = await store.commit({
            expect: [["counter", { fence }]],
            set: [
              ["counter", { fence: fence + 1 }],
              [`by/${n}/${fence}`, 1],
            ],
          });
          if (result === "done") raised += 1;
        }
      }),
    );
    expect(await all[1]?.store.get("counter")).toEqual({ fence: 120 });
    const numbers = ((await all[1]?.store.list("by/")) ?? []).map(([key]) => Number(key.split("/")[2]));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, n) => n));
  });

  test("no commit by a claim lands after the take-over of its intent, with many at once", async () => {
    const [owner, taker] = (await replicas(2)) as [TestReplica, TestReplica];
    for (let round = 0; round < 15; round += 1) {
      const intent = `intent/${round}`;
      await owner.store.commit({ set: [[intent, { fence: 1 }]] });
      const by = { key: intent, fence: 1, replica: owner.store.replica };
      let isTaken = false;
      const commits = Array.from({ length: 8 }, async (_, n) => {
        const wasTaken = isTaken;
        const result = await owner.store.commit({ by, set: [[`chunk/${round}/${n}`, 1]] });
        if (wasTaken) expect(result).toBe("fenced");
        return result;
      });
      const taken = taker.store
        .commit({ expect: [[intent, { fence: 1 }]], set: [[intent, { fence: 2 }]] })
        .then(async (result) => {
          isTaken = true;
          expect(result).toBe("done");
          return taker.store.list(`chunk/${round}/`);
        });
      const [seen, ...results] = await Promise.all([taken, ...commits]);
      expect(results.filter((result) => result === "done")).toHaveLength(seen.length);
      expect(await taker.store.list(`chunk/${round}/`)).toEqual(seen);
    }
  });

  test("of many takers at once one succeeds", async () => {
    const all = await replicas(3);
    await all[0]?.store.commit({ set: [["intent/x", { fence: 7 }]] });
    const taken = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        (all[n % 3] as TestReplica).store.commit({
          expect: [["intent/x", { fence: 7 }]],
          set: [["intent/x", { fence: 8, owner: n }]],
        }),
      ),
    );
    expect(taken.filter((result) => result === "done")).toHaveLength(1);
    expect(await all[0]?.store.get("intent/x")).toEqual({ fence: 8, owner: taken.indexOf("done") });
  });

  test("of two commits that each expect the other's key to be absent, one fails", async () => {
    const [a, b] = (await replicas(2)) as [TestReplica, TestReplica];
    for (let round = 0; round < 20; round += 1) {
      const [one, two] = [`${round}/1`, `${round}/2`];
      const results = await Promise.all([
        a.store.commit({ expect: [[one, "absent"]], set: [[two, 1]] }),
        b.store.commit({ expect: [[two, "absent"]], set: [[one, 1]] }),
      ]);
      expect(results.filter((result) => result === "done")).toHaveLength(1);
    }
  });

  test("a wait at one replica ends with a commit at another", async () => {
    const [a, b] = (await replicas(2)) as [TestReplica, TestReplica];
    await a.store.commit({ set: [["intent/\u00e9", { fence: 1 }]] });
    const waited = b.store.changed(["intent/\u00e9"], 60_000);
    await a.store.commit({ by: { key: "intent/\u00e9", fence: 1, replica: a.store.replica }, set: [["chunk", 1]] });
    await waited;
    const taken = a.store.changed(["intent/\u00e9"], 60_000);
    await b.store.commit({ expect: [["intent/\u00e9", { fence: 1 }]], set: [["intent/\u00e9", { fence: 2 }]] });
    await taken;
  });

  test("an order of 1,000 SIMs is opened, and the view shows values that jsonb refuses", async () => {
    const target = randomUUID();
    const { store } = await replicaAt(postgres().url, { target });
    const sims = Array.from({ length: 1000 }, (_, n) => `sim/cmp-1/${String(n)}`);
    const intent = {
      accountId: "cmp-1",
      verb: "suspend",
      owner: store.replica,
      fence: 1,
      createdAt: 1_700_000_000_000,
    };
    const set = [["intent/a", intent] as const, ...sims.map((sim) => [sim, "intent/a"] as const)];
    expect(await store.commit({ expect: set.map(([key]) => [key, "absent"] as const), set })).toBe("done");
    expect(await store.list("sim/")).toHaveLength(1000);
    await store.commit({ set: [["intent/b", { verb: "a\u0000b" }]] });
    expect(await viewOf(target)).toMatchObject([
      { key: "intent/a", account_id: "cmp-1", verb: "suspend", fence: "1", owner: store.replica, is_owner_alive: true },
      { key: "intent/b", account_id: null, value: '{"verb":"a\\u0000b"}' },
    ]);
  });

  test("the view shows every kind of command, and no other entry", async () => {
    const target = randomUUID();
    const { store } = await replicaAt(postgres().url, { target });
    const [accountId, createdAt] = ["cmp-1", 1_700_000_000_000];
    const others = ["diagnostics/chunk/a", "client-open/a", "message-open/a", "message0", "rule-lock/a", "sim/a"];
    await store.commit({
      set: [
        ["intent/a", { accountId, createdAt, verb: "suspend" }],
        ["diagnostics/intent/a", { accountId, createdAt, verb: "cancel-device-location" }],
        ["client-intent/a", { accountId, createdAt, operation: "createClient" }],
        ["cost-centers/client-intent/a", { accountId, createdAt, operation: "createCostCenter" }],
        ["message/a", { accountId, createdAt, state: "unknown" }],
        ["rule-pending/a", { sentAt: createdAt, settlesAt: createdAt }],
        ...others.map((key) => [key, { accountId, createdAt }] as const),
      ],
    });
    const account_id = accountId;
    const created_at = new Date(createdAt);
    expect(await viewOf(target)).toMatchObject([
      { key: "client-intent/a", account_id, created_at, verb: "createClient" },
      { key: "cost-centers/client-intent/a", account_id, created_at, verb: "createCostCenter" },
      { key: "diagnostics/intent/a", account_id, created_at, verb: "cancel-device-location" },
      { key: "intent/a", account_id, created_at, verb: "suspend" },
      { key: "message/a", account_id, created_at, verb: "sendSms" },
      { key: "rule-pending/a", account_id: null, created_at, verb: "createAlertRule" },
    ]);
  });

  const viewOf = (target: string) =>
    postgres().query("select * from kore_graph.intents where target = $1 order by key", [target]);
});
