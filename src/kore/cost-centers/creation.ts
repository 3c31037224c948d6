import { type Claim } from "../../common/store/durable-store.ts";
import { type ConnectivityApi } from "../api/connectivity.ts";
import { type WireCostCenter } from "../api/connectivity-types.ts";
import { type ClientEntry, type ClientLedger } from "../api-clients/client-ledger.ts";
import { attempt, isNotSent } from "../idempotency/attempt.ts";
import { KoreError } from "../errors.ts";
import { type ReconciliationOptions, visibleUntil, visibleUntilAfterCrash } from "../idempotency/ambiguous-outcome.ts";
import {
  type CostCenterResult,
  keyOf,
  nameExists,
  nameOf,
  named,
  readCostCenters,
  refused,
  searchList,
} from "./result.ts";

/** Sends of one creation whose replies are lost. Each is proven not to have arrived before the next. */
const MAX_LOST_SENDS = 2;

interface CreationOptions {
  ledger: ClientLedger;
  claim: Claim;
  kore: ConnectivityApi;
  reconciliation: ReconciliationOptions;
  onNotKept: (error: unknown) => void;
}

/** Creates a cost center under a claim of its name, at most once. No second one of a name is ever created. */
export class CostCenterCreation {
  readonly #options: CreationOptions;
  readonly #accountId: string;
  readonly #name: string;

  constructor({ accountId, name }: { accountId: string; name: string }, options: CreationOptions) {
    this.#options = options;
    this.#accountId = accountId;
    this.#name = name;
  }

  /**
   * @throws KoreError when it was not sent
   * @throws StoreUnavailable when it was not sent because the ledger could not record it
   */
  async send(entry: ClientEntry): Promise<CostCenterResult> {
    const { ledger, claim, kore, reconciliation, onNotKept } = this.#options;
    const other = named(await this.#list(), this.#name) ?? (await this.#sentBefore(entry));
    if (other) return nameExists(other);
    let current = entry;
    for (let lost = 1; ; lost += 1) {
      const begin = async () => {
        current = await ledger.recordSending(claim, current, reconciliation);
      };
      const answer = await attempt(async () => keyIn(await kore.createCostCenter(this.#accountId, this.#name, begin)));
      if (!(answer instanceof KoreError)) {
        const done: ClientEntry = { ...current, state: "done", clientId: answer };
        await ledger.keep(claim, done).catch(onNotKept);
        return describeCostCenter(done);
      }
      if (isNotSent(answer)) {
        if (current.state === "sending") await ledger.record(claim, current, { state: "abandoned" });
        throw answer;
      }
      if (answer.isRefusal) {
        const refusal = { state: "refused", ...refused(answer) } as const;
        await ledger.record(claim, current, refusal);
        return describeCostCenter({ ...current, ...refusal });
      }
      const { entry: found } = await this.reconcile(current, visibleUntil(answer, reconciliation));
      if (found.state !== "abandoned") return describeCostCenter(found);
      if (lost === MAX_LOST_SENDS || answer.isRedirect) throw answer;
      current = found;
    }
  }

  /** One of the name that another command has sent, and that KORE's list may show later. */
  async #sentBefore(entry: ClientEntry): Promise<WireCostCenter | undefined> {
    const { ledger, reconciliation } = this.#options;
    const sentAt = await ledger.lastSent(entry);
    const until = sentAt === undefined ? 0 : visibleUntilAfterCrash({ sentAt }, reconciliation);
    if (until <= reconciliation.now()) return undefined;
    await searchList(
      () => this.#list(),
      (each) => named([each], this.#name) !== undefined,
      until,
      reconciliation,
    );
    return named(await this.#list(), this.#name);
  }

  /** Finds out whether KORE has the cost center although its reply was lost, and records the result. */
  async reconcile(entry: ClientEntry, settlesAt = this.#settlesAt(entry)): Promise<{ entry: ClientEntry }> {
    const { ledger, claim, reconciliation } = this.#options;
    const isIt = (costCenter: WireCostCenter) => nameOf(costCenter) === this.#name;
    const finding = await searchList(() => this.#list(), isIt, settlesAt, reconciliation);
    if (typeof finding !== "string") {
      const key = keyOf(finding);
      const adopted = { state: "adopted", ...(key !== undefined && { clientId: key }) } as const;
      return { entry: await ledger.record(claim, entry, adopted) };
    }
    const change =
      finding === "absent" ? ({ state: "abandoned" } as const) : ({ state: "unknown", settlesAt } as const);
    return { entry: await ledger.record(claim, entry, change) };
  }

  #list() {
    return readCostCenters(this.#options.kore, this.#accountId);
  }

  #settlesAt(entry: ClientEntry): number {
    return entry.state === "sending"
      ? visibleUntilAfterCrash(entry, this.#options.reconciliation)
      : (entry.settlesAt ?? 0);
  }
}

/** @throws KoreError `contract` for an acknowledgement without a key */
function keyIn(reply: WireCostCenter): string {
  const key = keyOf(reply);
  if (key !== undefined) return key;
  const operation = "POST cost-centers";
  throw new KoreError("contract", "KORE acknowledged without a cost-center-pk", { operation });
}

/** Outcome of a creation, by its entry in the ledger. */
export function describeCostCenter({ state, clientId, message, sentAt }: ClientEntry): CostCenterResult {
  const known = clientId === undefined ? {} : { key: clientId };
  switch (state) {
    case "done":
      return { outcome: "DONE", ...known };
    case "adopted":
      return { outcome: "ADOPTED", ...known, message: "KORE's reply was lost, and the cost center is in KORE's list." };
    case "refused":
      return { outcome: "REJECTED", reason: "KORE_REFUSED", ...(message !== undefined && { message }) };
    case "sending":
    case "unknown":
    case "abandoned":
      return {
        outcome: "OUTCOME_UNKNOWN",
        reason: "REPLY_LOST",
        message: `KORE's reply was lost, and KORE's list could not be read. Look for a cost center of this name created since ${new Date(sentAt).toISOString()}. Repeating the mutation searches again.`,
      };
  }
}
