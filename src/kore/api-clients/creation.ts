import { type Claim } from "../../common/store/durable-store.ts";
import { KoreError } from "../errors.ts";
import {
  type ReconciliationOptions,
  pollUntil,
  visibleUntil,
  visibleUntilAfterCrash,
} from "../idempotency/ambiguous-outcome.ts";
import { requiredString } from "../decoding/decode.ts";
import { type ClientWithSecret, type ClientsApi, type WireClient } from "../api/clients.ts";
import { type ClientEntry, type ClientLedger } from "./client-ledger.ts";
import { type Finding, findUnacknowledgedCreation } from "./reconciliation.ts";
import { attempt, isNotSent, isRetriedOnRepeat } from "../idempotency/attempt.ts";
import { ALREADY_SHOWN, type SecretResult, clientRefusedBy } from "./result.ts";
import { type FullCreateClient } from "../api/unpublished-endpoints.ts";

/** Sends of one creation whose replies are lost. Each is proven not to have arrived before the next. */
const MAX_LOST_SENDS = 2;

export interface CreationOptions {
  /** The API client that authenticates writes of an account; null: of our own account. */
  ownClientId: (accountId: string | null) => string;
  reconciliation: ReconciliationOptions;
  /** Called when the outcome could not be stored: the next repetition reconciles it. */
  onNotKept: (error: unknown) => void;
}

/** Creates API clients under a claim, each at most once, and reconciles ambiguous outcomes. */
export class Creation {
  readonly #ledger: ClientLedger;
  readonly #claim: Claim;
  readonly #kore: ClientsApi;
  readonly #options: CreationOptions;

  constructor(ledger: ClientLedger, claim: Claim, kore: ClientsApi, options: CreationOptions) {
    this.#ledger = ledger;
    this.#claim = claim;
    this.#kore = kore;
    this.#options = options;
  }

  /**
   * Sends a creation that certainly is not at KORE.
   *
   * @throws KoreError when it was not sent
   * @throws StoreUnavailable when it was not sent because the ledger could not record it
   */
  async send(entry: ClientEntry, body: FullCreateClient): Promise<SecretResult> {
    let current = entry;
    for (let lost = 1; ; lost += 1) {
      const begin = async () => {
        current = await this.#ledger.recordSending(this.#claim, current, this.#options.reconciliation);
      };
      const answer = await attempt(() => this.#post(entry.accountId, body, begin));
      if (!(answer instanceof KoreError)) return this.#created(current, answer);
      if (isNotSent(answer)) {
        if (current.state === "sending") await this.#record(current, { state: "abandoned" });
        throw answer;
      }
      if (answer.isRefusal) {
        const refused = { state: "refused", ...clientRefusedBy(answer) } as const;
        await this.#record(current, isRetriedOnRepeat(answer) ? { state: "abandoned" } : refused);
        return describeCreation({ ...current, ...refused });
      }

      const found = await this.reconcile(current, visibleUntil(answer, this.#options.reconciliation));
      if (found.entry.state !== "abandoned") return describeCreation(found.entry, found.client);
      if (lost === MAX_LOST_SENDS || answer.isRedirect) throw answer;
      current = found.entry;
    }
  }

  /** Finds out whether KORE created a client whose reply was lost, and records the result. */
  async reconcile(
    entry: ClientEntry,
    settlesAt = this.#settlesAt(entry),
  ): Promise<{ entry: ClientEntry; client?: WireClient }> {
    const finding = await this.#find(entry, settlesAt);
    if (finding.kind === "found") {
      const { clientId, client } = finding;
      return { entry: await this.#record(entry, { state: "adopted", clientId }), client };
    }
    if (finding.kind === "absent") return { entry: await this.#record(entry, { state: "abandoned" }) };
    const { message } = finding;
    return { entry: await this.#record(entry, { state: "unknown", settlesAt, message }) };
  }

  #record(from: ClientEntry, change: Partial<ClientEntry>): Promise<ClientEntry> {
    return this.#ledger.record(this.#claim, from, change);
  }

  #settlesAt(entry: ClientEntry): number {
    return entry.state === "sending"
      ? visibleUntilAfterCrash(entry, this.#options.reconciliation)
      : (entry.settlesAt ?? 0);
  }

  #find(entry: ClientEntry, settlesAt: number): Promise<Finding> {
    const { ownClientId, reconciliation } = this.#options;
    const poll = async (): Promise<Finding> => {
      try {
        const { accountId } = entry;
        const finding = await findUnacknowledgedCreation(
          { ...entry, settlesAt },
          this.#kore.of(accountId),
          ownClientId(accountId),
          (clientId) => this.#ledger.isClaimed(clientId),
        );
        return reconciliation.isClockOff?.() ? CLOCK_IS_OFF : finding;
      } catch (error) {
        if (!(error instanceof KoreError)) throw error;
        return { kind: "unclear", message: "KORE's list of API clients could not be read" };
      }
    };
    const whenStopped: Finding = { kind: "unclear", message: "The server stopped before the search ended" };
    const isFound = ({ kind }: Finding) => kind === "found";
    return pollUntil({ until: settlesAt, poll, isFound, whenStopped }, reconciliation);
  }

  async #post(
    accountId: string | null,
    body: FullCreateClient,
    beforeSending: () => Promise<void>,
  ): Promise<ClientWithSecret & { clientId: string }> {
    const created = await this.#kore.of(accountId).create(body, beforeSending);
    return { ...created, clientId: requiredString(created.client.client_id, "client.client_id") };
  }

  /** A failing store must not discard the secret, which KORE shows once. */
  async #created(
    entry: ClientEntry,
    { client, clientId, secret }: ClientWithSecret & { clientId: string },
  ): Promise<SecretResult> {
    await this.#ledger.keep(this.#claim, { ...entry, state: "done", clientId }).catch(this.#options.onNotKept);
    const result = { outcome: "DONE", clientId, client } as const;
    return secret
      ? { ...result, secretStatus: "SHOWN_NOW", secret }
      : { ...result, secretStatus: "LOST", message: NO_SECRET };
  }
}

/** With a wrong clock neither waits nor dates prove anything. */
const CLOCK_IS_OFF: Finding = {
  kind: "unclear",
  message: "KORE's clock and that of this server differ by more than five minutes",
};

const NO_SECRET = "KORE returned no secret. Renewing the key gives one.";

/** Outcome of a creation, by its entry in the ledger. */
export function describeCreation(
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
        message: `KORE's reply was lost. ${message ?? "KORE could not be asked"}. Look for a client of this name created since ${new Date(sentAt).toISOString()}. Repeating the mutation searches again; with another requestKey it creates another client.`,
      };
  }
}
