import { type Claim } from "../../common/store/durable-store.ts";
import { ifUnavailable } from "../../common/store/store-errors.ts";
import { type SendMessageBody, type SmsApi, type WireSentMessage } from "../api/sms.ts";
import { record, requiredString } from "../decoding/decode.ts";
import { redact } from "../decoding/redact.ts";
import { KoreError } from "../errors.ts";
import {
  type ReconciliationOptions,
  pollUntil,
  visibleUntil,
  visibleUntilAfterCrash,
} from "../idempotency/ambiguous-outcome.ts";
import { attempt, isNotSent, isRetriedOnRepeat, refusedBy } from "../idempotency/attempt.ts";
import { type MessageEntry, type MessageLedger } from "./message-ledger.ts";
import { type TextResult, describeText } from "./result.ts";
import { type Finding, type MessageReads, findUnacknowledgedMessage } from "./search.ts";

export interface SendingOptions {
  reconciliation: ReconciliationOptions;
  /** Called when the outcome could not be stored: the next repetition reconciles it. */
  onNotKept: (error: unknown) => void;
}

/** Sends one text under its claim, once, and reconciles ambiguous outcomes. */
export class Sending {
  readonly #ledger: MessageLedger;
  readonly #claim: Claim;
  readonly #kore: MessageReads & { sms: Pick<SmsApi, "send"> };
  readonly #options: SendingOptions;

  constructor(
    ledger: MessageLedger,
    claim: Claim,
    kore: MessageReads & { sms: Pick<SmsApi, "send"> },
    options: SendingOptions,
  ) {
    this.#ledger = ledger;
    this.#claim = claim;
    this.#kore = kore;
    this.#options = options;
  }

  /**
   * Sends a text of which no byte was sent.
   *
   * @throws KoreError when it was not sent
   * @throws StoreUnavailable when it was not sent because the ledger could not record it
   */
  async send(entry: MessageEntry, body: SendMessageBody): Promise<{ settled: MessageEntry; result: TextResult }> {
    const { reconciliation, onNotKept } = this.#options;
    let current = entry;
    const begin = async () => {
      current = await this.#ledger.recordSending(this.#claim, current, reconciliation);
    };
    const answer = await attempt(async () => readReply(await this.#kore.sms.send(entry.accountId, body, begin)));
    if (!(answer instanceof KoreError)) {
      const settled: MessageEntry = { ...current, state: "sent", ...answer };
      await this.#ledger.keep(this.#claim, settled).catch(onNotKept); // A failing store must not discard KORE's mid.
      return withResult(settled);
    }
    if (isNotSent(answer)) {
      if (current.state === "sending") await this.#record(current, { state: "unsent" });
      throw answer;
    }
    if (answer.isRefusal || answer.status === UNPROCESSABLE) {
      const refused = { state: "refused", ...refusedBy(answer, "The account has no such SIM") } as const;
      await this.#record(current, isRetriedOnRepeat(answer) ? { state: "unsent" } : refused);
      return withResult({ ...current, ...refused });
    }
    return withResult(await this.reconcile(current, visibleUntil(answer, reconciliation)));
  }

  /** Finds out whether KORE has a text whose reply was lost, and records the result. Never sends. */
  async reconcile(entry: MessageEntry, settlesAt = this.#settlesAt(entry)): Promise<MessageEntry> {
    const finding = await this.#find({ ...entry, settlesAt });
    if (finding.kind === "found") {
      const { messageId } = finding;
      const isAdopted = await this.#ledger.adopt(this.#claim, { ...entry, messageId }).catch(ifUnavailable);
      if (isAdopted) return { ...entry, state: "adopted", messageId };
      return this.#record(entry, { state: "unknown", settlesAt, message: NOT_STORED });
    }
    return this.#record(entry, { state: "unknown", settlesAt, message: finding.message });
  }

  #record(from: MessageEntry, change: Partial<MessageEntry>): Promise<MessageEntry> {
    return this.#ledger.record(this.#claim, from, change);
  }

  #settlesAt(entry: MessageEntry): number {
    return entry.state === "sending"
      ? visibleUntilAfterCrash(entry, this.#options.reconciliation)
      : (entry.settlesAt ?? 0);
  }

  #find(entry: MessageEntry & { settlesAt: number }): Promise<Finding> {
    const { reconciliation } = this.#options;
    const poll = async (): Promise<Finding> => {
      try {
        const finding = await findUnacknowledgedMessage(entry, this.#kore, this.#ledger);
        return reconciliation.isClockOff?.() ? CLOCK_IS_OFF : finding;
      } catch (error) {
        if (!(error instanceof KoreError)) throw error;
        return { kind: "unclear", message: "KORE's list of messages could not be read" };
      }
    };
    const whenStopped: Finding = { kind: "unclear", message: "The server stopped before the search ended" };
    const isFound = ({ kind }: Finding) => kind === "found";
    return pollUntil({ until: entry.settlesAt, poll, isFound, whenStopped }, reconciliation);
  }
}

/** KORE declares it for this call alone. */
const UNPROCESSABLE = 422;

/** With a wrong clock no date proves anything. */
const CLOCK_IS_OFF: Finding = {
  kind: "unclear",
  message: "KORE's clock and that of this server differ by more than five minutes",
};

const NOT_STORED = "KORE lists a message that may be it, and the ledger could not record that";

const withResult = (settled: MessageEntry) => ({ settled, result: describeText(settled) });

/** @throws KoreError `contract` without a mid: whether the text was accepted is then unknown */
function readReply(reply: WireSentMessage | null): Partial<MessageEntry> {
  const { mid, code, status, message }: Record<keyof WireSentMessage, unknown> = {
    ...{ mid: undefined, code: undefined, status: undefined, message: undefined },
    ...record(reply, "message"),
  };
  const messageId = requiredString(mid, "message.mid");
  // An odd form of the others must not make an accepted text doubtful.
  return {
    messageId,
    ...(typeof status === "string" && { koreStatus: redact(status) }),
    ...(Number.isSafeInteger(code) && { koreCode: code }),
    ...(typeof message === "string" && { message: redact(message) }),
  } as Partial<MessageEntry>;
}
