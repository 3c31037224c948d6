import { type Claim, type DurableStore } from "../../common/store/durable-store.ts";
import { type SmsApi } from "../api/sms.ts";
import { type ReconciliationOptions } from "../idempotency/ambiguous-outcome.ts";
import { ExclusiveWrites, unlessTakenOver } from "../idempotency/exclusive-writes.ts";
import { RECOVERY, RequestKeyReused, SingleFlight, hashOf } from "../idempotency/single-flight.ts";
import { type MessageEntry, MessageLedger, type Recipient, isAmbiguous } from "./message-ledger.ts";
import { type TextResult, describeText } from "./result.ts";
import { type MessageReads } from "./search.ts";
import { Sending } from "./sending.ts";
import { sizeOf } from "./sms-parts.ts";

/** The APIs that texts need. Reads are not deduplicated, see `Kore.writer`. */
type MessageApis = MessageReads & { sms: Pick<SmsApi, "send"> };

export interface TextMessagesOptions {
  kore: MessageApis;
  store: DurableStore;
  reconciliation: ReconciliationOptions;
  /** Called for every text that was sent or should have been sent. */
  audit: (record: TextAuditRecord) => void;
  /** Called when a text could not be reconciled after a restart. */
  onRecoveryFailed: (error: unknown) => void;
  /** Called when the outcome could not be stored. */
  onNotKept: (error: unknown) => void;
}

/** A text to one SIM. */
export interface TextCommand {
  accountId: string;
  /** Idempotency key: a repetition with it is never sent again. */
  requestKey: string;
  recipient: Recipient;
  /** @default the short code of the SIM's service type */
  from?: string | undefined;
  text: string;
}

/** One record of the audit trail. It holds neither the text nor the SIM; the request key is hashed. */
export interface TextAuditRecord {
  /** The caller; {@link RECOVERY} after a restart. */
  who: string;
  operation: "sendSms";
  accountId: string;
  requestKeyHash: string;
  /** Each is charged. */
  parts: number;
  messageId: string | null;
  outcome: TextResult["outcome"] | "NOT_SENT";
  /** Whether it was reconciled after a restart, without a caller. */
  isRecovery: boolean;
  /** Of the caller's operation, as in its log lines; undefined after a restart. */
  requestId: string | undefined;
}

/** On whose behalf a text is sent. */
interface TextContext {
  /** The caller's name in the audit trail. */
  who: string;
  /** @default {@link TextMessagesOptions.kore} */
  requester?: { kore: MessageApis; requestId: string };
}

/** Sends texts, each at most once, whatever fails: KORE charges each part, and has no idempotency key. */
export class TextMessages {
  readonly #options: TextMessagesOptions;
  readonly #ledger: MessageLedger;
  readonly #exclusive: ExclusiveWrites;
  readonly #singleFlight = new SingleFlight<TextResult>();
  #recovery: Promise<unknown> = Promise.resolve();

  constructor(options: TextMessagesOptions) {
    this.#options = options;
    this.#ledger = new MessageLedger(options.store);
    this.#exclusive = new ExclusiveWrites(this.#ledger.claims, options.onNotKept);
  }

  /**
   * @throws RequestKeyReused
   * @throws KoreError when it was not sent, and no other input would help: a repetition sends it
   */
  send(command: TextCommand, context: TextContext): Promise<TextResult> {
    const { accountId, requestKey, recipient, from, text } = command;
    const key = MessageLedger.keyOf(accountId, requestKey);
    const fingerprint = hashOf([recipient, from ?? null, text]);
    const work = (claim: Claim) => this.#execute(command, { key, fingerprint }, claim, context);
    return this.#singleFlight.run(key, fingerprint, () => this.#exclusive.run(key, work));
  }

  async #execute(
    command: TextCommand,
    { key, fingerprint }: Pick<MessageEntry, "key" | "fingerprint">,
    claim: Claim,
    { who, requester }: TextContext,
  ): Promise<TextResult> {
    const { recipient, from, text } = command;
    const known = await this.#ledger.find(key);
    if (known && known.fingerprint !== fingerprint) throw new RequestKeyReused();
    const sending = this.#sending(claim, requester?.kore);
    const about = { who, isRecovery: false, requestId: requester?.requestId };
    if (known && known.state !== "unsent") {
      if (!isAmbiguous(known)) return describeText(known);
      const settled = await sending.reconcile(known);
      if (settled.state === "adopted") this.#audit(settled, "ADOPTED", about);
      return describeText(settled);
    }
    const entry = known ?? (await this.#ledger.keep(claim, this.#newEntry(command, { key, fingerprint })));
    const body = { ...(from !== undefined && { from }), ...recipient, message: text };
    try {
      const { settled, result } = await sending.send(entry, body);
      this.#audit(settled, result.outcome, about);
      return result;
    } catch (error) {
      this.#audit(entry, "NOT_SENT", about);
      throw error;
    }
  }

  #newEntry(
    { accountId, recipient, text }: TextCommand,
    identity: Pick<MessageEntry, "key" | "fingerprint">,
  ): MessageEntry {
    const now = this.#options.reconciliation.now();
    const { parts } = sizeOf(text);
    return {
      ...{ ...identity, accountId, recipient, parts, textHash: hashOf(text) },
      ...{ createdAt: now, state: "unsent", sentAt: now },
    };
  }

  #sending(claim: Claim, kore: MessageApis = this.#options.kore): Sending {
    return new Sending(this.#ledger, claim, kore, this.#options);
  }

  /** Reconciles interrupted texts at the start. Sends nothing. */
  recover(): Promise<void> {
    const recovery = this.#recover();
    this.#recovery = recovery;
    return recovery;
  }

  /** Reconciles texts whose claims are orphaned, by another replica or by this one. @returns their number */
  async takeOver(): Promise<number> {
    const takeOver = this.#takeOver();
    this.#recovery = takeOver;
    return takeOver;
  }

  async #takeOver(): Promise<number> {
    await this.#recover().catch(unlessTakenOver);
    return this.#exclusive.releaseOrphans();
  }

  async #recover(): Promise<void> {
    for (const { key, state } of await this.#ledger.unfinished()) {
      if (state === "sending") await this.#recoverOne(key).catch(this.#options.onRecoveryFailed);
    }
  }

  async #recoverOne(key: string): Promise<void> {
    const claim = await this.#ledger.claims.tryAcquire(key);
    if (!claim) return; // In progress elsewhere.
    try {
      const current = await this.#ledger.find(key);
      if (current?.state !== "sending") return;
      const settled = await this.#sending(claim).reconcile(current);
      const about = { who: RECOVERY, isRecovery: true, requestId: undefined };
      this.#audit(settled, describeText(settled).outcome, about);
    } finally {
      await this.#ledger.claims.release(claim).catch(unlessTakenOver);
    }
  }

  /** Deletes entries created before an instant. Milliseconds since the epoch. */
  prune(before: number): Promise<void> {
    return this.#ledger.prune(before);
  }

  /** Creation time of the newest entry. Milliseconds since the epoch, by the clock at that time. */
  newest(): Promise<number | undefined> {
    return this.#ledger.newest();
  }

  /** Resolves when no text is being sent. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.#recovery, ...this.#exclusive.running()]);
  }

  #audit(
    entry: MessageEntry,
    outcome: TextAuditRecord["outcome"],
    about: Pick<TextAuditRecord, "who" | "isRecovery" | "requestId">,
  ): void {
    const { accountId, parts, messageId = null } = entry;
    const requestKeyHash = MessageLedger.keyHashOf(entry);
    this.#options.audit({ operation: "sendSms", accountId, requestKeyHash, parts, messageId, outcome, ...about });
  }
}
