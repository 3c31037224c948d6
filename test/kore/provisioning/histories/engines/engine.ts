import { type DurableStore } from "../../../../../src/common/store/durable-store.ts";
import { type Account } from "../environment.ts";

/** A replica's link to the shared store. */
export interface Link {
  /** Passes a heartbeat, delays it or drops it. */
  beat<T>(work: () => Promise<T>): Promise<T>;
  /** Whether it gets no notifications. */
  readonly hasNoNotifications: boolean;
}

export interface Joined {
  store: DurableStore;
  /** Ends the lease, visibly to other replicas. */
  leave(): Promise<void>;
}

/** The store that the replicas of a history share. */
export interface Shared {
  join(link: Link): Promise<Joined>;
  /** All entries with a prefix, regardless of cut links. */
  list(prefix: string): Promise<(readonly [key: string, value: unknown])[]>;
  close(): Promise<void>;
}

export interface Engine {
  name: string;
  /** Maximum number of concurrent replicas. */
  replicas: number;
  /** TTL of a lease. Milliseconds. */
  ttl: number;
  open(account: Account): Promise<Shared>;
}
