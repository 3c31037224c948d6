import { beforeEach, expect, test } from "vitest";
import { Ledger, type Work } from "../../../../src/kore/provisioning/ledger/ledger.ts";
import { type Chunk, type Entry } from "../../../../src/kore/provisioning/ledger/records.ts";
import { pruneLedger } from "../../../../src/kore/provisioning/ledger/retention.ts";
import { Fenced } from "../../../../src/kore/idempotency/keyed-mutex.ts";
import { MemoryStore } from "../fakes.ts";

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

async function open(entry: Entry, chunks: readonly Chunk[]): Promise<Work> {
  return (await ledger.open(entry, chunks)) ?? expect.fail("it is there, or a SIM is reserved");
}

/** A recorded command with one chunk in these states, not in progress. */
async function keep(entry: Entry, sim: string, ...steps: Partial<Chunk>[]): Promise<Chunk> {
  let [chunk] = chunksOf(entry, sim) as [Chunk];
  const work = await open(entry, [chunk]);
  for (const step of steps) chunk = await ledger.move(work, chunk, step);
  await ledger.release(work, [chunk]);
  return chunk;
}

const reservedFor = async (sim: string, accountId = "acme") =>
  (await ledger.reservedFor({ accountId, verb: "suspend" }, [sim])).get(sim)?.[0];

test("a command is opened once, and its chunks are stored", async () => {
  const [one, other] = [entryOf("key", 1), { ...entryOf("key", 2), id: "other" }];
  const opened = await Promise.all([ledger.open(one, chunksOf(one, "a")), ledger.open(other, chunksOf(other, "b"))]);
  expect(opened).toEqual([expect.objectContaining({ entry: one }), undefined]);
  expect(await ledger.find(one.key)).toEqual(one);
  expect(await ledger.chunks(other)).toEqual([]);
});

test("of two commands with a common SIM one is opened, and nothing of the other is stored", async () => {
  const [one, other] = [entryOf("one", 1), entryOf("other", 1)];
  await open(one, chunksOf(one, "a", "b"));
  expect(await ledger.open(other, chunksOf(other, "b", "c"))).toBeUndefined();
  expect(await ledger.find(other.key)).toBeUndefined();
  expect(await reservedFor("c")).toBeUndefined();
});

test("a command of a dead process is taken over, and commits of its former owner have no effect", async () => {
  const entry = entryOf("key", 1);
  const [chunk] = chunksOf(entry, "a") as [Chunk];
  const old = await open(entry, [chunk]);
  expect(await ledger.tryClaim(entry.key)).toBeUndefined();
  expect(await ledger.claims.orphans()).toEqual([]);
  store.restart();
  expect(await ledger.claims.orphans()).toEqual([entry.key]);
  const taken = (await ledger.tryClaim(entry.key)) ?? expect.fail("not taken");
  await expect(ledger.move(old, chunk, { state: "sending" })).rejects.toThrow(Fenced);
  expect(await ledger.move(taken, chunk, { state: "sending" })).toMatchObject({ state: "sending" });
});

test("chunks are read in their order, also hundreds of them", async () => {
  const entry = entryOf("key", 1, 300);
  await ledger.open(entry, chunksOf(entry, "a").reverse());
  expect((await ledger.chunks(entry)).map(({ index }) => index)).toEqual(Array.from({ length: 300 }, (_, n) => n));
});

test("a SIM is reserved from the opening of its command until the outcome of its write is known", async () => {
  const entry = entryOf("key", 1);
  let [chunk] = chunksOf(entry, "a") as [Chunk];
  const work = await open(entry, [chunk]);
  for (const state of ["sending", "unknown"] as const) {
    chunk = await ledger.move(work, chunk, { state });
    expect(await reservedFor("a")).toMatchObject({ entry: { id: "key" }, chunk: { state } });
  }
  expect(await reservedFor("a", "other")).toBeUndefined();
  await ledger.move(work, chunk, { state: "acknowledged", requestId: "request-1" });
  expect(await reservedFor("a")).toBeUndefined();
  expect(await ledger.isClaimed("acme", "request-1")).toBe(true);
});

test("requests of two kinds may have the same id", async () => {
  const esim = { ...entryOf("esim", 1), verb: "esim-switch" } as const;
  const [order, record] = [entryOf("order", 1), { ...entryOf("record", 1), verb: "cost-center" } as const];
  const acknowledged = { state: "acknowledged", requestId: "7" } as const;
  await keep(esim, "eid", { ...acknowledged, acknowledgedAt: 1 });
  expect(await ledger.isClaimed("acme", "7")).toBe(false);
  await keep(order, "a", { ...acknowledged, acknowledgedAt: 2 });
  await keep(record, "b", { ...acknowledged, acknowledgedAt: 3 });
  const times = (["esim", "provisioning", "record"] as const).map((kind) => ledger.acknowledgedAt("acme", "7", kind));
  expect(await Promise.all(times)).toEqual([1, 2, 3]);
  await ledger.finish("acme", "7", () => ({ b: "no" }), "record");
  const states = await Promise.all([esim, order, record].map((entry) => ledger.chunks(entry)));
  expect(states.map(([chunk]) => chunk?.isFinished === true)).toEqual([false, false, true]);
});

test("ids with any characters have distinct keys", async () => {
  const [one, other] = [entryOf("one", 1), { ...entryOf("other", 1), accountId: "acme/a" }];
  await open(one, chunksOf(one, "a/b"));
  await open(other, chunksOf(other, "b"));
  expect(await reservedFor("a/b")).toMatchObject({ entry: { id: "one" } });
  expect(await reservedFor("b", "acme/a")).toMatchObject({ entry: { id: "other" } });
});

test("for a reserved SIM no other chunk of its command is read", async () => {
  const entry = entryOf("key", 1, 300);
  const chunks = chunksOf(entry).map((chunk, n): Chunk => ({
    ...chunk,
    sims: [{ id: `${n}`, iccid: null, place: n }],
  }));
  await open(entry, chunks);
  store.list = () => expect.fail("reads all parts");
  expect(await reservedFor("299")).toMatchObject({ chunk: { index: 299 } });
});

test("later settled results are stored, and a chunk without SIMs is deleted", async () => {
  const entry = entryOf("key", 1, 2);
  const [one, two] = [...chunksOf(entry, "a").slice(0, 1), ...chunksOf(entry, "b").slice(1)] as [Chunk, Chunk];
  const work = await open(entry, [one, two]);
  const result = { place: 0, id: "b", iccid: null, outcome: "ALREADY_SATISFIED" } as const;
  const settled = await ledger.settleSims(work, two.sims, [result], [{ ...two, sims: [] }]);
  expect(await ledger.find(entry.key)).toEqual({ ...entry, settled: [result] });
  expect(await ledger.chunks(settled.entry)).toEqual([one]);
  expect(await reservedFor("b")).toBeUndefined();
});

test("a command is unfinished until it has no open chunk", async () => {
  const entry = entryOf("key", 1);
  const [planned] = chunksOf(entry, "a") as [Chunk];
  const work = await open(entry, [planned]);
  expect(await ledger.unfinished()).toEqual([entry]);
  const chunk = await ledger.move(work, planned, { state: "acknowledged", requestId: "request-1" });
  await ledger.release(work, [chunk]);
  expect(await ledger.unfinished()).toEqual([]);
  expect(await ledger.find(entry.key)).not.toHaveProperty("options");
});

test("a closed command with abandoned chunks keeps its options", async () => {
  const entry = entryOf("key", 1);
  await keep(entry, "a", { state: "abandoned" });
  expect(await ledger.find(entry.key)).toEqual(entry);
  expect(await ledger.unfinished()).toEqual([]);
});

test("nothing is left of a command after its retention, whatever its outcome", async () => {
  await keep(entryOf("done", DAY), "a", { state: "acknowledged", requestId: "request-1" });
  await keep(entryOf("ambiguous", DAY), "b", { state: "sending", sentAt: 1 }, { state: "unknown" });
  await keep(entryOf("not sent", DAY), "c", { state: "abandoned" });
  await pruneLedger(store, ledger, 2 * DAY);
  expect(store.keys()).toEqual([]);
});

test("younger commands stay, with their assigned requests and reservations", async () => {
  await keep(entryOf("old", DAY), "a", { state: "acknowledged", requestId: "request-1" });
  await keep(entryOf("new", 3 * DAY), "a", { state: "sending", sentAt: 1 }, { state: "unknown" });
  await keep(entryOf("newer", 3 * DAY), "b", { state: "acknowledged", requestId: "request-2" });
  await pruneLedger(store, ledger, 2 * DAY);
  expect(await ledger.isClaimed("acme", "request-1")).toBe(false);
  expect(await ledger.isClaimed("acme", "request-2")).toBe(true);
  expect(await reservedFor("a")).toMatchObject({ entry: { id: "new" } });
});

test("a command's key is a hash of account, verb and request key, or of its input", () => {
  const key = Ledger.keyOf({ accountId: "acme", verb: "suspend", requestKey: "Ada Lovelace", input: null });
  expect(key).toMatch(/^intent\/[\w-]{43}$/);
  const others = [
    Ledger.keyOf({ accountId: "other", verb: "suspend", requestKey: "Ada Lovelace", input: null }),
    Ledger.keyOf({ accountId: "acme", verb: "terminate", requestKey: "Ada Lovelace", input: null }),
    Ledger.keyOf({ accountId: "acme", verb: "suspend", requestKey: null, input: "Ada Lovelace" }),
  ];
  expect(new Set([key, ...others]).size).toBe(4);
});

test("a closed command that is sent again is unfinished, and its SIMs are reserved", async () => {
  const entry = entryOf("again", 1);
  const abandoned = await keep(entry, "a", { state: "abandoned" });
  const work = (await ledger.tryClaim(entry.key)) ?? expect.fail("not taken");
  expect(await ledger.reserve(work, abandoned)).toMatchObject({ state: "planned" });
  expect((await ledger.unfinished()).map(({ id }) => id)).toEqual(["again"]);
  expect(await reservedFor("a")).toMatchObject({ entry: { id: "again" } });
});

test("a command is not sent again while another has reserved one of its SIMs", async () => {
  const abandoned = await keep(entryOf("again", 1), "a", { state: "abandoned" });
  const other = entryOf("other", 1);
  await open(other, chunksOf(other, "a"));
  const work = (await ledger.tryClaim(entryOf("again", 1).key)) ?? expect.fail("not taken");
  expect(await ledger.reserve(work, abandoned)).toBe("conflict");
  expect(await reservedFor("a")).toMatchObject({ entry: { id: "other" } });
});
