import { type Page } from "../common/store-pages.ts";

/** A change of the store: a value to keep, or `undefined` to forget it. */
export type Change = readonly [key: string, value: unknown];

/**
 * What the ledger needs of a durable store. Values are JSON. Everything is asynchronous so that a store on another
 * machine fits as well as an embedded one.
 */
export interface DurableStore {
  get(key: string): Promise<unknown>;
  /** All changes or none; on disk when it resolves. */
  write(changes: readonly Change[]): Promise<void>;
  /** The same, but only if `key` is not there yet; tells whether it was done. Atomic. */
  create(key: string, changes: readonly Change[]): Promise<boolean>;
  /** Keys and values in the order of keys. @param page a part of them; all by default */
  list(prefix: string, page?: Page): Promise<(readonly [key: string, value: unknown])[]>;
}
