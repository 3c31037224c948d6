import { KoreError } from "../error.ts";
import { type Settling, lookUntil, settlesAfter, settlesAfterCrash } from "../lost-replies.ts";
import { requiredText } from "../reading.ts";
import { type ClientWithSecret, type ClientsApi, type WireClient } from "./api.ts";
import { type ClientEntry, type ClientLedger } from "./ledger.ts";
import { type Finding, findLostClient } from "./reconcile.ts";
import { ALREADY_SHOWN, type SecretResult, attempt, isAskedAgain, isNotSent, refusedBy } from "./result.ts";
import { type FullCreateClient } from "./unpublished.ts";

/** Sends of one creation whose replies are lost. Each is proven absent before the next. */
const MAX_LOST_SENDS = 2;

export interface CreationOptions {
  /** The client that writes of an account are made as; null: of our own account. */
  ownClientId: (accountId: string | null) => string;
  settling: Settling;
  /** Told when what KORE did could not be kept: it is found out again by the next who asks. */
  onNotKept: (error: unknown) => void;
}

/** Makes clients at KORE, each at most once, and finds out what became of those whose reply was lost. */
export class Creation {
  readonly #ledger: ClientLedger;
  readonly #kore: ClientsApi;
  readonly #options: CreationOptions;

  constructor(ledger: ClientLedger, kore: ClientsApi, options: CreationOptions) {
    this.#ledger = ledger;
    this.#kore = kore;
    this.#options = options;
  }

  /**
   * Sends what is certain not to be at KORE; `entry` says `sending` already.
   *
   * @throws KoreError when it was not sent
   */
  async send(entry: ClientEntry, body: FullCreateClient): Promise<SecretResult> {
    let sending = entry;
    for (let lost = 1; ; lost += 1) {
      const answer = await attempt(() => this.#post(entry.accountId, body));
      if (!(answer instanceof KoreError)) return this.#made(sending, answer);
      if (isNotSent(answer)) {
        await this.#ledger.record(sending, { state: "abandoned" });
        throw answer;
      }
      if (answer.isRefusal) {
        const refused = { state: "refused", ...refusedBy(answer) } as const;
        await this.#ledger.record(sending, isAskedAgain(answer) ? { state: "abandoned" } : refused);
        return tellCreation({ ...sending, ...refused });
      }

      const found = await this.investigate(sending, settlesAfter(answer, this.#options.settling));
      if (found.entry.state !== "abandoned") return tellCreation(found.entry, found.client);
      if (lost === MAX_LOST_SENDS || answer.isRedirect) throw answer;
      sending = await this.#ledger.move(found.entry, { state: "sending", sentAt: this.#options.settling.now() });
    }
  }

  /** Finds out whether KORE made a client whose reply is not known, and keeps what it finds. */
  async investigate(
    entry: ClientEntry,
    settlesAt = this.#settlesAt(entry),
  ): Promise<{ entry: ClientEntry; client?: WireClient }> {
    const finding = await this.#find(entry, settlesAt);
    if (finding.kind === "found") {
      const { clientId, client } = finding;
      return { entry: await this.#ledger.record(entry, { state: "adopted", clientId }), client };
    }
    if (finding.kind === "absent") return { entry: await this.#ledger.record(entry, { state: "abandoned" }) };
    const { message } = finding;
    return { entry: await this.#ledger.record(entry, { state: "unknown", settlesAt, message }) };
  }

  #settlesAt({ state, sentAt, settlesAt = 0 }: ClientEntry): number {
    return state === "sending" ? settlesAfterCrash(sentAt, this.#options.settling) : settlesAt;
  }

  #find(entry: ClientEntry, settlesAt: number): Promise<Finding> {
    const { ownClientId, settling } = this.#options;
    const look = async (): Promise<Finding> => {
      try {
        const { accountId } = entry;
        const finding = await findLostClient(
          { ...entry, settlesAt },
          this.#kore.of(accountId),
          ownClientId(accountId),
          (clientId) => this.#ledger.isClaimed(clientId),
        );
        return settling.isClockOff?.() ? CLOCK_IS_OFF : finding;
      } catch (error) {
        if (!(error instanceof KoreError)) throw error;
        return { kind: "unclear", message: "KORE's list of API clients could not be read" };
      }
    };
    const stopped: Finding = { kind: "unclear", message: "The server stopped before it could tell" };
    return lookUntil(settlesAt, settling, look, ({ kind }) => kind === "found", stopped);
  }

  async #post(accountId: string | null, body: FullCreateClient): Promise<ClientWithSecret & { clientId: string }> {
    const made = await this.#kore.of(accountId).create(body);
    return { ...made, clientId: requiredText(made.client.client_id, "client.client_id") };
  }

  /** A secret that KORE has told once is not given up because a disk is full. */
  async #made(
    entry: ClientEntry,
    { client, clientId, secret }: ClientWithSecret & { clientId: string },
  ): Promise<SecretResult> {
    await this.#ledger.move(entry, { state: "done", clientId }).catch(this.#options.onNotKept);
    const made = { outcome: "DONE", clientId, client } as const;
    return secret
      ? { ...made, secretStatus: "SHOWN_NOW", secret }
      : { ...made, secretStatus: "LOST", message: NO_SECRET };
  }
}

/** Neither waits nor dates are right by such clocks. */
const CLOCK_IS_OFF: Finding = {
  kind: "unclear",
  message: "KORE's clock and that of this server differ by more than five minutes",
};

const NO_SECRET = "KORE told no secret. Renewing the key gives one.";

/** What became of a creation, as the ledger has it. */
export function tellCreation(
  { state, clientId, sentAt, reason, message }: ClientEntry,
  client?: WireClient,
): SecretResult {
  const known = { ...(clientId !== undefined && { clientId }), ...(client && { client }) };
  switch (state) {
    case "done":
      return { outcome: "DONE", ...known, secretStatus: "ALREADY_SHOWN", message: ALREADY_SHOWN };
    case "adopted":
      return {
        outcome: "ADOPTED",
        ...known,
        secretStatus: "LOST",
        message:
          "KORE's reply was lost, and the client was found in KORE's list. Its secret is lost; renewing the key gives a new one.",
      };
    case "refused":
      return { outcome: "REJECTED", ...(reason && { reason }), ...(message && { message }), secretStatus: "NONE" };
    case "sending":
    case "unknown":
    case "abandoned":
      return {
        outcome: "OUTCOME_UNKNOWN",
        reason: "REPLY_LOST",
        secretStatus: "LOST",
        message: `KORE's reply was lost. ${message ?? "KORE could not be asked"}. Look for a client of this name made since ${new Date(sentAt).toISOString()}; asking again has it looked up again, and with another requestKey makes another client.`,
      };
  }
}
