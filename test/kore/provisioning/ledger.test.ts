import { beforeEach, expect, test } from "vitest";
import { type Chunk, type Entry, Ledger } from "../../../src/kore/provisioning/ledger.ts";
import { MemoryStore } from "./fakes.ts";

let store: MemoryStore;
let ledger: Ledger;
beforeEach(() => {
  store = new MemoryStore();
  ledger = new Ledger(store);
});

const DAY = 24 * 3_600_000;

function entryOf(name: string, createdAt: number, chunks = 1): Entry {
  const key = Ledger.keyOf({ accountId: "acme", verb: "suspend", requestKey: name, input: null });
  const common = { accountId: "acme", verb: "suspend", fingerprint: "", hasRequestKey: true, settled: [] } as const;
  return { ...common, key, id: name, createdAt, chunks, options: { sku: name } };
}

const chunksOf = ({ id, chunks }: Entry, ...sims: string[]): Chunk[] =>
  Array.from({ length: chunks }, (_, index) => ({
    entry: id,
    index,
    sims: sims.map((sim, place) => ({ id: sim, iccid: null, place })),
    state: "planned",
  }));

/** An intent whose only chunk has come to this. */
async function keep(entry: Entry, sim: string, ...steps: Partial<Chunk>[]): Promise<void> {
  let [chunk] = chunksOf(entry, sim) as [Chunk];
  await ledger.open(entry, [chunk]);
  for (const step of steps) chunk = await ledger.move(entry, chunk, step);
}

test("of two who open the same intent one does, and its chunks are kept", async () => {
  const [one, other] = [entryOf("key", 1), { ...entryOf("key", 2), id: "other" }];
  const opened = await Promise.all([ledger.open(one, chunksOf(one, "a")), ledger.open(other, chunksOf(other, "a"))]);
  expect(opened).toEqual([true, false]);
  expect(await ledger.find(one.key)).toEqual(one);
  expect(await ledger.chunks(other)).toEqual([]);
});

test("chunks come back in their order, hundreds of them too", async () => {
  const entry = entryOf("key", 1, 300);
  await ledger.open(entry, chunksOf(entry, "a").reverse());
  expect((await ledger.chunks(entry)).map(({ index }) => index)).toEqual(Array.from({ length: 300 }, (_, n) => n));
});

test("a SIM is in doubt from before its write goes out until it is known what became of it", async () => {
  const entry = entryOf("key", 1);
  await keep(entry, "a", { state: "sending", sentAt: 1 });
  expect(await ledger.doubtAbout("acme", "a")).toMatchObject({ entry: { id: "key" }, chunk: { state: "sending" } });
  const [chunk] = (await ledger.chunks(entry)) as [Chunk];
  const unknown = await ledger.move(entry, chunk, { state: "unknown" });
  expect(await ledger.doubtAbout("acme", "a")).toMatchObject({ chunk: { state: "unknown" } });
  expect(await ledger.doubtAbout("other", "a")).toBeUndefined();
  await ledger.move(entry, unknown, { state: "acknowledged", requestId: "request-1" });
  expect(await ledger.doubtAbout("acme", "a")).toBeUndefined();
  expect(await ledger.isClaimed("acme", "request-1")).toBe(true);
});

test("for a SIM in doubt no other part of its intent is read, however many there are", async () => {
  const entry = entryOf("key", 1, 300);
  const chunks = chunksOf(entry, "a");
  await ledger.open(entry, chunks);
  await ledger.move(entry, chunks[299] as Chunk, { state: "sending", sentAt: 1 });
  store.list = () => expect.fail("reads all parts");
  expect(await ledger.doubtAbout("acme", "a")).toMatchObject({ chunk: { index: 299 } });
});

test("what is settled later is kept, and a part without SIMs is gone", async () => {
  const entry = entryOf("key", 1, 2);
  const [one, two] = chunksOf(entry, "a") as [Chunk, Chunk];
  await ledger.open(entry, [one, two]);
  const result = { place: 0, id: "a", iccid: null, outcome: "ALREADY_SATISFIED" } as const;
  const settled = await ledger.settle(entry, [result], [{ ...two, sims: [] }]);
  expect(await ledger.find(entry.key)).toEqual({ ...entry, settled: [result] });
  expect(await ledger.chunks(settled)).toEqual([one]);
});

test("an intent is unfinished until it is closed", async () => {
  const entry = entryOf("key", 1);
  await keep(entry, "a", { state: "acknowledged", requestId: "request-1" });
  expect(await ledger.unfinished()).toEqual([entry]);
  await ledger.close(entry, false);
  expect(await ledger.unfinished()).toEqual([]);
  expect(await ledger.find(entry.key)).not.toHaveProperty("options");
});

test("one that may be asked for again keeps its options when it is closed", async () => {
  const entry = entryOf("key", 1);
  await keep(entry, "a", { state: "abandoned" });
  await ledger.close(entry, true);
  expect(await ledger.find(entry.key)).toEqual(entry);
});

test("nothing is left of an intent that is past its retention, whatever became of it", async () => {
  await keep(entryOf("done", DAY), "a", { state: "acknowledged", requestId: "request-1" });
  await keep(entryOf("in doubt", DAY), "b", { state: "sending", sentAt: 1 }, { state: "unknown" });
  await keep(entryOf("not sent", DAY), "c", { state: "abandoned" });
  await ledger.prune(2 * DAY);
  expect(store.keys()).toEqual([]);
});

test("what is younger stays, with its claims and doubts about the same SIMs", async () => {
  await keep(entryOf("old", DAY), "a", { state: "acknowledged", requestId: "request-1" });
  await keep(entryOf("new", 3 * DAY), "a", { state: "sending", sentAt: 1 }, { state: "unknown" });
  await keep(entryOf("newer", 3 * DAY), "b", { state: "acknowledged", requestId: "request-2" });
  await ledger.prune(2 * DAY);
  expect(await ledger.isClaimed("acme", "request-1")).toBe(false);
  expect(await ledger.isClaimed("acme", "request-2")).toBe(true);
  expect(await ledger.doubtAbout("acme", "a")).toMatchObject({ entry: { id: "new" } });
});

test("an intent is known by account, verb and request key, or by its input, of which only a hash is kept", () => {
  const key = Ledger.keyOf({ accountId: "acme", verb: "suspend", requestKey: "Ada Lovelace", input: null });
  expect(key).toMatch(/^intent\/[\w-]{43}$/);
  const others = [
    Ledger.keyOf({ accountId: "other", verb: "suspend", requestKey: "Ada Lovelace", input: null }),
    Ledger.keyOf({ accountId: "acme", verb: "terminate", requestKey: "Ada Lovelace", input: null }),
    Ledger.keyOf({ accountId: "acme", verb: "suspend", requestKey: null, input: "Ada Lovelace" }),
  ];
  expect(new Set([key, ...others]).size).toBe(4);
});

test("an intent that is tried again after it was closed is unfinished again", async () => {
  const entry = entryOf("again", 1);
  const [planned] = chunksOf(entry, "a") as [Chunk];
  await ledger.open(entry, [planned]);
  const abandoned = await ledger.move(entry, planned, { state: "abandoned" });
  await ledger.close(entry, true);
  expect(await ledger.unfinished()).toEqual([]);
  await ledger.move(entry, abandoned, { state: "sending" });
  expect((await ledger.unfinished()).map(({ id }) => id)).toEqual(["again"]);
});
