import { type Page } from "./store-pages.ts";

/** A change of the store: a value to keep, or `undefined` to delete it. */
export type Change = readonly [key: string, value: unknown];

/** Precondition of a commit: the key has no value, or its value is an object with this `fence`. */
export type Expectation = readonly [key: string, is: "absent" | { fence: number }];

/** The right of one replica to change what belongs to an intent, until another takes the intent over. */
export interface Claim {
  /** Key of the intent. */
  key: string;
  /** Grows with each claim of the intent. */
  fence: number;
  /** {@link DurableStore.replica} when it was claimed. */
  replica: string;
}

export interface Commit {
  /** Nothing is done unless the value at its key has its `fence`. */
  by?: Claim;
  expect?: readonly Expectation[];
  set: readonly Change[];
}

/**
 * `conflict`: an expectation does not hold. `fenced`: the claim or the lease of this replica does not hold any more.
 * Either way nothing was changed.
 */
export type CommitResult = "done" | "conflict" | "fenced";

/**
 * Port of the ledger to a durable store: an embedded one of a single process, or a database that several replicas
 * share. Keys are plain text without control characters, values are JSON.
 *
 * All methods reject with `StoreUnavailable` while the store cannot be reached or written; nothing was changed then.
 */
export interface DurableStore {
  /** Id of this replica. Another one at each start, and once its lease has ended. */
  readonly replica: string;
  /**
   * For how long a commit that failed may still be tried again: while the lease holds. 0 where what fails, fails for
   * good. Milliseconds.
   */
  readonly retryFor: number;
  /** Ids of the replicas whose lease holds. */
  living(): Promise<ReadonlySet<string>>;
  get(key: string): Promise<unknown>;
  /** The values of those keys that have one. */
  getMany(keys: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  /** Keys that begin with a prefix, and their values, in the order of keys. @param page a part of them; default: all */
  list(prefix: string, page?: Page): Promise<(readonly [key: string, value: unknown])[]>;
  /** The same for each of several prefixes. */
  listMany(
    prefixes: readonly string[],
  ): Promise<ReadonlyMap<string, readonly (readonly [key: string, value: unknown])[]>>;
  /** Removes all keys from one up to another, which stays; in steps, each of which is on disk before the next. */
  removeRange(start: string, end: string): Promise<void>;
  /**
   * Makes all changes or none; they are on disk when it resolves.
   *
   * @throws CommitUnknown when the answer was lost: the changes may have been made or not
   */
  commit(commit: Commit): Promise<CommitResult>;
  /**
   * Resolves after the next commit `by` a claim of one of the keys, or after `patience` milliseconds. A commit that was
   * made before the call is not seen, so read again after calling it and before waiting for it. Never rejects.
   */
  changed(keys: readonly string[], patience: number): Promise<void>;
  /** The store's clock, by which replicas compare times. Milliseconds since the epoch. */
  now(): number;
}
