import { beforeEach, describe, expect, test } from "vitest";
import { type Commit, type CommitResult, type DurableStore } from "../../../src/common/store/durable-store.ts";
import { CommitUnknown, StoreUnavailable } from "../../../src/common/store/store-errors.ts";
import { type Plan } from "../../../src/kore/provisioning/command.ts";
import { ProvisioningCommands } from "../../../src/kore/provisioning/commands.ts";
import { MemoryStore, SleepersClock, SmallKore, limited } from "./fakes.ts";
import { outcomesOf } from "./fixtures.ts";

const MINUTE = 60_000;

let clock: SleepersClock;
let kore: SmallKore;
let store: MemoryStore;
let living: Set<string>;
beforeEach(() => {
  clock = new SleepersClock(Date.UTC(2025, 0, 15, 9));
  kore = new SmallKore(clock);
  store = new MemoryStore();
  living = new Set();
});

/** A replica on the shared store. */
class Replica {
  readonly commands: ProvisioningCommands;
  readonly failed: unknown[] = [];
  readonly stopping = new AbortController();
  patience = 0;
  /** Called before each list of keys. */
  onList: (prefix: string) => Promise<unknown> = () => Promise.resolve();
  /** Replaces each commit. */
  onCommit: (commit: Commit, make: () => Promise<CommitResult>) => Promise<CommitResult> = (_, make) => make();
  #name: string;
  #leases = 0;

  constructor(name: string) {
    this.#name = name;
    living.add(this.id);
    this.commands = new ProvisioningCommands({
      kore: kore.api,
      store: this.#store(),
      chunkSize: 1,
      reconciliation: {
        visibilityWindow: MINUTE,
        visibilityWindowAfterTimeout: MINUTE,
        now: clock.now,
        monotonic: clock.monotonic,
        sleep: clock.sleep,
        stopping: this.stopping.signal,
      },
      audit: () => undefined,
      auditResolution: () => undefined,
      onRecoveryFailed: (error) => this.failed.push(error),
    });
  }

  get id(): string {
    return `${this.#name}${this.#leases}`;
  }

  /** Ends its lease, and starts a new one. */
  loseLease(): void {
    living.delete(this.id);
    this.#leases += 1;
    living.add(this.id);
  }

  order(sims: string, requestKey: string | null = null) {
    const command = { who: "test", accountId: "acme", verb: "suspend", requestKey, input: sims } as const;
    const plan = (): Promise<Plan> =>
      Promise.resolve({
        sims: [...sims].map((id, place) => ({ id, iccid: null, place })),
        settled: [],
        options: {},
      });
    return this.commands.submit(command, plan);
  }

  #store(): DurableStore {
    const id = () => this.id;
    const onList = (prefix: string) => this.onList(prefix);
    const onCommit = (...call: Parameters<Replica["onCommit"]>) => this.onCommit(...call);
    const patience = () => this.patience;
    return {
      get replica() {
        return id();
      },
      get retryFor() {
        return patience();
      },
      living: () => Promise.resolve(new Set(living)),
      now: () => store.now(),
      get: (key) => store.get(key),
      getMany: (keys) => store.getMany(keys),
      async list(prefix, page) {
        await onList(prefix);
        return store.list(prefix, page);
      },
      listMany: (prefixes) => store.listMany(prefixes),
      removeRange: (start, end) => store.removeRange(start, end),
      changed: (keys) => store.changed(keys),
      commit(commit) {
        const copy = { ...commit, ...(commit.by && { by: { ...commit.by } }) };
        const make = (): Promise<CommitResult> =>
          copy.by && copy.by.replica !== id() ? Promise.resolve("fenced") : store.commit(copy);
        return onCommit(copy, make);
      },
    };
  }
}

describe("a command that another replica has taken over", () => {
  test("and finished returns its outcome, and is not started again for want of a request key", async () => {
    const [a, b] = [new Replica("a"), new Replica("b")];
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
    const [a, b] = [new Replica("a"), new Replica("b")];
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
    const [a, b] = [new Replica("a"), new Replica("b")];
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
    const [a, b] = [new Replica("a"), new Replica("b")];
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
  const a = new Replica("a");
  kore.onPost = (take) => {
    take();
    return new Promise(() => undefined);
  };
  void a.order("xy", "key");
  while (kore.posts() < 2) await clock.sleep(0);
  a.loseLease();
  const b = new Replica("b");
  const get = store.get.bind(store);
  store.get = (key) => (key.startsWith("claim/") ? Promise.reject(new StoreUnavailable("away")) : get(key));
  await expect(b.order("xy", "key")).rejects.toThrow(StoreUnavailable);
  store.get = get;
  expect(outcomesOf(await b.order("xy", "key"))).toEqual(["SUBMITTED", "SUBMITTED"]);
  expect(kore.posts()).toBe(2);
});

test("a command for a SIM of another command, which cannot continue without the store, is refused", async () => {
  const a = new Replica("a");
  kore.onPost = () => new Promise(() => undefined);
  void a.order("x", "first");
  while (kore.posts() === 0) await clock.sleep(0);
  living.clear();
  const b = new Replica("b");
  store.onWrite = () => {
    throw new StoreUnavailable("no room");
  };
  await expect(b.order("xy", "second")).rejects.toThrow(StoreUnavailable);
  expect(kore.posts()).toBe(1);
});

test("a command that waits for another command's SIM ends when the server stops, and can be repeated", async () => {
  const a = new Replica("a");
  kore.onPost = () => {
    throw limited(MINUTE);
  };
  const first = a.order("x", "first");
  while (kore.posts() === 0) await clock.sleep(0);
  const second = a.order("xy", "second");
  a.stopping.abort();
  expect(outcomesOf(await first)).toEqual(["OUTCOME_UNKNOWN NOT_SENT_YET"]);
  expect(outcomesOf(await second)).toEqual(["REJECTED EARLIER_OUTCOME_UNKNOWN", "OUTCOME_UNKNOWN NOT_SENT_YET"]);
  living.clear();
  kore.onPost = (take) => take();
  const b = new Replica("b");
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
    const [a, b] = [new Replica("a"), new Replica("b")];
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
    const a = new Replica("a");
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
