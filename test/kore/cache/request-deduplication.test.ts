import { beforeEach, expect, test } from "vitest";
import { type AbortSignalLike } from "../../../src/common/abort.ts";
import { RequestDeduplication } from "../../../src/kore/cache/request-deduplication.ts";

let starts: { signal: AbortSignalLike; finish: (value: string) => void; fail: (error: Error) => void }[];
let reads: RequestDeduplication<string>;
const start = (signal: AbortSignalLike) =>
  new Promise<string>((finish, fail) => {
    starts.push({ signal, finish, fail });
    signal.addEventListener("abort", () => fail(signal.reason));
  });
beforeEach(() => {
  starts = [];
  reads = new RequestDeduplication();
});

test("concurrent identical reads are one request", async () => {
  const both = [reads.join("a", "GET a", start), reads.join("a", "GET a", start)];
  starts[0]?.finish("found");
  expect(await Promise.all(both)).toEqual(["found", "found"]);
  expect(starts).toHaveLength(1);
});

test("a read after the answer is a request of its own", async () => {
  const one = reads.join("a", "GET a", start);
  starts[0]?.finish("old");
  await one;
  const other = reads.join("a", "GET a", start);
  starts[1]?.finish("new");
  expect(await other).toBe("new");
});

test("a failure is shared, and not cached", async () => {
  const both = Promise.allSettled([reads.join("a", "GET a", start), reads.join("a", "GET a", start)]);
  starts[0]?.fail(new Error("down"));
  expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  void reads.join("a", "GET a", start);
  expect(starts).toHaveLength(2);
});

test("an aborted subscriber does not affect the others", async () => {
  const leaver = new AbortController();
  const left = reads.join("a", "GET a", start, { signal: leaver.signal });
  const stayed = reads.join("a", "GET a", start, { signal: new AbortController().signal });
  leaver.abort();
  await expect(left).rejects.toMatchObject({ kind: "aborted" });
  expect(starts[0]?.signal.aborted).toBe(false);
  starts[0]?.finish("found");
  expect(await stayed).toBe("found");
});

test("the read is aborted with its last subscriber, and later reads do not join it", async () => {
  const leaver = new AbortController();
  const left = reads.join("a", "GET a", start, { signal: leaver.signal });
  leaver.abort();
  await expect(left).rejects.toMatchObject({ kind: "aborted" });
  expect(starts[0]?.signal.aborted).toBe(true);
  const next = reads.join("a", "GET a", start);
  starts[1]?.finish("found");
  expect(await next).toBe("found");
});

test("an aborted caller starts no read", async () => {
  await expect(reads.join("a", "GET a", start, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    kind: "aborted",
  });
  expect(starts).toHaveLength(0);
});

test("a slow read can be joined after a thousand others", async () => {
  const slow = reads.join("slow", "GET slow", start);
  for (let other = 0; other < 1000; other += 1) {
    const quick = reads.join(`${other}`, "GET quick", start);
    starts.at(-1)?.finish("found");
    await quick;
  }
  const joined = reads.join("slow", "GET slow", start);
  starts[0]?.finish("late");
  expect(await Promise.all([slow, joined])).toEqual(["late", "late"]);
  expect(starts).toHaveLength(1001);
});
