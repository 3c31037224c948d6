import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { type TestReplica, replicaAt, until } from "../../../support/fleet/replica.ts";
import { describePostgres } from "../../../support/fleet/postgres.ts";
import { LOCK_ENTRY, slowTransaction } from "../../../support/fleet/slow-transaction.ts";

/** Transactions that run in a chosen order. */
describePostgres("Commits that meet", (postgres) => {
  const scene = async () => {
    const url = await postgres().database();
    const target = randomUUID();
    const [a, b] = (await Promise.all([replicaAt(url, { target }), replicaAt(url, { target })])) as [
      TestReplica,
      TestReplica,
    ];
    const slow = (text: string, ...values: unknown[]) => slowTransaction(postgres(), url, text, [target, ...values]);
    return { a: a.store, b: b.store, slow };
  };
  const INSERT = "insert into kore_graph.entry (target, key, value) values ($1, $2, '\"theirs\"')";
  const DELETE = "delete from kore_graph.entry where target = $1 and key = $2";
  const RAISE = "update kore_graph.entry set fence = fence + 1 where target = $1 and key = $2";

  test.each([
    { how: "commit", result: "conflict", value: "theirs", other: undefined },
    { how: "rollback", result: "done", value: "ours", other: 1 },
  ] as const)("a key that another is creating: $how", async ({ how, result, value, other }) => {
    const { a, slow } = await scene();
    const theirs = await slow(INSERT, "k");
    const ours = a.commit({
      expect: [["k", "absent"]],
      set: [
        ["k", "ours"],
        ["other", 1],
      ],
    });
    await until(async () => (await theirs.waiting()) === 1, "a commit that waits");
    await theirs[how]();
    expect(await ours).toBe(result);
    expect(await a.get("k")).toBe(value);
    expect(await a.get("other")).toBe(other);
  });

  test.each([
    { how: "commit", result: "done", kept: 1 },
    { how: "rollback", result: "conflict", kept: undefined },
  ] as const)("a key that another is creating and is only to be absent, or is deleting: $how", async (expected) => {
    const { how, result, kept } = expected;
    const { a, slow } = await scene();
    await a.commit({ set: [["k", 1]] });
    const deleting = await slow(DELETE, "k");
    // Seen as there until the other commits: a conflict that the caller looks into is as good as waiting.
    const early = await a.commit({ expect: [["k", "absent"]], set: [["early", 1]] });
    expect(early).toBe("conflict");
    await deleting[how]();
    expect(await a.commit({ expect: [["k", "absent"]], set: [["late", 1]] })).toBe(result);
    expect(await a.get("late")).toBe(kept);
    const creating = await slow(INSERT, "new");
    const ours = a.commit({ expect: [["new", "absent"]], set: [["x", 1]] });
    await until(async () => (await creating.waiting()) === 1, "a commit that waits");
    await creating[how]();
    expect(await ours).toBe(how === "commit" ? "conflict" : "done");
    expect(await a.get("x")).toBe(how === "commit" ? undefined : 1);
    expect(await a.get("new")).toBe(how === "commit" ? "theirs" : undefined);
  });

  test.each([
    { how: "commit", fenced: "fenced", conflict: "conflict" },
    { how: "rollback", fenced: "done", conflict: "done" },
  ] as const)("a fence that another is raising: $how", async ({ how, fenced, conflict }) => {
    const { a, b, slow } = await scene();
    await a.commit({ set: [["intent/x", { fence: 1 }]] });
    const raising = await slow(RAISE, "intent/x");
    const by = { key: "intent/x", fence: 1, replica: a.replica };
    const results = [
      a.commit({ by, set: [["chunk", 1]] }),
      b.commit({ expect: [["intent/x", { fence: 1 }]], set: [["other", 1]] }),
    ];
    await until(async () => (await raising.waiting()) === 2, "commits that wait");
    await raising[how]();
    expect(await Promise.all(results)).toEqual([fenced, conflict]);
    expect(await a.get("chunk")).toBe(how === "commit" ? undefined : 1);
  });

  test("a fence that another is deleting: neither claim nor expectation holds", async () => {
    const { a, b, slow } = await scene();
    await a.commit({ set: [["intent/x", { fence: 1 }]] });
    const deleting = await slow(DELETE, "intent/x");
    const by = { key: "intent/x", fence: 1, replica: a.replica };
    const results = [
      a.commit({ by, set: [["intent/x", { fence: 1, of: "a" }]] }),
      b.commit({ expect: [["intent/x", { fence: 1 }]], set: [["intent/x", { fence: 2 }]] }),
    ];
    await until(async () => (await deleting.waiting()) === 2, "commits that wait");
    await deleting.commit();
    expect(await Promise.all(results)).toEqual(["fenced", "conflict"]);
    expect(await a.get("intent/x")).toBeUndefined();
  });

  test("a take-over does not slip between a claim's check and its writes", async () => {
    const { a, b, slow } = await scene();
    await a.commit({
      set: [
        ["intent/x", { fence: 1 }],
        ["chunk", 0],
      ],
    });
    const holding = await slow(LOCK_ENTRY, "chunk");
    const order: string[] = [];
    const by = { key: "intent/x", fence: 1, replica: a.replica };
    const writing = a.commit({ by, set: [["chunk", 1]] }).then((result) => order.push(`write ${result}`));
    await until(async () => (await holding.waiting()) === 1, "a commit that waits");
    const taking = b
      .commit({ expect: [["intent/x", { fence: 1 }]], set: [["intent/x", { fence: 2 }]] })
      .then((result) => order.push(`take ${result}`));
    await until(async () => (await holding.waiting()) === 2 || order.length > 0, "a take-over that waits");
    expect(order).toEqual([]);
    await holding.rollback();
    await Promise.all([writing, taking]);
    expect(order.sort()).toEqual(["take done", "write done"]);
  });

  test("commits by one claim do not wait for each other", async () => {
    const { a, slow } = await scene();
    await a.commit({
      set: [
        ["intent/x", { fence: 1 }],
        ["chunk/1", 0],
      ],
    });
    const holding = await slow(LOCK_ENTRY, "chunk/1");
    const by = { key: "intent/x", fence: 1, replica: a.replica };
    const waiting = a.commit({ by, set: [["chunk/1", 1]] });
    await until(async () => (await holding.waiting()) === 1, "a commit that waits");
    expect(await a.commit({ by, set: [["chunk/2", 1]] })).toBe("done");
    await holding.rollback();
    expect(await waiting).toBe("done");
  });

  test("commits that lock each other out are repeated, and both come through", async () => {
    const { a, b, slow } = await scene();
    await a.commit({
      set: [
        ["intent/1", { fence: 1 }],
        ["intent/2", { fence: 1 }],
        ["gate", 0],
      ],
    });
    // Each checks a key that the other writes.
    const holding = await slow(LOCK_ENTRY, "gate");
    const results = [
      a.commit({
        expect: [["intent/1", { fence: 1 }]],
        set: [
          ["gate", 1],
          ["intent/2", { fence: 1, of: "a" }],
        ],
      }),
      b.commit({
        expect: [["intent/2", { fence: 1 }]],
        set: [
          ["gate", 2],
          ["intent/1", { fence: 1, of: "b" }],
        ],
      }),
    ];
    await until(async () => (await holding.waiting()) === 2, "commits that wait");
    await holding.rollback();
    expect(await Promise.all(results)).toEqual(["done", "done"]);
  });
});
