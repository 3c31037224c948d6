import { type Change, type Claim, type DurableStore } from "../../common/store/durable-store.ts";
import { StoreUnavailable } from "../../common/store/store-errors.ts";
import { pagesOf } from "../../common/store/store-pages.ts";
import {
  type ReconciliationOptions,
  SEND_WITHIN,
  inFlightUntil,
  recordedTooLate,
} from "../idempotency/ambiguous-outcome.ts";
import { KeyedMutex } from "../idempotency/keyed-mutex.ts";
import { hashOf } from "../idempotency/single-flight.ts";

/** The SIM that gets a text, by one of its ids, in KORE's spelling. */
export type Recipient = { "subscription-id": string } | { iccid: string } | { msisdn: string };

/** Why a text was not sent, or possibly not. */
export type MessageReason = "NOT_FOUND" | "NOT_PERMITTED" | "KORE_REFUSED" | "REPLY_LOST";

/** A recorded text, from before its POST until its retention is over. It holds a hash of the text, never the text. */
export interface MessageEntry {
  /** Key in the store, by account and request key. */
  key: string;
  accountId: string;
  /** Of the whole input. */
  fingerprint: string;
  /** Until the outcome is known. */
  recipient?: Recipient;
  textHash: string;
  parts: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /**
   * `unsent`: no byte was sent, so a repetition sends it. `sending`: recorded before the first byte. `sent`: KORE accepted
   * it. `adopted`: its reply was lost, and KORE's list has it. `unknown`: it may have been sent, and is never sent again.
   */
  state: "unsent" | "sending" | "sent" | "adopted" | "refused" | "unknown";
  /** When it was sent. Milliseconds since the epoch, as are the next two. */
  sentAt: number;
  /** Until when its POST may be in flight. */
  until?: number;
  /** End of the visibility window of an ambiguous outcome. */
  settlesAt?: number;
  /** KORE's mid. */
  messageId?: string;
  /** Of KORE's reply. */
  koreStatus?: string;
  koreCode?: number;
  reason?: MessageReason;
  /** Why KORE refused it or why its outcome is ambiguous; KORE's own words where it accepted it. Redacted. */
  message?: string;
}

/** Whether the outcome at KORE is ambiguous, by the stored state. */
export const isAmbiguous = ({ state }: MessageEntry): boolean => state === "sending" || state === "unknown";

/** Texts on a durable store. */
export class MessageLedger {
  /** Mutex on the keys of texts. */
  readonly claims: KeyedMutex;
  readonly #store: DurableStore;

  constructor(store: DurableStore) {
    this.#store = store;
    this.claims = new KeyedMutex(store, LOCKS);
  }

  static keyOf(accountId: string, requestKey: string): string {
    return MESSAGES + hashOf([accountId, requestKey]);
  }

  /** For the audit trail, whose readers must not be able to repeat the command. */
  static keyHashOf({ key }: Pick<MessageEntry, "key">): string {
    return key.slice(MESSAGES.length);
  }

  async find(key: string): Promise<MessageEntry | undefined> {
    return (await this.#store.get(key)) as MessageEntry | undefined;
  }

  /** Records an entry. @throws Fenced @throws StoreUnavailable */
  async keep(claim: Claim, entry: MessageEntry): Promise<MessageEntry> {
    await this.claims.commit(claim, { set: changesOf(entry) });
    return entry;
  }

  /**
   * Records an outcome. While the store is unavailable it is returned nevertheless; the store keeps the earlier state,
   * which a repetition or the next start reconciles.
   *
   * @throws Fenced
   */
  record(claim: Claim, from: MessageEntry, change: Partial<MessageEntry>): Promise<MessageEntry> {
    const entry: MessageEntry = { ...from, ...change };
    return this.keep(claim, entry).catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error;
      return entry;
    });
  }

  /**
   * Records that a text is being sent. Must be called last before it is sent.
   *
   * @throws KoreError when the record took too long
   * @throws Fenced @throws StoreUnavailable
   */
  async recordSending(claim: Claim, from: MessageEntry, options: ReconciliationOptions): Promise<MessageEntry> {
    const { monotonic, now, sendWithin = SEND_WITHIN } = options;
    const startedAt = monotonic();
    const entry = await this.keep(claim, { ...from, state: "sending", sentAt: now(), until: inFlightUntil(options) });
    if (monotonic() - startedAt > sendWithin) throw recordedTooLate("POST /v1/messages/send");
    return entry;
  }

  /** Records that a message in KORE's list is this text. False: it is another one's. @throws Fenced @throws StoreUnavailable */
  async adopt(claim: Claim, entry: MessageEntry & { messageId: string }): Promise<boolean> {
    const expect = [[claimOf(entry), "absent"]] as const;
    return (await this.claims.commit(claim, { expect, set: changesOf({ ...entry, state: "adopted" }) })) === "done";
  }

  /** Those of some messages of an account that belong to recorded texts. */
  async claimed(accountId: string, messageIds: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.#store.getMany(messageIds.map((messageId) => claimOf({ accountId, messageId })));
    return new Set(messageIds.filter((messageId) => found.has(claimOf({ accountId, messageId }))));
  }

  /** Texts with an ambiguous outcome. */
  async unfinished(): Promise<MessageEntry[]> {
    const open = await this.#store.list(OPEN);
    const entries = await this.#store.getMany(open.map(([, key]) => key as string));
    return [...entries.values()] as MessageEntry[];
  }

  /** Creation time of the newest entry. Milliseconds since the epoch, by the clock at that time. */
  async newest(): Promise<number | undefined> {
    let newest: number | undefined;
    for await (const page of pagesOf(this.#store, MESSAGES, AT_ONCE)) {
      for (const [, value] of page) {
        const { createdAt } = value as MessageEntry;
        newest = Math.max(newest ?? createdAt, createdAt);
      }
    }
    return newest;
  }

  /** Deletes entries created before an instant, except those in progress. */
  async prune(before: number): Promise<void> {
    for await (const page of pagesOf(this.#store, MESSAGES, AT_ONCE)) {
      for (const [key, value] of page) {
        if ((value as MessageEntry).createdAt >= before) continue;
        const claim = await this.claims.tryAcquire(key);
        if (claim) await this.claims.release(claim, deletions(value as MessageEntry));
      }
    }
    for await (const page of pagesOf(this.#store, CLAIMS, AT_ONCE)) {
      const old = page.filter(([, createdAt]) => (createdAt as number) < before);
      if (old.length > 0) await this.#store.commit({ set: old.map(([key]) => [key, undefined]) });
    }
  }
}

/** Entries that are read together. */
const AT_ONCE = 1000;

const LOCKS = "message-lock/";
const MESSAGES = "message/";
const OPEN = "message-open/";
const CLAIMS = "message-claim/";

const openKey = ({ key }: MessageEntry): string => OPEN + key.slice(MESSAGES.length);
/** Hashed, because KORE states no limit of ids, and the store limits the length of keys. */
const claimOf = ({ accountId, messageId }: { accountId: string; messageId: string }): string =>
  CLAIMS + hashOf([accountId, messageId]);

const deletions = (entry: MessageEntry): Change[] => [
  [entry.key, undefined],
  [openKey(entry), undefined],
];

function changesOf(entry: MessageEntry): Change[] {
  const { key, accountId, messageId, createdAt, state } = entry;
  const { recipient, ...settled } = entry;
  const isOpen = state === "unsent" || isAmbiguous(entry);
  return [
    [key, isOpen && recipient ? entry : settled],
    [openKey(entry), isAmbiguous(entry) ? key : undefined],
    ...(messageId === undefined ? [] : [[claimOf({ accountId, messageId }), createdAt] as const]),
  ];
}
