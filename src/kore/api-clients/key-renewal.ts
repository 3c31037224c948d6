import { type Claim } from "../../common/store/durable-store.ts";
import { KoreError } from "../errors.ts";
import { type ReconciliationOptions } from "../idempotency/ambiguous-outcome.ts";
import { type ClientsApi } from "../api/clients.ts";
import { type ClientEntry, type ClientLedger } from "./client-ledger.ts";
import { attempt, isNotSent, isRetriedOnRepeat } from "../idempotency/attempt.ts";
import { ALREADY_SHOWN, type SecretResult, clientRefusedBy } from "./result.ts";

export interface RenewalOptions {
  ledger: ClientLedger;
  kore: Pick<ClientsApi, "renewKey">;
  reconciliation: ReconciliationOptions;
  onNotKept: (error: unknown) => void;
}

/**
 * Renews a key once, under a claim.
 *
 * @throws KoreError when it was not sent
 * @throws StoreUnavailable when it was not sent because the ledger could not record it
 */
export async function renewKey(
  id: string,
  entry: ClientEntry,
  claim: Claim,
  { ledger, kore, reconciliation, onNotKept }: RenewalOptions,
): Promise<SecretResult> {
  let current = entry;
  const begin = async () => {
    current = await ledger.recordSending(claim, current, reconciliation);
  };
  const record = (change: Partial<ClientEntry>) => ledger.record(claim, current, change);
  const answer = await attempt(() => kore.renewKey(id, begin));
  if (!(answer instanceof KoreError)) {
    const { client, secret } = answer;
    const state = secret ? "done" : "unknown";
    await ledger.keep(claim, { ...current, state }).catch(onNotKept);
    if (!secret) return { ...describeRenewal({ ...current, state }), client };
    return { outcome: "DONE", clientId: id, client, needsNewToken: true, secretStatus: "SHOWN_NOW", secret };
  }
  if (isNotSent(answer)) {
    if (current.state === "sending") await record({ state: "abandoned" });
    throw answer;
  }
  if (answer.isRefusal) {
    const refused = { state: "refused", ...clientRefusedBy(answer) } as const;
    await record(isRetriedOnRepeat(answer) ? { state: "abandoned" } : refused);
    return describeRenewal({ ...current, ...refused });
  }
  return describeRenewal(await record({ state: "unknown" }));
}

/** Outcome of a renewal, by its entry in the ledger. No read of KORE's shows whether a key was renewed. */
export function describeRenewal({ state, clientId, reason, message }: ClientEntry): SecretResult {
  const known = clientId === undefined ? {} : { clientId };
  if (state === "done")
    return { outcome: "DONE", ...known, needsNewToken: true, secretStatus: "ALREADY_SHOWN", message: ALREADY_SHOWN };
  if (state === "refused") {
    return {
      outcome: "REJECTED",
      ...known,
      ...(reason && { reason }),
      ...(message && { message }),
      secretStatus: "NONE",
    };
  }
  return {
    outcome: "OUTCOME_UNKNOWN",
    reason: "REPLY_LOST",
    ...known,
    needsNewToken: true,
    secretStatus: "LOST",
    message:
      "KORE's reply was lost: the old key may be invalid, and then its replacement is lost. Renew again, with another requestKey or none, to get a key that is shown.",
  };
}
