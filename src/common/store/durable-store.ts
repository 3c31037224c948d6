import { type Page } from "./store-pages.ts";

/** A value to store, or `undefined` to delete the key. */
export type Change = readonly [key: string, value: unknown];

/** Precondition of a commit: the key has no value, or its value is an object with this `fence`. */
export type Expectation = readonly [key: string, is: "absent" | { fence: number }];

/** Exclusive right of one replica to change a claimed key's data, until another replica takes over. */
export interface Claim {
  /** Key under which the claim is stored. */
  key: string;
  /** Fencing token, another one with each claim of the key. */
  fence: number;
  /** {@link DurableStore.replica} at the time of the claim. */
  replica: string;
}

export interface Commit {
  /** The commit is `fenced` unless the value at its key has its `fence`. */
  by?: Claim;
  expect?: readonly Expectation[];
  set: readonly Change[];
}

/** `conflict`: an expectation does not hold. `fenced`: the claim or the replica's lease has ended. Nothing was changed then. */
export type CommitResult = "done" | "conflict" | "fenced";

/**
 * Port to a durable store: embedded in a single process, or a database that replicas share. Keys are text without control
 * characters, values are JSON.
 *
 * All methods reject with `StoreUnavailable` while the store cannot be reached or written; nothing was changed then.
 */
export interface DurableStore {
  /** Id of this replica. Changes at each start, and when its lease has expired. */
  readonly replica: string;
  /** For how long a failed commit can be retried: the rest of the lease, or 0 where retries are useless. Milliseconds. */
  readonly retryFor: number;
  /** Ids of the replicas with a valid lease. */
  living(): Promise<ReadonlySet<string>>;
  get(key: string): Promise<unknown>;
  /** The values of existing keys. */
  getMany(keys: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  /** Keys with a prefix, and their values, ordered by key. @param page default: all */
  list(prefix: string, page?: Page): Promise<(readonly [key: string, value: unknown])[]>;
  /** The same for each of several prefixes. */
  listMany(
    prefixes: readonly string[],
  ): Promise<ReadonlyMap<string, readonly (readonly [key: string, value: unknown])[]>>;
  /** Removes the keys from `start` (inclusive) to `end` (exclusive), in several durable steps. */
  removeRange(start: string, end: string): Promise<void>;
  /**
   * Makes all changes or none. They are durable when it resolves.
   *
   * @throws CommitUnknown when the store's reply was lost, so that the changes may have been made
   */
  commit(commit: Commit): Promise<CommitResult>;
  /**
   * Resolves after the next commit `by` a claim of one of the keys, or after `maxWait` milliseconds. Commits before the
   * call do not count, so read the keys again between the call and the wait. Never rejects.
   */
  changed(keys: readonly string[], maxWait: number): Promise<void>;
  /** The store's clock, which replicas share. Milliseconds since the epoch. */
  now(): number;
}
