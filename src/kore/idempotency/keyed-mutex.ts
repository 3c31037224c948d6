import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { CommitUnknown, StoreUnavailable } from "../../common/store/store-errors.ts";
import {
  type Change,
  type Claim,
  type Commit,
  type CommitResult,
  type DurableStore,
} from "../../common/store/durable-store.ts";

/** Another replica has taken over the claim, because this replica's lease has expired. Nothing was changed. */
export class Fenced extends Error {
  override readonly name = "Fenced";
}

/** A claim as stored. */
interface Holder {
  owner: string;
  fence: number;
}

/** Fences are random in this range and practically unique: an equal fence is the same claim. */
const FENCES = 2 ** 48 - 1;

/** Longest wait without a notification. Milliseconds. */
const RECHECK = 1000;

/** Between attempts at a commit whose reply was lost. Milliseconds. */
const RETRY_EVERY = 250;

/**
 * A keyed mutex across replicas: one operation at a time holds a key. Its claim is stored, and stays after a crash until
 * another replica takes it over.
 */
export class KeyedMutex {
  readonly #store: DurableStore;
  /** Prefix of the keys in the store. */
  readonly #prefix: string;
  /** Fences of the claims in use by this process. */
  readonly #fences = new Set<number>();
  /**
   * Claims with a commit whose reply was lost, and the fences that each may have. Such a commit may still reach the store,
   * and must have no effect after a later one.
   */
  readonly #ambiguous = new Map<Claim, Set<number>>();
  readonly #renewing = new Map<Claim, Promise<void>>();

  constructor(store: DurableStore, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  /**
   * Claims a new key in the commit that creates its value.
   *
   * @returns undefined when an expectation did not hold
   * @throws StoreUnavailable
   */
  async open(key: string, { expect = [], set }: Omit<Commit, "by">): Promise<Claim | undefined> {
    const claim = this.#newClaim(key);
    const expectations = [[claim.key, "absent"] as const, ...expect];
    return this.#create(claim, { expect: expectations, set: [...set, [claim.key, holderOf(claim)]] });
  }

  /**
   * @returns undefined while the key is held
   * @throws StoreUnavailable
   */
  async tryAcquire(key: string): Promise<Claim | undefined> {
    const claim = this.#newClaim(key);
    const holder = (await this.#store.get(claim.key)) as Holder | undefined;
    if (holder && (await this.#active([holder])).has(holder)) return undefined;
    const was = holder ? { fence: holder.fence } : "absent";
    return this.#create(claim, { expect: [[claim.key, was]], set: [[claim.key, holderOf(claim)]] });
  }

  /** @throws Fenced @throws StoreUnavailable */
  async commit(claim: Claim, { expect, set }: Omit<Commit, "by">): Promise<Exclude<CommitResult, "fenced">> {
    for (;;) {
      if (this.#ambiguous.has(claim)) await this.#renewOnce(claim);
      const by = { ...claim };
      try {
        const result = await this.#store.commit({ by, set, ...(expect && { expect }) });
        if (result !== "fenced") return result;
      } catch (error) {
        if (error instanceof CommitUnknown) this.#addAmbiguous(claim, by.fence);
        throw error;
      }
      // A concurrent commit under the same claim may have renewed the fence meanwhile.
      if (claim.fence === by.fence && !this.#ambiguous.has(claim)) return this.#throwFenced(claim);
    }
  }

  /** Commits last changes and ends the claim. @throws Fenced @throws StoreUnavailable */
  async release(claim: Claim, set: readonly Change[] = []): Promise<void> {
    try {
      await this.commit(claim, { set: [...set, [claim.key, undefined]] });
    } finally {
      this.abandon(claim);
    }
  }

  /** Stops using a claim without releasing it: another holder takes it over. */
  abandon(claim: Claim): void {
    this.#fences.delete(claim.fence);
    for (const fence of this.#ambiguous.get(claim) ?? []) this.#fences.delete(fence);
    this.#ambiguous.delete(claim);
  }

  /** Those of some keys that are held. */
  async busy(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.#store.getMany(keys.map((key) => this.#prefix + key));
    const active = await this.#active([...found.values()] as Holder[]);
    return new Set(keys.filter((key) => active.has(found.get(this.#prefix + key) as Holder)));
  }

  /** Keys whose claims were neither released nor taken over. */
  async orphans(): Promise<string[]> {
    const held = (await this.#store.list(this.#prefix)) as (readonly [key: string, holder: Holder])[];
    const active = await this.#active(held.map(([, holder]) => holder));
    return held.filter(([, holder]) => !active.has(holder)).map(([key]) => key.slice(this.#prefix.length));
  }

  /** Resolves when one of some held keys may be free. */
  async wait(keys: readonly string[]): Promise<void> {
    const change = this.#store.changed(
      keys.map((key) => this.#prefix + key),
      RECHECK,
    );
    if ((await this.busy(keys)).size === keys.length) await change;
  }

  #newClaim(key: string): Claim {
    return { key: this.#prefix + key, fence: randomInt(FENCES), replica: this.#store.replica };
  }

  #addAmbiguous(claim: Claim, fence: number): void {
    this.#fences.add(fence);
    this.#ambiguous.set(claim, (this.#ambiguous.get(claim) ?? new Set<number>()).add(fence));
  }

  #throwFenced(claim: Claim): never {
    this.abandon(claim);
    throw new Fenced("Another replica has taken over");
  }

  #renewOnce(claim: Claim): Promise<void> {
    const renewing = this.#renewing.get(claim) ?? this.#renew(claim).finally(() => this.#renewing.delete(claim));
    this.#renewing.set(claim, renewing);
    return renewing;
  }

  /** Changes the fence of a claim, so that the store refuses commits that are still in flight under former fences. */
  async #renew(claim: Claim): Promise<void> {
    for (const fence of [...(this.#ambiguous.get(claim) ?? [])]) {
      const renewed: Claim = { ...claim, fence: randomInt(FENCES) };
      this.#addAmbiguous(claim, renewed.fence); // This reply may be lost as well.
      const result = await this.#store.commit({
        by: { ...claim, fence },
        set: [[claim.key, holderOf(renewed)]],
      });
      if (result === "fenced") continue;
      this.abandon(claim);
      claim.fence = renewed.fence;
      this.#fences.add(claim.fence);
      return;
    }
    this.#throwFenced(claim);
  }

  async #create(claim: Claim, commit: Commit): Promise<Claim | undefined> {
    this.#fences.add(claim.fence);
    let result: CommitResult | undefined;
    try {
      result = await this.#commitNew(claim, commit);
    } finally {
      if (result !== "done") this.abandon(claim);
    }
    if (result === "fenced") throw new StoreUnavailable("This replica has no lease at present");
    return result === "done" ? claim : undefined;
  }

  /** Those of some holders that are still active. The living replicas are read once, and only when needed. */
  async #active(holders: readonly Holder[]): Promise<ReadonlySet<Holder>> {
    const isOwn = ({ owner }: Holder) => owner === this.#store.replica;
    const living = holders.every(isOwn) ? NONE : await this.#store.living();
    return new Set(
      holders.filter((holder) => (isOwn(holder) ? this.#fences.has(holder.fence) : living.has(holder.owner))),
    );
  }

  /** Repeats a commit whose reply was lost while the lease holds: its result shows whether the first one was applied. */
  async #commitNew(claim: Claim, commit: Commit): Promise<CommitResult> {
    let lost: unknown;
    for (;;) {
      try {
        const result = await this.#store.commit(commit);
        if (lost === undefined || result !== "conflict") return result;
        const holder = (await this.#store.get(claim.key)) as Holder | undefined;
        return holder?.fence === claim.fence ? "done" : "conflict";
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        if (lost === undefined && !(error instanceof CommitUnknown)) throw error;
        lost ??= error;
        if (this.#store.retryFor === 0) throw lost;
      }
      await delay(RETRY_EVERY);
    }
  }
}

const NONE: ReadonlySet<string> = new Set();

const holderOf = ({ replica, fence }: Claim): Holder => ({ owner: replica, fence });
