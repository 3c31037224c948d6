import { type ConnectivityApi } from "../connectivity.ts";
import { KoreError } from "../error.ts";
import { type Settling, lookUntil, settlesAfter, settlesAfterCrash } from "../lost-replies.ts";
import { isRecord, text } from "../reading.ts";
import { cleaned } from "../words.ts";
import { type Chunk, type Entry, type Ledger } from "./ledger.ts";
import { evidenceFor } from "./evidence.ts";
import { ObservedRequests } from "./observed-requests.ts";
import { bodyOf } from "./order.ts";
import { type Finding, findLostWrite } from "./reconcile.ts";

/** Sends of one chunk whose replies are lost, before it is left alone. Each is proven absent before the next. */
const MAX_LOST_SENDS = 2;

/** Tries to reach a KORE that cannot be reached. */
const MAX_UNSENT_TRIES = 3;

/** How long all waiting for a KORE that says 429 may take. Milliseconds. */
const MAX_PATIENCE = 5 * 60_000;

/** The longest pause that is believed: one odd Retry-After must not stop all writes until the next restart. */
const LONGEST_PAUSE = 15 * 60_000;

/** Writes chunks to KORE so that each arrives at most once, and finds out what became of those that it lost. */
export class Sender {
  readonly #ledger: Ledger;
  readonly #kore: ConnectivityApi;
  readonly #options: Settling;
  readonly #stopping: AbortSignal;
  readonly #observed: (accountId: string) => ObservedRequests;
  /** By the monotonic clock. */
  #pausedUntil = 0;

  /** @param observed what the reads and writes of the credential that serves an account have shown; default: nothing yet */
  constructor(
    ledger: Ledger,
    kore: ConnectivityApi,
    options: Settling,
    observed?: (accountId: string) => ObservedRequests,
  ) {
    this.#ledger = ledger;
    this.#kore = kore;
    this.#options = options;
    const nothing = new ObservedRequests();
    this.#observed = observed ?? (() => nothing);
    this.#stopping = options.stopping ?? new AbortController().signal;
  }

  /**
   * Sends a chunk that is certain not to be at KORE, as `kore` where it is known for whom. What stopped it, if anything
   * did, is told to `onStopped`.
   */
  async send(
    entry: Entry,
    planned: Chunk,
    onStopped: (error: KoreError) => void,
    kore: ConnectivityApi = this.#kore,
  ): Promise<Chunk> {
    const { now, monotonic } = this.#options;
    const impatientAt = monotonic() + MAX_PATIENCE;
    let chunk = planned;
    for (let lost = 0, unsent = 0, refused = 0; ;) {
      if (this.#pausedUntil > impatientAt) return this.#abandon(entry, chunk, this.#tooLong(entry), onStopped);
      await this.#pause();
      if (this.#stopping.aborted) return chunk;
      // On disk before the first byte goes out.
      const sending = await this.#ledger.begin(entry, chunk, {
        sentAt: now(),
        seenBefore: this.#observed(entry.accountId).seen.mark(),
        wasClockOff: this.#isClockOff(),
      });
      if (!sending) return chunk;
      chunk = sending;
      const answer = await this.#post(entry, chunk, kore);
      if (typeof answer === "string") return this.#acknowledge(entry, chunk, answer, now());

      // "busy" is said by our own budget, which knows of every 429 to this credential; this is what it asks of writes.
      if (answer.kind === "rate-limited" || answer.kind === "busy") {
        refused += 1;
        chunk = await this.#ledger.record(entry, chunk, { state: "planned" });
        // "Retry-After: 0", said again and again, must not make us a storm.
        const pause = Math.max(answer.retryAfter ?? backoff(refused), backoff(refused - 6));
        this.#pausedUntil = monotonic() + Math.min(pause, LONGEST_PAUSE);
      } else if (answer.isUnsent) {
        unsent += 1;
        chunk = await this.#ledger.record(entry, chunk, { state: "planned" });
        if (unsent === MAX_UNSENT_TRIES) return this.#abandon(entry, chunk, answer, onStopped);
        await this.#sleep(Math.max(answer.retryAfter ?? 0, backoff(unsent)));
      } else if (answer.kind === "unauthenticated" || answer.kind === "forbidden") {
        return this.#abandon(entry, chunk, answer, onStopped);
      } else if (answer.isRefusal) {
        return this.#ledger.record(entry, chunk, {
          state: "refused",
          message: cleaned(answer.koreMessage ?? "for no stated reason"),
        });
      } else {
        lost += 1;
        chunk = await this.investigate(entry, chunk, settlesAfter(answer, this.#options));
        if (chunk.state !== "planned") return chunk;
        if (lost === MAX_LOST_SENDS || answer.isRedirect) return this.#abandon(entry, chunk, answer, onStopped);
      }
    }
  }

  /**
   * Finds out whether a chunk arrived whose reply is not known, and keeps what it finds. What did not arrive can be
   * sent, unless its caller has been told otherwise: then only when the caller asks again.
   */
  async investigate(entry: Entry, chunk: Chunk, settlesAt = this.#settlesAt(chunk)): Promise<Chunk> {
    const finding = await this.#find(entry, chunk, settlesAt);
    if (finding.kind === "found") return this.#acknowledge(entry, chunk, finding.requestId);
    if (finding.kind === "absent") {
      const isReported = chunk.state === "unknown";
      return this.#ledger.record(entry, chunk, {
        state: isReported ? "abandoned" : "planned",
        message: "it never arrived",
      });
    }
    return this.#ledger.record(entry, chunk, { state: "unknown", settlesAt, message: finding.message });
  }

  #settlesAt({ state, sentAt = 0, settlesAt = 0 }: Chunk): number {
    return state === "sending" ? settlesAfterCrash(sentAt, this.#options) : settlesAt;
  }

  #find(entry: Entry, chunk: Chunk, settlesAt: number): Promise<Finding> {
    const { accountId, verb } = entry;
    const { sims, sentAt = entry.createdAt } = chunk;
    const evidence = evidenceFor(entry, chunk, {
      ledger: this.#ledger,
      kore: this.#kore,
      observed: this.#observed(accountId),
      now: this.#options.now,
      isClockOff: () => this.#isClockOff(),
    });
    const look = () =>
      findLostWrite({ accountId, verb, sims, sentAt, settlesAt }, this.#kore, evidence).catch(
        (error: unknown): Finding => {
          if (!(error instanceof KoreError)) throw error;
          return { kind: "unclear", message: "KORE's list of provisioning requests could not be read" };
        },
      );
    const stopped: Finding = { kind: "unclear", message: "The server stopped before it could tell" };
    return lookUntil(settlesAt, this.#options, look, ({ kind }) => kind === "found", stopped);
  }

  /** The id of KORE's request, or why there is none. */
  async #post(entry: Entry, chunk: Chunk, kore: ConnectivityApi): Promise<string | KoreError> {
    const { accountId, verb, options } = entry;
    if (!options) throw new Error("An intent that is closed for good cannot be sent");
    try {
      const reply: unknown = await kore.provision(accountId, verb, bodyOf(chunk.sims, options));
      const holders = isRecord(reply) ? [reply.data, reply].filter(isRecord) : [];
      for (const holder of holders) {
        const id = text(holder["provisioning-request-id"], "provisioning.provisioning-request-id");
        if (id !== null) return id;
      }
      return new KoreError("contract", "KORE acknowledged without a request id", { operation: `POST ${verb}` });
    } catch (error) {
      if (error instanceof KoreError) return error;
      throw error;
    }
  }

  /** @param answeredAt absent where KORE's request was found instead of told; milliseconds since the epoch */
  #acknowledge(entry: Entry, chunk: Chunk, requestId: string, answeredAt?: number): Promise<Chunk> {
    const acknowledged = { state: "acknowledged", requestId, acknowledgedAt: this.#options.now() } as const;
    if (answeredAt === undefined) return this.#ledger.record(entry, chunk, acknowledged);
    const { sentAt = answeredAt, wasClockOff } = chunk;
    if (!wasClockOff) this.#observed(entry.accountId).acknowledged(entry.accountId, { requestId, sentAt, answeredAt });
    return this.#ledger.record(entry, chunk, { ...acknowledged, answeredAt });
  }

  #isClockOff(): boolean {
    return this.#options.isClockOff?.() ?? false;
  }

  #abandon(entry: Entry, chunk: Chunk, error: KoreError, onStopped: (error: KoreError) => void): Promise<Chunk> {
    onStopped(error);
    return this.#ledger.record(entry, chunk, { state: "abandoned", message: WHY_STOPPED[error.kind] ?? "KORE failed" });
  }

  #tooLong({ verb }: Entry): KoreError {
    const retryAfter = this.#pausedUntil - this.#options.monotonic();
    const operation = `POST ${verb}`;
    return new KoreError("rate-limited", "KORE asks for a longer pause than we make", { operation, retryAfter });
  }

  /** All chunks wait when KORE has asked one of them for fewer requests. */
  async #pause(): Promise<void> {
    for (let wait; !this.#stopping.aborted && (wait = this.#pausedUntil - this.#options.monotonic()) > 0;)
      await this.#sleep(wait);
  }

  #sleep(milliseconds: number): Promise<void> {
    return this.#options.sleep(milliseconds, this.#stopping);
  }
}

const WHY_STOPPED: Partial<Record<KoreError["kind"], string>> = {
  connection: "KORE could not be reached",
  "breaker-open": "KORE kept failing",
  contract: "KORE's answer broke its contract",
  "rate-limited": "KORE kept asking for fewer requests",
  unauthenticated: "KORE did not accept the credentials",
  forbidden: "the credentials do not reach this",
};

/** One second, two, four and so on up to a minute, each up to a quarter more or less. Milliseconds. */
function backoff(time: number): number {
  return Math.min(60_000, 500 * 2 ** time) * (0.75 + Math.random() / 2);
}
