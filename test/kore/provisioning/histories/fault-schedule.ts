import {
  type CommandEndpoints,
  type Finding,
  type UnacknowledgedWrite,
} from "../../../../src/kore/provisioning/command.ts";
import { type Commit, type CommitResult, type DurableStore } from "../../../../src/common/store/durable-store.ts";
import { CommitUnknown, StoreUnavailable } from "../../../../src/common/store/store-errors.ts";
import { type Link } from "./engines/engine.ts";
import { type LoopClock } from "./loop-clock.ts";

/** A fault at one operation of a port. */
export interface Fate {
  /** Index of the operation, from now on. */
  at: number;
  how: Ending | Stop | Cut;
  /** Duration of a stop or a cut. Milliseconds. */
  lasts: number;
}

/** The process is killed before the operation, during it, or before its reply. */
type Ending = "killed before" | "killed during" | "killed after";

/** The process is suspended, with timers and heartbeats, before the operation or before its reply is read. */
type Stop = "stopped before" | "stopped after";

/**
 * The store becomes unreachable; or in addition the operation's reply is lost, and it was applied, was never applied, or
 * arrives after it was given up.
 */
type Cut = "cut" | "answer lost" | "request lost" | "request late";

/** Called before a commit is sent to the store. The returned function gets its result, even when this process does not. */
export type OnCommit = (commit: Commit) => (result: CommitResult) => void;

/** Delay of a request that was given up: it arrives before or after the next attempt. Milliseconds. */
const LATE = [20, 420] as const;

/**
 * The lifetime of a process, through which all its external operations pass. Once it has ended, new operations have no
 * effect and running ones are never answered.
 */
export class Life implements Link {
  readonly ended: Promise<void>;
  readonly hasNoNotifications: boolean;
  readonly #clock: LoopClock;
  #fates: readonly Fate[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #end: () => void = () => undefined;
  #isOver = false;
  #operations = 0;
  #stopped: Promise<void> | undefined;
  #cutUntil = -Infinity;

  /** @param hasNoNotifications whether it gets no notifications */
  constructor(clock: LoopClock, hasNoNotifications = false) {
    this.#clock = clock;
    this.hasNoNotifications = hasNoNotifications;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Replaces all scheduled faults. */
  await(fates: readonly Fate[]): void {
    this.#fates = fates.map((fate) => ({ ...fate, at: fate.at + this.#operations }));
  }

  /** Ends now. When it resolves, started operations of the store have been applied or not. */
  async die(): Promise<void> {
    this.#isOver = true;
    this.#end();
    await Promise.allSettled(this.#underWay);
  }

  readonly sleep = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    const aborted = new Promise<void>((resolve) => {
      if (signal?.aborted) resolve();
      signal?.addEventListener("abort", () => resolve(), { once: true });
    });
    await Promise.race([this.#clock.sleep(milliseconds), aborted]);
    await this.#stopped;
  };

  async beat<T>(work: () => Promise<T>): Promise<T> {
    await this.#stopped;
    if (this.#isOver) return never();
    this.#reach();
    const done = await work();
    await this.#stopped;
    return this.#hasEnded() ? never() : done;
  }

  store(store: DurableStore, onCommit: OnCommit): DurableStore {
    const through = <T>(work: () => Promise<T>): Promise<T> => this.#do(() => this.#track(work()), StoreUnavailable);
    const commit = async (one: Commit): Promise<CommitResult> => {
      const onResult = onCommit(one);
      const result = await store.commit(one);
      onResult(result);
      return result;
    };
    return {
      get replica() {
        return store.replica;
      },
      get retryFor() {
        return store.retryFor;
      },
      living: () => through(() => store.living()),
      now: this.#clock.now,
      changed: (keys, patience) => store.changed(keys, patience),
      get: (key) => through(() => store.get(key)),
      getMany: (keys) => through(() => store.getMany(keys)),
      list: (prefix, page) => through(() => store.list(prefix, page)),
      removeRange: (start, end) => through(() => store.removeRange(start, end)),
      listMany: (prefixes) => through(() => store.listMany(prefixes)),
      commit: (one) => this.#do(() => this.#track(commit(one)), CommitUnknown),
    };
  }

  kore(kore: CommandEndpoints): CommandEndpoints {
    return new MortalKore(kore, (work) => this.#do(work));
  }

  #track<T>(done: Promise<T>): Promise<T> {
    this.#underWay.add(done);
    void done.finally(() => this.#underWay.delete(done)).catch(() => undefined);
    return done;
  }

  /** @param Lost error of a lost reply; absent for ports other than the store */
  async #do<T>(work: () => Promise<T>, Lost?: typeof StoreUnavailable | typeof CommitUnknown): Promise<T> {
    if (this.#stopped) await this.#stopped;
    if (this.#hasEnded()) return never();
    this.#operations += 1;
    const { at = 0, how, lasts = 0 } = this.#fates.find(({ at }) => at === this.#operations) ?? {};
    if (how === "killed before") return this.#perish();
    if (how === "stopped before") {
      await this.#stop(lasts);
      if (this.#hasEnded()) return never();
    }
    if (Lost && CUTS.has(how)) {
      this.#cutUntil = this.#clock.now() + lasts;
      if (how === "answer lost") await Promise.allSettled([work()]);
      if (how === "request late")
        void this.#clock
          .sleep(LATE[at % 2] ?? 0)
          .then(work)
          .catch(() => undefined);
      if (how !== "cut") throw new Lost(CUT_OFF);
    }
    if (Lost) this.#reach();
    const done = work();
    if (how === "killed during") {
      done.catch(() => undefined);
      return this.#perish();
    }
    await Promise.allSettled([done]);
    if (how === "killed after") return this.#perish();
    if (how === "stopped after") await this.#stop(lasts);
    else if (this.#stopped) await this.#stopped;
    return this.#hasEnded() ? never() : done;
  }

  #reach(): void {
    if (this.#clock.now() < this.#cutUntil) throw new StoreUnavailable(CUT_OFF);
  }

  async #stop(milliseconds: number): Promise<void> {
    this.#stopped = this.#clock.sleep(milliseconds).then(() => void (this.#stopped = undefined));
    await this.#stopped;
  }

  #hasEnded(): boolean {
    return this.#isOver;
  }

  #perish(): Promise<never> {
    this.#isOver = true;
    this.#end();
    return never();
  }
}

const CUT_OFF = "The store cannot be reached";
const CUTS: ReadonlySet<unknown> = new Set<Cut>(["cut", "answer lost", "request lost", "request late"]);

class MortalKore implements CommandEndpoints {
  readonly #kore: CommandEndpoints;
  readonly #through: <T>(work: () => Promise<T>) => Promise<T>;

  constructor(kore: CommandEndpoints, through: <T>(work: () => Promise<T>) => Promise<T>) {
    this.#kore = kore;
    this.#through = through;
  }

  provisioningRequests(...call: Parameters<CommandEndpoints["provisioningRequests"]>) {
    return this.#through(() => this.#kore.provisioningRequests(...call));
  }

  provisioningRequest(...call: Parameters<CommandEndpoints["provisioningRequest"]>) {
    return this.#through(() => this.#kore.provisioningRequest(...call));
  }

  provision(...call: Parameters<CommandEndpoints["provision"]>) {
    return this.#through(() => this.#kore.provision(...call));
  }

  findByEffect(lost: UnacknowledgedWrite): Promise<Finding> {
    const nothing: Finding = { kind: "unclear", message: "" };
    return this.#through(() => this.#kore.findByEffect?.(lost) ?? Promise.resolve(nothing));
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
