import { expect, test } from "vitest";
import { type Change, type DurableStore } from "../../src/common/store/durable-store.ts";

const odd = {
  nul: "a\u0000b",
  half: "\ud83d and \ude00",
  whole: "😀",
  slashes: "\\u0000 \\ \"quoted\" '{}' $1",
  z: 1,
  a: { "2": 1.5e-7, "1": 12345678901234567890, "": null },
  list: [true, false, null, -1, "", []],
};

/**
 * The contract of a durable store, on which the ledger depends. Tests share a store, each with its own keys.
 *
 * @param open called once for each test; the caller closes the stores
 */
export function durableStoreContract(name: string, open: () => Promise<DurableStore>): void {
  let made = 0;
  const opened = async () => {
    made += 1;
    return { store: await open(), k: (key: string) => `${name}${made}/${key}` };
  };

  test(`${name}: values come back as they were written, whatever strings and keys they hold`, async () => {
    const { store, k } = await opened();
    const values = [odd, "text\u0000", 0, -1.5, true, null, [], {}, [odd], { __proto__: null, "2": 1, "1": 2 }];
    await store.commit({ set: values.map((value, index) => [k(String(index)), value]) });
    for (const [index, value] of values.entries()) {
      expect(JSON.stringify(await store.get(k(String(index))))).toBe(JSON.stringify(value));
    }
    expect(await store.get(k("none"))).toBeUndefined();
    const many = await store.getMany([k("1"), k("none"), k("3")]);
    expect([...many].sort()).toEqual([
      [k("1"), "text\u0000"],
      [k("3"), -1.5],
    ]);
    expect((await store.getMany([])).size).toBe(0);
  });

  test(`${name}: a commit replaces, deletes and leaves alone; of several changes of a key the last counts`, async () => {
    const { store, k } = await opened();
    await store.commit({
      set: [
        [k("a"), 1],
        [k("b"), 2],
        [k("c"), 3],
      ],
    });
    expect(
      await store.commit({
        set: [
          [k("a"), 4],
          [k("b"), undefined],
          [k("d"), 1],
          [k("d"), 2],
          [k("e"), 1],
          [k("e"), undefined],
        ],
      }),
    ).toBe("done");
    expect(await store.list(k(""))).toEqual([
      [k("a"), 4],
      [k("c"), 3],
      [k("d"), 2],
    ]);
    expect(await store.commit({ set: [] })).toBe("done");
  });

  test(`${name}: all or nothing, by every expectation`, async () => {
    const { store, k } = await opened();
    await store.commit({
      set: [
        [k("x"), { fence: 3 }],
        [k("plain"), "no object"],
      ],
    });
    const set: Change[] = [
      [k("y"), 1],
      [k("x"), undefined],
    ];
    const broken = [
      [k("x"), "absent"],
      [k("x"), { fence: 2 }],
      [k("x"), { fence: 4 }],
      [k("none"), { fence: 3 }],
      [k("plain"), { fence: 3 }],
      [k("plain"), { fence: 0 }],
    ] as const;
    for (const one of broken) {
      expect(await store.commit({ expect: [[k("free"), "absent"], one], set })).toBe("conflict");
      expect(await store.commit({ expect: [one, [k("x"), { fence: 3 }]], set })).toBe("conflict");
    }
    expect(await store.list(k(""))).toEqual([
      [k("plain"), "no object"],
      [k("x"), { fence: 3 }],
    ]);
    expect(
      await store.commit({
        expect: [
          [k("free"), "absent"],
          [k("x"), { fence: 3 }],
        ],
        set,
      }),
    ).toBe("done");
    expect(await store.list(k(""))).toEqual([
      [k("plain"), "no object"],
      [k("y"), 1],
    ]);
    // Expected and not set: nothing is left of it, and it can be expected again.
    expect(await store.commit({ expect: [[k("free"), "absent"]], set: [[k("free"), { fence: 1 }]] })).toBe("done");
  });

  test(`${name}: a claim holds while the value at its key has its fence`, async () => {
    const { store, k } = await opened();
    const { replica } = store;
    await store.commit({ set: [[k("intent"), { fence: 1 }]] });
    const by = { key: k("intent"), fence: 1, replica };
    expect(await store.commit({ by, set: [[k("chunk"), 1]] })).toBe("done");
    expect(await store.commit({ by: { ...by, fence: 2 }, set: [[k("chunk"), 2]] })).toBe("fenced");
    expect(await store.commit({ by: { ...by, key: k("none") }, set: [[k("chunk"), 2]] })).toBe("fenced");
    // The claim counts first: a taker may have changed all else.
    expect(await store.commit({ by: { ...by, fence: 2 }, expect: [[k("chunk"), "absent"]], set: [] })).toBe("fenced");
    expect(await store.commit({ by, expect: [[k("chunk"), "absent"]], set: [] })).toBe("conflict");
    // Taken over, by itself as well.
    const taken = { expect: [[k("intent"), { fence: 1 }]], set: [[k("intent"), { fence: 2 }]] } as const;
    expect(await store.commit(taken)).toBe("done");
    expect(await store.commit(taken)).toBe("conflict");
    expect(await store.commit({ by, set: [[k("chunk"), 3]] })).toBe("fenced");
    expect(
      await store.commit({
        by: { ...by, fence: 2 },
        set: [
          [k("chunk"), 4],
          [k("intent"), { fence: 2, x: 1 }],
        ],
      }),
    ).toBe("done");
    expect(await store.get(k("chunk"))).toBe(4);
  });

  test(`${name}: lists are in the order of keys, behind a key, and no longer than wanted`, async () => {
    const { store, k } = await opened();
    const keys = ["p/", "p/\u00e9", "p/A", "p/a", "p/a/b", "p/z", "p/é2", "p/\uffee", "p0", "p"].map(k);
    await store.commit({ set: keys.map((key) => [key, key]) });
    const listed = (await store.list(k("p/"))).map(([key]) => key);
    const bytes = (text: string) => Buffer.from(text);
    expect(listed).toEqual(
      keys.filter((key) => key.startsWith(k("p/"))).sort((a, b) => Buffer.compare(bytes(a), bytes(b))),
    );
    expect((await store.list(k("p/"), { limit: 2 })).map(([key]) => key)).toEqual(listed.slice(0, 2));
    expect((await store.list(k("p/"), { after: listed[1] ?? "", limit: 3 })).map(([key]) => key)).toEqual(
      listed.slice(2, 5),
    );
    expect(await store.list(k("p/"), { after: listed.at(-1) ?? "", limit: 9 })).toEqual([]);
    expect(await store.list(k("q"))).toEqual([]);
    const many = await store.listMany([k("p/a"), k("q"), k("p0")]);
    expect([...many]).toEqual([
      [
        k("p/a"),
        [
          [k("p/a"), k("p/a")],
          [k("p/a/b"), k("p/a/b")],
        ],
      ],
      [k("q"), []],
      [k("p0"), [[k("p0"), k("p0")]]],
    ]);
    expect((await store.listMany([])).size).toBe(0);
  });

  test(`${name}: many that create the same key at once: one does, with all that belongs to it`, async () => {
    const { store, k } = await opened();
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        store.commit({
          expect: [[k("key"), "absent"]],
          set: [
            [k("key"), n],
            [k(`of/${n}`), n],
          ],
        }),
      ),
    );
    expect(made.filter((result) => result === "done")).toHaveLength(1);
    expect(made.filter((result) => result === "conflict")).toHaveLength(19);
    const winner = made.indexOf("done");
    expect(await store.get(k("key"))).toBe(winner);
    expect(await store.list(k("of/"))).toEqual([[k(`of/${winner}`), winner]]);
  });

  test(`${name}: waits end with the next commit by a claim of a key, or with patience`, async () => {
    const { store, k } = await opened();
    await store.commit({ set: [[k("a"), { fence: 1 }]] });
    const by = { key: k("a"), fence: 1, replica: store.replica };
    let isWoken = false;
    const woken = store.changed([k("b"), k("a")], 60_000).then(() => (isWoken = true));
    await store.commit({ set: [[k("b"), 1]] });
    await store.changed([k("c")], 30);
    expect(isWoken).toBe(false);
    await store.commit({ by, set: [[k("x"), 1]] });
    await woken;
    await store.changed([k("a")], 10);
    await store.changed([], 10);
  });

  test(`${name}: a range of keys is removed, its end and what is beside it stay`, async () => {
    const { store, k } = await opened();
    const keys = Array.from({ length: 2500 }, (_, n) => k(`r/${String(n).padStart(4, "0")}`));
    await store.commit({ set: [...keys, k("q"), k("r"), k("s")].map((key) => [key, 1]) });
    await store.removeRange(k("r/0001"), k("r/2499"));
    expect((await store.list(k(""))).map(([key]) => key)).toEqual(["q", "r", "r/0000", "r/2499", "s"].map(k));
    await store.removeRange(k("r/0001"), k("r/2499"));
    await store.removeRange(k("s"), k("q"));
    expect(await store.list(k(""))).toHaveLength(5);
    expect(store.retryFor).toBeGreaterThanOrEqual(0);
  });

  test(`${name}: this replica lives, and the clock is near`, async () => {
    const { store } = await opened();
    expect(await store.living()).toContain(store.replica);
    expect(Math.abs(store.now() - Date.now())).toBeLessThan(60_000);
  });
}
