import { KoreError } from "../errors.ts";
import {
  SEND_WITHIN,
  type ReconciliationOptions,
  pollUntil,
  recordedTooLate,
  visibleUntil,
  visibleUntilAfterCrash,
  inFlightUntil,
} from "../idempotency/ambiguous-outcome.ts";
import { isRecord, string } from "../decoding/decode.ts";
import { redact } from "../decoding/redact.ts";
import { evidenceFor } from "./reconciliation/evidence.ts";
import { type Ledger, type Work } from "./ledger/ledger.ts";
import { ObservedRequests } from "./reconciliation/observed-requests.ts";
import { type CommandEndpoints, type Finding, bodyOf } from "./command.ts";
import { type CommandVerb, isRecordVerb } from "./verbs.ts";
import { findUnacknowledgedWrite } from "./reconciliation/reconcile.ts";
import { SHOWN } from "./outcome.ts";
import { type Chunk, type Entry } from "./ledger/records.ts";

/** Sends of one chunk whose replies are lost. Each is proven not to have arrived before the next. */
const MAX_LOST_SENDS = 2;

/** Attempts to send while KORE cannot be reached. */
const MAX_UNSENT_TRIES = 3;

/** Total wait of a chunk after 429s. Milliseconds. */
const MAX_RATE_LIMIT_WAIT = 5 * 60_000;

/** Upper bound of Retry-After: one wrong value must not stop all writes until the next restart. Milliseconds. */
const MAX_PAUSE = 15 * 60_000;

/** Sends chunks to KORE so that each arrives at most once, and reconciles ambiguous outcomes. */
export class Sender {
  readonly #ledger: Ledger;
  readonly #kore: CommandEndpoints;
  readonly #options: ReconciliationOptions;
  readonly #stopping: AbortSignal;
  readonly #observed: (accountId: string, verb: CommandVerb) => ObservedRequests;
  /** By the monotonic clock. */
  #pausedUntil = 0;

  /** @param observed metadata of an account's requests of the verb's kind. @default empty */
  constructor(
    ledger: Ledger,
    kore: CommandEndpoints,
    options: ReconciliationOptions,
    observed?: (accountId: string, verb: CommandVerb) => ObservedRequests,
  ) {
    this.#ledger = ledger;
    this.#kore = kore;
    this.#options = options;
    const none = new ObservedRequests();
    this.#observed = observed ?? (() => none);
    this.#stopping = options.stopping ?? new AbortController().signal;
  }

  /**
   * Sends an open chunk that certainly is not at KORE.
   *
   * @param onStopped called with the error because of which the chunk is not sent
   * @param kore of the caller. @default of no caller
   * @throws Fenced
   */
  async send(
    work: Work,
    planned: Chunk,
    onStopped: (error: KoreError) => void,
    kore: CommandEndpoints = this.#kore,
  ): Promise<Chunk> {
    const { now, monotonic } = this.#options;
    const { entry } = work;
    const giveUpAt = monotonic() + MAX_RATE_LIMIT_WAIT;
    let chunk = planned;
    for (let lost = 0, unsent = 0, refused = 0; ;) {
      if (this.#pausedUntil > giveUpAt) return this.#abandon(work, chunk, this.#tooLong(entry), onStopped);
      await this.#pause();
      if (this.#stopping.aborted) return chunk;
      const sent = await this.#post(work, chunk, kore);
      ({ chunk } = sent);
      const { answer } = sent;
      if (answer === undefined) return chunk;
      if (typeof answer === "string") return this.#acknowledge(work, chunk, answer, now());

      // "busy" comes from our own rate limiter, which has seen every 429 to this credential.
      if (answer.kind === "rate-limited" || answer.kind === "busy") {
        refused += 1;
        chunk = await this.#putBack(work, chunk);
        // A repeated "Retry-After: 0" must not become a busy loop.
        const pause = Math.max(answer.retryAfter ?? backoff(refused), backoff(refused - 6));
        this.#pausedUntil = monotonic() + Math.min(pause, MAX_PAUSE);
      } else if (answer.isUnsent) {
        unsent += 1;
        chunk = await this.#putBack(work, chunk);
        if (unsent === MAX_UNSENT_TRIES) return this.#abandon(work, chunk, answer, onStopped);
        await this.#sleep(Math.max(answer.retryAfter ?? 0, backoff(unsent)));
      } else if (answer.kind === "unauthenticated" || answer.kind === "forbidden") {
        return this.#abandon(work, chunk, answer, onStopped);
      } else if (answer.isRefusal) {
        return this.#ledger.record(work, chunk, {
          state: "refused",
          message: redact(answer.koreMessage ?? "for no stated reason"),
          ...(answer.koreMessageOf && { failures: redactEach(answer.koreMessageOf) }),
        });
      } else {
        lost += 1;
        chunk = await this.reconcile(work, chunk, visibleUntil(answer, this.#options));
        if (chunk.state !== "planned") return chunk;
        if (lost === MAX_LOST_SENDS || answer.isRedirect) return this.#abandon(work, chunk, answer, onStopped);
      }
    }
  }

  /** For a chunk that certainly is not at KORE. One without a record of its sending is unchanged. */
  #putBack(work: Work, chunk: Chunk): Promise<Chunk> | Chunk {
    return chunk.state === "sending" ? this.#ledger.record(work, chunk, { state: "planned" }) : chunk;
  }

  /**
   * Finds out whether a chunk with an ambiguous outcome arrived, and records the result. A chunk that did not arrive
   * becomes "planned"; one whose outcome was reported to the caller becomes "abandoned", to be sent by a repetition only.
   *
   * @throws Fenced
   */
  async reconcile(work: Work, chunk: Chunk, settlesAt = this.#settlesAt(chunk)): Promise<Chunk> {
    const finding = await this.#find(work.entry, chunk, settlesAt);
    if (finding.kind === "found") {
      if (finding.requestId !== undefined) return this.#acknowledge(work, chunk, finding.requestId);
      const shown = { state: "acknowledged", acknowledgedAt: this.#options.now(), isFinished: true } as const;
      return this.#ledger.record(work, chunk, { ...shown, message: SHOWN });
    }
    if (finding.kind === "absent") {
      const isReported = chunk.state === "unknown";
      return this.#ledger.record(work, chunk, {
        state: isReported ? "abandoned" : "planned",
        message: "it never arrived",
      });
    }
    return this.#ledger.record(work, chunk, { state: "unknown", settlesAt, message: finding.message });
  }

  #settlesAt(chunk: Chunk): number {
    return chunk.state === "sending" ? visibleUntilAfterCrash(chunk, this.#options) : (chunk.settlesAt ?? 0);
  }

  #find(entry: Entry, chunk: Chunk, settlesAt: number): Promise<Finding> {
    const { accountId, verb } = entry;
    const { sims, sentAt = entry.createdAt } = chunk;
    const evidence = evidenceFor(entry, chunk, {
      ledger: this.#ledger,
      kore: this.#kore,
      observed: this.#observed(accountId, verb),
      now: this.#options.now,
      isClockOff: () => this.#isClockOff(),
    });
    const poll = () =>
      findUnacknowledgedWrite({ accountId, verb, sims, sentAt, settlesAt }, this.#kore, evidence).catch(
        (error: unknown): Finding => {
          if (!(error instanceof KoreError)) throw error;
          return { kind: "unclear", message: "KORE's list of requests could not be read" };
        },
      );
    const whenStopped: Finding = { kind: "unclear", message: "The server stopped before the search ended" };
    const isFound = ({ kind }: Finding) => kind === "found";
    return pollUntil({ until: settlesAt, poll, isFound, whenStopped }, this.#options);
  }

  /**
   * Sends a chunk. Its sending is recorded in the ledger after all waiting, and the chunk is sent only when that took
   * less than `sendWithin`, on which a take-over relies.
   *
   * @returns the recorded chunk with the id of KORE's request, or the error. `answer` is undefined when nothing was sent
   *   because the record failed
   */
  async #post(
    work: Work,
    planned: Chunk,
    kore: CommandEndpoints,
  ): Promise<{ chunk: Chunk; answer: string | KoreError | undefined }> {
    const { accountId, verb, options } = work.entry;
    if (!options) throw new Error("A closed command cannot be sent");
    let chunk = planned;
    const recordSending = async () => {
      const { monotonic, sendWithin = SEND_WITHIN } = this.#options;
      const startedAt = monotonic();
      const recorded = await this.#ledger.recordSending(work, chunk, {
        sentAt: this.#options.now(),
        until: inFlightUntil(this.#options),
        seenBefore: this.#observed(accountId, verb).sequence.mark(),
        wasClockOff: this.#isClockOff(),
      });
      if (recorded === undefined) throw new NotRecorded();
      chunk = recorded;
      if (monotonic() - startedAt > sendWithin) throw recordedTooLate(`POST ${verb}`);
    };
    try {
      const reply: unknown = await kore.provision(accountId, verb, bodyOf(verb, chunk.sims, options), recordSending);
      return { chunk, answer: requestIdIn(reply) ?? withoutRequestId(verb) };
    } catch (error) {
      if (error instanceof KoreError) return { chunk, answer: error };
      if (!(error instanceof NotRecorded)) throw error;
      // The record exists if only the store's reply was lost. Nothing was sent, so it is undone.
      const recorded = { ...planned, state: "sending" } as const;
      return { chunk: await this.#ledger.record(work, recorded, { state: "planned" }), answer: undefined };
    }
  }

  /** @param answeredAt time of KORE's acknowledgement; absent when the request was found instead. Milliseconds since the epoch */
  #acknowledge(work: Work, chunk: Chunk, requestId: string, answeredAt?: number): Promise<Chunk> {
    const { accountId, verb } = work.entry;
    const acknowledged = { state: "acknowledged", requestId, acknowledgedAt: this.#options.now() } as const;
    // KORE dates no change of records, so it is no sample for the zone of dates.
    const isSample = answeredAt !== undefined && !isRecordVerb(verb);
    if (!isSample) return this.#ledger.record(work, chunk, acknowledged);
    const { sentAt = answeredAt, wasClockOff } = chunk;
    if (!wasClockOff) this.#observed(accountId, verb).addAcknowledged(accountId, { requestId, sentAt, answeredAt });
    return this.#ledger.record(work, chunk, { ...acknowledged, answeredAt });
  }

  #isClockOff(): boolean {
    return this.#options.isClockOff?.() ?? false;
  }

  #abandon(work: Work, chunk: Chunk, error: KoreError, onStopped: (error: KoreError) => void): Promise<Chunk> {
    onStopped(error);
    return this.#ledger.record(work, chunk, {
      state: "abandoned",
      message: STOP_MESSAGES[error.kind] ?? "KORE failed",
    });
  }

  #tooLong({ verb }: Entry): KoreError {
    const retryAfter = this.#pausedUntil - this.#options.monotonic();
    const operation = `POST ${verb}`;
    return new KoreError("rate-limited", "KORE asks for a longer pause than writes wait", { operation, retryAfter });
  }

  /** All chunks wait after a 429 to one of them. */
  async #pause(): Promise<void> {
    for (let wait; !this.#stopping.aborted && (wait = this.#pausedUntil - this.#options.monotonic()) > 0;)
      await this.#sleep(wait);
  }

  #sleep(milliseconds: number): Promise<void> {
    return this.#options.sleep(milliseconds, this.#stopping);
  }
}

/** The sending of a chunk could not be recorded, so it was not sent. */
class NotRecorded extends Error {
  override readonly name = "NotRecorded";
}

/** KORE's replies have the request's id at the top level or in `data`. */
function requestIdIn(reply: unknown): string | undefined {
  const holders = isRecord(reply) ? [reply.data, reply].filter(isRecord) : [];
  for (const holder of holders) {
    const id = string(holder["provisioning-request-id"], "provisioning.provisioning-request-id");
    if (id !== null) return id;
  }
  return undefined;
}

const redactEach = (messages: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(messages).map(([id, message]) => [id, redact(message)]));

const withoutRequestId = (verb: string) =>
  new KoreError("contract", "KORE acknowledged without a request id", { operation: `POST ${verb}` });

const STOP_MESSAGES: Partial<Record<KoreError["kind"], string>> = {
  connection: "KORE could not be reached",
  "breaker-open": "KORE kept failing",
  contract: "KORE's answer broke its contract",
  "rate-limited": "KORE kept asking for fewer requests",
  unauthenticated: "KORE did not accept the credentials",
  forbidden: "the credentials have no access",
};

/** 1, 2, 4 … and at most 60 seconds, with a jitter of a quarter. Milliseconds. */
function backoff(time: number): number {
  return Math.min(60_000, 500 * 2 ** time) * (0.75 + Math.random() / 2);
}
