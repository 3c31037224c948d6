import { type Claim, type DurableStore } from "../../common/store/durable-store.ts";
import { type OwnCredentials } from "../auth/own-credentials.ts";
import { KoreError } from "../errors.ts";
import { RECOVERY } from "../idempotency/single-flight.ts";
import { type ReconciliationOptions } from "../idempotency/ambiguous-outcome.ts";
import { string } from "../decoding/decode.ts";
import { type ClientsApi, type WireClient } from "../api/clients.ts";
import { IdempotentRequests, type IdempotentHandler } from "./idempotent-requests.ts";
import { type ClientChange, readClient, sendChange } from "./client-changes.ts";
import { type Confirmation, refusalUnless } from "./confirmation.ts";
import { Creation, describeCreation } from "./creation.ts";
import { ExclusiveWrites } from "../idempotency/exclusive-writes.ts";
import { Recovery } from "./recovery.ts";
import { type ClientEntry, type ClientCommand, ClientLedger } from "./client-ledger.ts";
import { renewKey, describeRenewal } from "./key-renewal.ts";
import { type ClientResult, type SecretResult, withoutTheSecret } from "./result.ts";
import { type FullCreateClient } from "../api/unpublished-endpoints.ts";

export interface ClientWritesOptions {
  /** With reads that are not deduplicated, see `Kore.writer`. */
  kore: ClientsApi;
  store: DurableStore;
  reconciliation: ReconciliationOptions;
  /** The API client that authenticates writes of an account; null: of our own account. */
  ownClientId: (accountId: string | null) => string;
  credentials: Pick<OwnCredentials, "isOwn" | "revoke" | "expireTokens">;
  /** Called for every write that was sent or should have been sent. */
  audit: (record: ClientAuditRecord) => void;
  /** Called when a command could not be reconciled after a restart. */
  onRecoveryFailed: (error: unknown) => void;
  /** Called when the outcome could not be stored. */
  onNotKept: (error: unknown) => void;
}

/** One record of the audit trail. Request keys are hashed; secrets are never included. */
export interface ClientAuditRecord {
  /** The caller; {@link RECOVERY} after a restart. */
  who: string;
  operation: string;
  accountId: string | null;
  clientId: string | null;
  requestKeyHash: string | null;
  outcome: ClientResult["outcome"] | "NOT_SENT";
  /** Whether it was reconciled after a restart, without a caller. */
  isRecovery: boolean;
  /** Of the caller's operation, as in its log lines; undefined after a restart. */
  requestId: string | undefined;
}

/** The operation of a write. */
interface ClientRequester {
  /** As {@link ClientWritesOptions.kore}; counts requests for the operation. */
  kore: ClientsApi;
  requestId: string;
}

/** On whose behalf a write is sent. */
export interface WriteContext {
  /** The caller's name in the audit trail. */
  who: string;
  requester?: ClientRequester | undefined;
}

const NOT_FOUND = {
  outcome: "REJECTED",
  reason: "NOT_FOUND",
  field: "id",
  message: "KORE has no such API client.",
} as const;

/** Writes to KORE's API clients. Each command creates at most one client or secret, whatever fails. */
export class ClientWrites {
  readonly #options: ClientWritesOptions;
  readonly #ledger: ClientLedger;
  readonly #idempotentRequests: IdempotentRequests<SecretResult, WireClient>;
  readonly #exclusive: ExclusiveWrites;
  readonly #recovery: Recovery;

  constructor(options: ClientWritesOptions) {
    this.#options = options;
    this.#ledger = new ClientLedger(options.store);
    this.#idempotentRequests = new IdempotentRequests(this.#ledger, options.reconciliation.now, withoutTheSecret);
    this.#exclusive = new ExclusiveWrites(this.#ledger.claims, options.onNotKept);
    this.#recovery = new Recovery(
      this.#ledger,
      this.#exclusive,
      (entry, claim) => this.#reconcile(entry, claim),
      options.onRecoveryFailed,
    );
  }

  #creation(claim: Claim, kore = this.#options.kore): Creation {
    return new Creation(this.#ledger, claim, kore, this.#options);
  }

  /** Reconciles interrupted writes at the start. Sends nothing. */
  recover(): Promise<void> {
    return this.#recovery.recover();
  }

  /** Reconciles writes whose claims are orphaned, by another replica or by this one. @returns their number */
  takeOver(): Promise<number> {
    return this.#recovery.takeOver();
  }

  /** Deletes entries created before an instant. Milliseconds since the epoch. */
  prune(before: number): Promise<void> {
    return this.#ledger.prune(before);
  }

  /** Creation time of the newest entry. Milliseconds since the epoch, by the clock at that time. */
  newest(): Promise<number | undefined> {
    return this.#ledger.newest();
  }

  /** Resolves when no write is in progress. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.#recovery.running, ...this.#exclusive.running()]);
  }

  /**
   * @throws RequestKeyReused
   * @throws KoreError when it was not sent, and no other input would help
   */
  create(body: FullCreateClient, requestKey: string | null, { who, requester }: WriteContext): Promise<SecretResult> {
    const about = { who, requestId: requester?.requestId };
    const command: ClientCommand = {
      operation: "createClient",
      accountId: body.account_id ?? null,
      requestKey,
      input: body,
    };
    const handler: IdempotentHandler<SecretResult, WireClient> = {
      send: (entry, claim) =>
        this.#audited({ ...entry, ...about }, () => this.#creation(claim, requester?.kore).send(entry, body)),
      reconcile: async (entry, claim) => {
        const found = await this.#creation(claim, requester?.kore).reconcile(entry);
        if (found.entry.state === "adopted") this.#audit({ ...found.entry, ...about }, "ADOPTED", false);
        return { entry: found.entry, ...(found.client && { found: found.client }) };
      },
      describe: describeCreation,
    };
    return this.#run(command, { name: body.name }, handler);
  }

  /** Throws as `create` does. */
  async renewKey(
    id: string,
    confirm: Confirmation,
    requestKey: string | null,
    { who, requester }: WriteContext,
  ): Promise<SecretResult> {
    const { kore, requestId } = requester ?? { kore: this.#options.kore };
    const before = await readClient(kore, id);
    const refusal = before ? refusalUnless(confirm, id, before, this.isOwn(id)) : NOT_FOUND;
    if (refusal) return { ...refusal, secretStatus: "NONE" };

    const accountId = string(before?.account_id, "client.account_id");
    const command: ClientCommand = { operation: "renewClientKey", accountId, requestKey, input: { id } };
    const handler: IdempotentHandler<SecretResult, WireClient> = {
      send: async (entry, claim) => {
        const result = await this.#audited({ ...entry, who, requestId }, () =>
          renewKey(id, entry, claim, { ...this.#options, ledger: this.#ledger, kore }),
        );
        this.#updateOwnLogin(id, result.outcome);
        return result;
      },
      // No read of KORE's shows whether a key was renewed. Without a request key it is renewed again.
      reconcile: (entry) => Promise.resolve({ entry: entry.hasRequestKey ? entry : { ...entry, state: "abandoned" } }),
      describe: describeRenewal,
    };
    return this.#run(command, { name: "", clientId: id }, handler);
  }

  #run(
    command: ClientCommand,
    subject: Pick<ClientEntry, "name" | "clientId">,
    handler: IdempotentHandler<SecretResult, WireClient>,
  ) {
    return this.#idempotentRequests.run(command, subject, handler, (key, work) => this.#exclusive.run(key, work));
  }

  /** Whether kore-graph itself authenticates with a client. */
  isOwn(id: string): boolean {
    return this.#options.credentials.isOwn(id);
  }

  /** @throws KoreError when it was not sent, and no other input would help */
  change(change: ClientChange, context: WriteContext): Promise<ClientResult> {
    const refusal = change.refusal?.(undefined);
    if (refusal) return Promise.resolve(refusal);
    return this.#exclusive.run(ClientLedger.mutexKeyOfClient(change.id), () => this.#change(change, context));
  }

  async #change(change: ClientChange, { who, requester }: WriteContext): Promise<ClientResult> {
    const { id, operation, isShown, confirm } = change;
    const { reconciliation } = this.#options;
    const { kore, requestId } = requester ?? { kore: this.#options.kore };
    const isConfirmed = confirm && (!confirm.isForOwnOnly || this.isOwn(id));
    const before = isShown || change.needsNewToken || isConfirmed ? await readClient(kore, id) : undefined;
    if (before === null) return NOT_FOUND;
    const refusal = before && confirm && refusalUnless(confirm, id, before, this.isOwn(id));
    if (refusal) return refusal;
    const unfit = before && change.refusal?.(before);
    if (unfit) return { ...unfit, clientId: id, client: before };
    if (before && isShown?.(before)) return { outcome: "ALREADY_SATISFIED", clientId: id, client: before };

    const accountId = string(before?.account_id, "client.account_id");
    const result = await this.#audited({ who, requestId, operation, accountId, clientId: id }, () =>
      sendChange(change, kore, reconciliation),
    );
    const mayBeDone = result.outcome === "DONE" || result.outcome === "OUTCOME_UNKNOWN";
    const needsNewToken = mayBeDone && before !== undefined && change.needsNewToken?.(before) === true;
    if (change.revokesAccess) this.#updateOwnLogin(id, result.outcome);
    if (needsNewToken && this.isOwn(id)) this.#options.credentials.expireTokens(id);
    return { ...result, needsNewToken };
  }

  /** Updates our own login when the change revoked, or may have revoked, its client. */
  #updateOwnLogin(id: string, outcome: ClientResult["outcome"]): void {
    const { credentials } = this.#options;
    if (!this.isOwn(id)) return;
    if (outcome === "DONE") credentials.revoke(id);
    if (outcome === "OUTCOME_UNKNOWN") credentials.expireTokens(id);
  }

  async #reconcile(entry: ClientEntry, claim: Claim): Promise<void> {
    const { entry: settled } =
      entry.operation === "createClient"
        ? await this.#creation(claim).reconcile(entry)
        : { entry: await this.#ledger.record(claim, entry, { state: "unknown" }) };
    if (entry.clientId !== undefined) this.#options.credentials.expireTokens(entry.clientId);
    const about = { ...settled, who: RECOVERY };
    this.#audit(about, settled.state === "abandoned" ? "NOT_SENT" : describeCreation(settled).outcome, true);
  }

  async #audited<Result extends ClientResult>(about: About, work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work();
      this.#audit(
        { ...about, accountId: about.accountId ?? accountIdIn(result), clientId: result.clientId ?? about.clientId },
        result.outcome,
        false,
      );
      return result;
    } catch (error) {
      this.#audit(about, error instanceof KoreError ? "NOT_SENT" : "OUTCOME_UNKNOWN", false);
      throw error;
    }
  }

  #audit(about: About, outcome: ClientAuditRecord["outcome"], isRecovery: boolean): void {
    const { who, requestId, operation, accountId, clientId = null, key, hasRequestKey = false } = about;
    const requestKeyHash = key === undefined ? null : ClientLedger.keyHashOf({ key, hasRequestKey });
    this.#options.audit({ who, operation, accountId, clientId, requestKeyHash, outcome, isRecovery, requestId });
  }
}

/** Null for an unreadable id: a malformed reply must not fail a write that has succeeded. */
function accountIdIn({ client }: ClientResult): string | null {
  const accountId: unknown = client?.account_id;
  return typeof accountId === "string" ? accountId : null;
}

interface About {
  who: string;
  requestId?: string | undefined;
  operation: string;
  accountId: string | null;
  clientId?: string | undefined;
  key?: string;
  hasRequestKey?: boolean;
}
