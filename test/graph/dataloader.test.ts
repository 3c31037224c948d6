import { expect, test } from "vitest";
import { LOCAL_CALLER, batchLoader, createGraphContext, eachLoader } from "../../src/graph/index.ts";
import { Telemetry, correlate } from "../../src/server/telemetry/index.ts";

const context = () =>
  createGraphContext(new AbortController().signal, LOCAL_CALLER, new Telemetry().begin(correlate(() => undefined)));
const later = () => new Promise((resolve) => setTimeout(resolve, 1));

function counting() {
  const calls: string[][] = [];
  let running = 0;
  let most = 0;
  const loader = batchLoader({
    key: (ref: { group: string; id: number }) => `${ref.group} ${ref.id}`,
    groupBy: ({ group }) => group,
    per: 10,
    concurrency: 3,
    load: async (group, refs) => {
      calls.push(refs.map(({ id }) => `${group}${id}`));
      most = Math.max(most, (running += 1));
      await later();
      running -= 1;
      if (refs.some(({ id }) => id === 13)) throw new Error("unlucky");
      return new Map(refs.map(({ id }) => [id, `${group}-${id}`]));
    },
    pick: (found, { id }) => (id === 7 ? new Error("seven") : (found.get(id) ?? null)),
  });
  return { loader, calls, most: () => most };
}

test("references of one tick become one call per group and batch size, each asked for once", async () => {
  const { loader, calls } = counting();
  const of = loader(context());
  const refs = Array.from({ length: 25 }, (_, id) => ({ group: id % 2 ? "a" : "b", id: 100 + id }));
  const found = await of.loadMany([...refs, ...refs]);
  expect(found.slice(0, 25)).toEqual(refs.map(({ group, id }) => `${group}-${id}`));
  expect(calls.map((call) => call.length).sort()).toEqual([10, 10, 2, 3]);
});

test("no more calls run at once than allowed", async () => {
  const { loader, most } = counting();
  await loader(context()).loadMany(Array.from({ length: 100 }, (_, id) => ({ group: "a", id: 100 + id })));
  expect(most()).toBe(3);
});

test("a failing call fails its own references only, a failing pick one", async () => {
  const { loader } = counting();
  const found = await loader(context()).loadMany(Array.from({ length: 20 }, (_, id) => ({ group: "a", id })));
  expect(found.slice(0, 10).filter((value) => value instanceof Error)).toHaveLength(1);
  expect(found.slice(10).every((value) => value instanceof Error)).toBe(true);
});

test("each operation has loaders of its own", async () => {
  const { loader, calls } = counting();
  const [one, other] = [context(), context()];
  expect(loader(one)).toBe(loader(one));
  await Promise.all([loader(one).load({ group: "a", id: 1 }), loader(other).load({ group: "a", id: 1 })]);
  expect(calls).toHaveLength(2);
});

test("keys without a bulk read are read once each, and a failure affects one key", async () => {
  const asked: number[] = [];
  const loader = eachLoader({
    key: (id: number) => String(id),
    per: "key",
    concurrency: 2,
    load: async (id) => {
      asked.push(id);
      await later();
      if (id === 2) throw new Error("two");
      return id * 10;
    },
  });
  const found = await loader(context()).loadMany([1, 2, 3, 1]);
  expect(found).toEqual([10, new Error("two"), 30, 10]);
  expect(asked).toEqual([1, 2, 3]);
});

test("loaded values and failures are returned synchronously", async () => {
  const { loader, calls } = counting();
  const of = loader(context());
  const [good, bad] = [
    { group: "a", id: 1 },
    { group: "a", id: 7 },
  ];
  const before = of.peekOrLoad(good);
  expect(before).toBeInstanceOf(Promise);
  await Promise.allSettled([before, of.load(bad)]);
  expect(of.peekOrLoad(good)).toBe("a-1");
  expect(() => of.peekOrLoad(bad)).toThrow("seven");
  expect(calls).toHaveLength(1);
});

test("a cleared key is read again, also while an earlier batch is in flight", async () => {
  const { loader, calls } = counting();
  const of = loader(context());
  const ref = { group: "a", id: 1 };
  const old = of.load(ref);
  await new Promise((resolve) => setImmediate(resolve)); // The batch is on its way.
  of.clear(ref);
  await old;
  await of.peekOrLoad(ref);
  expect(calls).toHaveLength(2);
});
