import { type DurableStore } from "../../../../../src/common/durable-store.ts";
import { type Account } from "../environment.ts";

/** How a replica reaches what it shares with others. */
export interface Link {
  /** Lets a heartbeat pass, late or not at all. */
  beat<T>(work: () => Promise<T>): Promise<T>;
  /** Whether no notification reaches it. */
  readonly isDeaf: boolean;
}

export interface Joined {
  store: DurableStore;
  /** Ends the lease, for the others as well. */
  leave(): Promise<void>;
}

/** What the replicas of one history share. */
export interface Shared {
  join(link: Link): Promise<Joined>;
  /** All that it holds that begins with a prefix, whoever is cut off. */
  list(prefix: string): Promise<(readonly [key: string, value: unknown])[]>;
  close(): Promise<void>;
}

export interface Engine {
  name: string;
  /** The most replicas at once. */
  replicas: number;
  /** How long a replica is waited for that shows no sign of life. Milliseconds. */
  ttl: number;
  open(account: Account): Promise<Shared>;
}
