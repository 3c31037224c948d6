import { StoreUnavailable } from "../../common/store-errors.ts";
import { pagesOf } from "../../common/store-pages.ts";
import { type Change, type Claim, type DurableStore } from "../../common/durable-store.ts";
import { KeyedMutex } from "../idempotency/keyed-mutex.ts";
import { hashOf } from "../idempotency/single-flight.ts";
import {
  SEND_WITHIN,
  type ReconciliationOptions,
  recordedTooLate,
  inFlightUntil,
} from "../idempotency/ambiguous-outcome.ts";
import { type ClientReason } from "./result.ts";

/** A command that must not be executed twice. */
export interface ClientCommand {
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
  operation: ClientCommand["operation"];
  accountId: string | null;
  /** Identifies a creation whose reply was lost. */
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
  /** When it was last sent, the latest time at which that may still be under way, and until when what it makes may still appear at KORE. */
  sentAt: number;
  until?: number;
  settlesAt?: number;
  clientId?: string;
  /** Why KORE refused or what is not known. */
  reason?: ClientReason;
  message?: string;
}

/** Whether the outcome at KORE is ambiguous, by the stored state. */
export const isAmbiguous = ({ state }: ClientEntry): boolean => state === "sending" || state === "unknown";

/** The intents to make clients and keys, on a durable store. */
export class ClientLedger {
  /** Of the names and clients that intents are about. */
  readonly claims: KeyedMutex;
  readonly #store: DurableStore;

  constructor(store: DurableStore) {
    this.#store = store;
    this.claims = new KeyedMutex(store, LOCKS);
  }

  static keyOf({ operation, accountId, requestKey, input }: ClientCommand): string {
    const identity = requestKey === null ? ["input", input] : ["key", requestKey];
    return `${INTENTS}${hashOf([operation, accountId, ...identity])}`;
  }

  /** For the audit trail: who reads it must not be able to say it again. */
  static keyHashOf({ key, hasRequestKey }: Pick<ClientEntry, "key" | "hasRequestKey">): string | null {
    return hasRequestKey ? key.slice(INTENTS.length) : null;
  }

  /** Mutex key of a command: two concurrent creations of one name with lost replies would be indistinguishable. */
  static mutexKeyOf({ operation, name, clientId = "" }: Pick<ClientEntry, "operation" | "name" | "clientId">): string {
    return operation === "createClient" ? mutexKey("name", name) : mutexKey("client", clientId);
  }

  /** The same of a client that is changed. */
  static mutexKeyOfClient(id: string): string {
    return mutexKey("client", id);
  }

  async find(key: string): Promise<ClientEntry | undefined> {
    return (await this.#store.get(key)) as ClientEntry | undefined;
  }

  /** Keeps a new intent or what becomes of one. @throws Fenced @throws StoreUnavailable */
  async keep(claim: Claim, entry: ClientEntry): Promise<ClientEntry> {
    await this.claims.commit(claim, { set: changesOf(entry) });
    return entry;
  }

  /**
   * As `keep`, for what has become known of a write. While the store cannot be written the truth is given all the same;
   * the disk keeps an earlier state, and it is found out again when somebody asks or at the next start.
   *
   * @throws Fenced
   */
  async record(claim: Claim, from: ClientEntry, change: Partial<ClientEntry>): Promise<ClientEntry> {
    const entry: ClientEntry = { ...from, ...change };
    return this.keep(claim, entry).catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error;
      return entry;
    });
  }

  /**
   * Notes that an intent is being sent, last before it is.
   *
   * @throws KoreError when that took too long
   * @throws Fenced @throws StoreUnavailable
   */
  async recordSending(claim: Claim, from: ClientEntry, settling: ReconciliationOptions): Promise<ClientEntry> {
    const { monotonic, sendWithin = SEND_WITHIN } = settling;
    const startedAt = monotonic();
    const sending = { state: "sending", sentAt: settling.now(), until: inFlightUntil(settling) } as const;
    const entry = await this.keep(claim, { ...from, ...sending });
    if (monotonic() - startedAt > sendWithin) throw recordedTooLate(`POST ${from.operation}`);
    return entry;
  }

  /** The client that came of it stays claimed. @throws Fenced @throws StoreUnavailable */
  async delete(claim: Claim, entry: ClientEntry): Promise<void> {
    await this.claims.commit(claim, { set: deletions(entry) });
  }

  /** Whether a client is known to have come of an intent. */
  async isClaimed(clientId: string): Promise<boolean> {
    return (await this.#store.get(claimOf(clientId))) !== undefined;
  }

  /** Intents of which it is not known what became of them. */
  async unfinished(): Promise<ClientEntry[]> {
    const open = await this.#store.list(OPEN);
    const entries = await this.#store.getMany(open.map(([, key]) => key as string));
    return [...entries.values()] as ClientEntry[];
  }

  /** The newest time that is kept, as of the clock when it was. Milliseconds since the epoch. */
  async newest(): Promise<number | undefined> {
    let newest: number | undefined;
    for await (const { createdAt } of this.#entries()) newest = Math.max(newest ?? createdAt, createdAt);
    return newest;
  }

  /** Forgets what was made before an instant, whatever became of it, unless somebody is at work on it. */
  async prune(before: number): Promise<void> {
    for await (const entry of this.#entries()) {
      if (entry.createdAt >= before) continue;
      const claim = await this.claims.tryAcquire(ClientLedger.mutexKeyOf(entry));
      if (!claim) continue;
      const isStill = (await this.find(entry.key))?.id === entry.id;
      await this.claims.release(claim, isStill ? deletions(entry) : []);
    }
    for await (const page of pagesOf(this.#store, CLAIMS, AT_ONCE)) {
      const old = page.filter(([, createdAt]) => (createdAt as number) < before);
      if (old.length > 0) await this.#store.commit({ set: old.map(([key]) => [key, undefined]) });
    }
  }

  async *#entries(): AsyncGenerator<ClientEntry> {
    for await (const page of pagesOf(this.#store, INTENTS, AT_ONCE))
      yield* page.map(([, value]) => value as ClientEntry);
  }
}

/** Entries that are read together. */
const AT_ONCE = 1000;

const LOCKS = "client-lock/";
const INTENTS = "client-intent/";
const OPEN = "client-open/";
const CLAIMS = "client-claim/";

const open = (id: string) => OPEN + id;
/** A store's keys have an end, ids of KORE's have none that is stated. */
const claimOf = (clientId: string) => CLAIMS + (clientId.length <= 400 ? clientId : hashOf(clientId));
/** Names are the caller's: they may be long, and may hold anything. */
const mutexKey = (kind: "name" | "client", name: string) => `${kind}/${hashOf(name)}`;

const deletions = ({ key, id }: ClientEntry): Change[] => [
  [key, undefined],
  [open(id), undefined],
];

function changesOf(entry: ClientEntry): Change[] {
  const { key, id, operation, clientId, createdAt } = entry;
  const isMade = operation === "createClient" && clientId !== undefined;
  return [
    [key, entry],
    [open(id), isAmbiguous(entry) ? key : undefined],
    ...(isMade ? [[claimOf(clientId), createdAt] as const] : []),
  ];
}
