import { beforeEach, describe, expect, test } from "vitest";
import { type Commit, type CommitResult } from "../../../../src/common/store/durable-store.ts";
import { CommitUnknown, StoreUnavailable } from "../../../../src/common/store/store-errors.ts";
import { type MemoryStore, type SleepersClock, type SmallKore, limited } from "../fakes.ts";
import { MINUTE, outcomesOf } from "../fixtures.ts";
import { Replica, Shared } from "./replica.ts";

let shared: Shared;
let clock: SleepersClock;
let kore: SmallKore;
let store: MemoryStore;
beforeEach(() => {
  shared = new Shared();
  ({ clock, kore, store } = shared);
});

describe("a command that another replica has taken over", () => {
  test("and finished returns its outcome, and is not started again for want of a request key", async () => {
    const [a, b] = [new Replica("a", shared), new Replica("b", shared)];
    kore.onPost = async (take) => {
      const reply = take();
      a.loseLease();
      expect(await b.commands.takeOver()).toBe(1);
      return reply;
    };
    expect(outcomesOf(await a.order("x"))).toEqual(["SUBMITTED"]);
    expect(kore.posts()).toBe(1);
  });

  test("and finished and deleted is not started again either, nor reported as written", async () => {
    const [a, b] = [new Replica("a", shared), new Replica("b", shared)];
    kore.onPost = async (take) => {
      const reply = take();
      a.loseLease();
      await b.commands.takeOver();
      await b.commands.prune(Infinity);
      return reply;
    };
    expect(outcomesOf(await a.order("x"))).toEqual(["OUTCOME_UNKNOWN REPLY_LOST"]);
    expect(kore.posts()).toBe(1);
  });

  test("in two chunks at once has one outcome", async () => {
    const [a, b] = [new Replica("a", shared), new Replica("b", shared)];
    let letGo: () => void = () => undefined;
    const takenOver = new Promise<void>((resolve) => (letGo = resolve));
    kore.onPost = async (take, post) => {
      const reply = take();
      if (post === 2) {
        a.loseLease();
        await b.commands.takeOver();
        letGo();
      }
      await takenOver;
      return reply;
    };
    expect(outcomesOf(await a.order("xy", "key"))).toEqual(["SUBMITTED", "SUBMITTED"]);
    expect(kore.posts()).toBe(2);
  });

  test("while it is being deleted is deleted again, and the next is written", async () => {
    const [a, b] = [new Replica("a", shared), new Replica("b", shared)];
    await a.order("x");
    let lists = 0;
    a.onList = async (prefix) => {
      // The second read of its chunks is under the claim for deletion.
      if (!prefix.startsWith("chunk/") || ++lists !== 2) return;
      a.loseLease();
      await b.commands.takeOver();
    };
    expect(outcomesOf(await a.order("x"))).toEqual(["SUBMITTED"]);
    expect(kore.posts()).toBe(2);
    expect([...a.failed, ...b.failed]).toEqual([]);
  });
});

test("a command whose chunks all fail by the store fails as unavailable", async () => {
  const a = new Replica("a", shared);
  kore.onPost = (take) => {
    take();
    return new Promise(() => undefined);
  };
  void a.order("xy", "key");
  while (kore.posts() < 2) await clock.sleep(0);
  a.loseLease();
  const b = new Replica("b", shared);
  const get = store.get.bind(store);
  store.get = (key) => (key.startsWith("claim/") ? Promise.reject(new StoreUnavailable("away")) : get(key));
  await expect(b.order("xy", "key")).rejects.toThrow(StoreUnavailable);
  store.get = get;
  expect(outcomesOf(await b.order("xy", "key"))).toEqual(["SUBMITTED", "SUBMITTED"]);
  expect(kore.posts()).toBe(2);
});

test("a command for a SIM of another command, which cannot continue without the store, is refused", async () => {
  const a = new Replica("a", shared);
  kore.onPost = () => new Promise(() => undefined);
  void a.order("x", "first");
  while (kore.posts() === 0) await clock.sleep(0);
  shared.living.clear();
  const b = new Replica("b", shared);
  store.onWrite = () => {
    throw new StoreUnavailable("no room");
  };
  await expect(b.order("xy", "second")).rejects.toThrow(StoreUnavailable);
  expect(kore.posts()).toBe(1);
});

test("a command that waits for another command's SIM ends when the server stops, and can be repeated", async () => {
  const a = new Replica("a", shared);
  kore.onPost = () => {
    throw limited(MINUTE);
  };
  const first = a.order("x", "first");
  while (kore.posts() === 0) await clock.sleep(0);
  const second = a.order("xy", "second");
  a.stopping.abort();
  expect(outcomesOf(await first)).toEqual(["OUTCOME_UNKNOWN NOT_SENT_YET"]);
  expect(outcomesOf(await second)).toEqual(["REJECTED EARLIER_OUTCOME_UNKNOWN", "OUTCOME_UNKNOWN NOT_SENT_YET"]);
  shared.living.clear();
  kore.onPost = (take) => take();
  const b = new Replica("b", shared);
  await b.commands.recover();
  expect(outcomesOf(await b.order("xy", "second"))).toEqual(["SUBMITTED", "SUBMITTED"]);
  expect(kore.held.map(({ sims }) => sims.join()).sort()).toEqual(["x", "x", "y"]);
});

/** Whether a commit records a chunk as not sent. */
const isPutBack = ({ by, set }: Commit): boolean =>
  by !== undefined && set.some(([, value]) => (value as { state?: string } | undefined)?.state === "planned");

test.each([0, 1_000])(
  "a commit whose reply was lost has no effect when it arrives after a later one (retryFor: %i)",
  async (patience) => {
    const [a, b] = [new Replica("a", shared), new Replica("b", shared)];
    a.patience = patience;
    let late: (() => Promise<CommitResult>) | undefined;
    a.onCommit = (commit, make) => {
      if (late || !isPutBack(commit)) return make();
      late = make;
      return Promise.reject(new CommitUnknown("cut off"));
    };
    kore.onPost = async (take, post) => {
      if (post === 1) throw limited(0);
      const reply = take();
      await late?.();
      a.loseLease();
      await b.commands.takeOver();
      return reply;
    };
    expect(outcomesOf(await a.order("x", "key"))).toEqual(["SUBMITTED"]);
    expect(kore.held).toHaveLength(1);
  },
);

test.each([true, false])(
  "a command whose opening got no reply is opened once, and executed while the lease holds (made: %s)",
  async (isMade) => {
    const a = new Replica("a", shared);
    a.patience = 1_000;
    let isLost = false;
    a.onCommit = async (commit, make) => {
      if (isLost || !commit.set.some(([key]) => key.startsWith("intent/"))) return make();
      isLost = true;
      if (isMade) await make();
      throw new CommitUnknown("cut off");
    };
    expect(outcomesOf(await a.order("x"))).toEqual(["SUBMITTED"]);
    expect(await a.commands.takeOver()).toBe(0);
    expect(kore.posts()).toBe(1);
  },
);
