import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { CommitUnknown, StoreUnavailable } from "../../common/store-errors.ts";
import {
  type Change,
  type Claim,
  type Commit,
  type CommitResult,
  type DurableStore,
} from "../../common/durable-store.ts";

/** The claim of this work was taken over by another replica, since this one's lease has ended. Nothing was changed. */
export class Fenced extends Error {
  override readonly name = "Fenced";
}

/** A claim as stored. */
interface Holder {
  owner: string;
  fence: number;
}

/** No fence is given twice, so that one that is found again is the same claim. */
const FENCES = 2 ** 48 - 1;

/** For so long a wait believes that nothing has changed, should it not be notified. Milliseconds. */
const RECHECK = 1000;

/** Between attempts at a commit of which the answer was lost. Milliseconds. */
const RETRY_EVERY = 250;

/** A keyed mutex across replicas: one operation at a time holds a key. A claim outlives its replica until another takes it over. */
export class KeyedMutex {
  readonly #store: DurableStore;
  /** Begin of the keys in the store. */
  readonly #prefix: string;
  /** Fences of the claims under which this process is at work. */
  readonly #active = new Set<number>();
  /**
   * Claims under which a commit was made of which the answer was lost, each with all fences that it may have by now. Such
   * a commit may still be on its way, and must have no effect once a later one was made.
   */
  readonly #ambiguous = new Map<Claim, Set<number>>();
  readonly #renewing = new Map<Claim, Promise<void>>();

  constructor(store: DurableStore, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  /**
   * Makes a claim of something new by the commit that makes the thing itself.
   *
   * @returns undefined when an expectation did not hold
   * @throws StoreUnavailable
   */
  async open(thing: string, { expect = [], set }: Omit<Commit, "by">): Promise<Claim | undefined> {
    const claim = this.#newClaim(thing);
    const expectations = [[claim.key, "absent"] as const, ...expect];
    return this.#make(claim, { expect: expectations, set: [...set, [claim.key, holderOf(claim)]] });
  }

  /**
   * Claims a thing that nobody is at work on.
   *
   * @returns undefined while somebody is
   * @throws StoreUnavailable
   */
  async tryAcquire(thing: string): Promise<Claim | undefined> {
    const claim = this.#newClaim(thing);
    const holder = (await this.#store.get(claim.key)) as Holder | undefined;
    if (holder && (await this.#atWork([holder])).has(holder)) return undefined;
    const was = holder ? { fence: holder.fence } : "absent";
    return this.#make(claim, { expect: [[claim.key, was]], set: [[claim.key, holderOf(claim)]] });
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
      // Unless another part of the same work has given the claim a new fence meanwhile.
      if (claim.fence === by.fence && !this.#ambiguous.has(claim)) return this.#throwFenced(claim);
    }
  }

  /** Makes last changes and ends the claim. */
  async release(claim: Claim, set: readonly Change[] = []): Promise<void> {
    try {
      await this.commit(claim, { set: [...set, [claim.key, undefined]] });
    } finally {
      this.abandon(claim);
    }
  }

  /** Ends work without releasing the claim: another owner takes it over. */
  abandon(claim: Claim): void {
    this.#active.delete(claim.fence);
    for (const fence of this.#ambiguous.get(claim) ?? []) this.#active.delete(fence);
    this.#ambiguous.delete(claim);
  }

  /** Which of some things somebody is at work on. */
  async busy(things: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.#store.getMany(things.map((thing) => this.#prefix + thing));
    const atWork = await this.#atWork([...found.values()] as Holder[]);
    return new Set(things.filter((thing) => atWork.has(found.get(this.#prefix + thing) as Holder)));
  }

  /** Things whose claims nobody works under any more. */
  async orphans(): Promise<string[]> {
    const held = (await this.#store.list(this.#prefix)) as (readonly [key: string, holder: Holder])[];
    const atWork = await this.#atWork(held.map(([, holder]) => holder));
    return held.filter(([, holder]) => !atWork.has(holder)).map(([key]) => key.slice(this.#prefix.length));
  }

  /** Waits until work on one of some things may have come to an end: read again then. */
  async wait(things: readonly string[]): Promise<void> {
    const change = this.#store.changed(
      things.map((thing) => this.#prefix + thing),
      RECHECK,
    );
    if ((await this.busy(things)).size === things.length) await change;
  }

  #newClaim(thing: string): Claim {
    return { key: this.#prefix + thing, fence: randomInt(FENCES), replica: this.#store.replica };
  }

  #addAmbiguous(claim: Claim, fence: number): void {
    this.#active.add(fence);
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

  /** Gives a claim another fence, so that what is on its way under the former ones is refused. */
  async #renew(claim: Claim): Promise<void> {
    for (const fence of [...(this.#ambiguous.get(claim) ?? [])]) {
      const renewed: Claim = { ...claim, fence: randomInt(FENCES) };
      this.#addAmbiguous(claim, renewed.fence); // Its answer may be lost, too.
      const result = await this.#store.commit({
        by: { ...claim, fence },
        set: [[claim.key, holderOf(renewed)]],
      });
      if (result === "fenced") continue;
      this.abandon(claim);
      claim.fence = renewed.fence;
      this.#active.add(claim.fence);
      return;
    }
    this.#throwFenced(claim);
  }

  async #make(claim: Claim, commit: Commit): Promise<Claim | undefined> {
    this.#active.add(claim.fence);
    let result: CommitResult | undefined;
    try {
      result = await this.#made(claim, commit);
    } finally {
      if (result !== "done") this.abandon(claim);
    }
    if (result === "fenced") throw new StoreUnavailable("This replica has no lease at present");
    return result === "done" ? claim : undefined;
  }

  /** Those of some holders that are at work. The living replicas are read once, and only when needed. */
  async #atWork(holders: readonly Holder[]): Promise<ReadonlySet<Holder>> {
    const isOwn = ({ owner }: Holder) => owner === this.#store.replica;
    const living = holders.every(isOwn) ? NONE : await this.#store.living();
    return new Set(
      holders.filter((holder) => (isOwn(holder) ? this.#active.has(holder.fence) : living.has(holder.owner))),
    );
  }

  /** A commit of which the answer was lost is made again while the lease holds: then it is known whether it was made. */
  async #made(claim: Claim, commit: Commit): Promise<CommitResult> {
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
