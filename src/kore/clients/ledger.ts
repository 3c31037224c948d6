import { StoreUnavailable } from "../../common/store-errors.ts";
import { pagesOf } from "../../common/store-pages.ts";
import { fingerprintOf } from "../intents.ts";
import { type Change, type DurableStore } from "../store.ts";
import { type ClientReason } from "./result.ts";

/** What somebody wants, that must not be done twice. */
export interface ClientIntent {
  operation: "createClient" | "renewClientKey";
  /** `acct_…`; null: that of our own credentials. */
  accountId: string | null;
  /** Given by the caller, so that saying it again is not wanting it again. */
  requestKey: string | null;
  /** Everything that makes this another intent. */
  input: unknown;
}

/** One intent, kept from before its POST until its retention is over. It never holds a secret. */
export interface ClientEntry {
  /** Where it is kept: the same for the same request key, or for the same input without one. */
  key: string;
  /** Another one each time the intent is new. */
  id: string;
  operation: ClientIntent["operation"];
  accountId: string | null;
  /** What a lost creation is known again by. */
  name: string;
  fingerprint: string;
  hasRequestKey: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /**
   * `sending`: on disk before the first byte goes out. `done`: KORE answered. `adopted`: its reply was lost, but KORE has
   * it. `unknown`: whether KORE has it could not be found out. `abandoned`: KORE certainly does not have it; sent again
   * only when the caller asks again.
   */
  state: "sending" | "done" | "adopted" | "refused" | "unknown" | "abandoned";
  /** When it was last sent, and until when what it makes may still appear at KORE. */
  sentAt: number;
  settlesAt?: number;
  clientId?: string;
  /** Why KORE refused or what is not known. */
  reason?: ClientReason;
  message?: string;
}

/** Whether KORE may or may not have it, as far as the disk tells. */
export const isInDoubt = ({ state }: ClientEntry): boolean => state === "sending" || state === "unknown";

/** The intents to make clients and keys, on a durable store. */
export class ClientLedger {
  readonly #store: DurableStore;

  constructor(store: DurableStore) {
    this.#store = store;
  }

  static keyOf({ operation, accountId, requestKey, input }: ClientIntent): string {
    const identity = requestKey === null ? ["input", input] : ["key", requestKey];
    return `${INTENTS}${fingerprintOf([operation, accountId, ...identity])}`;
  }

  /** For the audit trail: who reads it must not be able to say it again. */
  static keyHashOf({ key, hasRequestKey }: Pick<ClientEntry, "key" | "hasRequestKey">): string | null {
    return hasRequestKey ? key.slice(INTENTS.length) : null;
  }

  async find(key: string): Promise<ClientEntry | undefined> {
    return (await this.#store.get(key)) as ClientEntry | undefined;
  }

  /** Keeps a new intent, unless somebody else has just kept one of the same key. */
  open(entry: ClientEntry): Promise<boolean> {
    return this.#store.create(entry.key, changesOf(entry));
  }

  async move(from: ClientEntry, change: Partial<ClientEntry>): Promise<ClientEntry> {
    const entry: ClientEntry = { ...from, ...change };
    await this.#store.write(changesOf(entry));
    return entry;
  }

  /**
   * As `move`, for what has become known of a write. While the store cannot be written the truth is given all the same;
   * the disk keeps an earlier state, and it is found out again when somebody asks or at the next start.
   */
  record(from: ClientEntry, change: Partial<ClientEntry>): Promise<ClientEntry> {
    return this.move(from, change).catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error;
      return { ...from, ...change };
    });
  }

  /** The client that came of it stays claimed. */
  forget({ key, id }: ClientEntry): Promise<void> {
    return this.#store.write([
      [key, undefined],
      [open(id), undefined],
    ]);
  }

  /** Whether a client is known to have come of an intent. */
  async isClaimed(clientId: string): Promise<boolean> {
    return (await this.#store.get(claim(clientId))) !== undefined;
  }

  /** Intents of which it is not known what became of them. */
  async unfinished(): Promise<ClientEntry[]> {
    const keys = await this.#store.list(OPEN);
    const entries = await Promise.all(keys.map(([, key]) => this.find(key as string)));
    return entries.filter((entry) => entry !== undefined);
  }

  /** The newest time that is kept, as of the clock when it was. Milliseconds since the epoch. */
  async newest(): Promise<number | undefined> {
    let newest: number | undefined;
    for await (const { createdAt } of this.#entries()) newest = Math.max(newest ?? createdAt, createdAt);
    return newest;
  }

  /** Forgets what was made before an instant, whatever became of it. */
  async prune(before: number): Promise<void> {
    for await (const entry of this.#entries()) if (entry.createdAt < before) await this.forget(entry);
    for await (const page of pagesOf(this.#store, CLAIMS, AT_ONCE)) {
      const old = page.filter(([, createdAt]) => (createdAt as number) < before);
      if (old.length > 0) await this.#store.write(old.map(([key]) => [key, undefined]));
    }
  }

  async *#entries(): AsyncGenerator<ClientEntry> {
    for await (const page of pagesOf(this.#store, INTENTS, AT_ONCE))
      yield* page.map(([, value]) => value as ClientEntry);
  }
}

/** Entries that are read together. */
const AT_ONCE = 1000;

const INTENTS = "client-intent/";
const OPEN = "client-open/";
const CLAIMS = "client-claim/";

const open = (id: string) => OPEN + id;
/** A store's keys have an end, ids of KORE's have none that is stated. */
const claim = (clientId: string) => CLAIMS + (clientId.length <= 400 ? clientId : fingerprintOf(clientId));

function changesOf(entry: ClientEntry): Change[] {
  const { key, id, operation, clientId, createdAt } = entry;
  const isMade = operation === "createClient" && clientId !== undefined;
  return [
    [key, entry],
    [open(id), isInDoubt(entry) ? key : undefined],
    ...(isMade ? [[claim(clientId), createdAt] as const] : []),
  ];
}
