import { KoreError } from "../error.ts";
import { type ClientsApi } from "./api.ts";
import { type ClientEntry, type ClientLedger } from "./ledger.ts";
import { ALREADY_SHOWN, type SecretResult, attempt, isAskedAgain, isNotSent, refusedBy } from "./result.ts";

/** Renews a key, once; `entry` says `sending` already. */
export async function renewKey(
  id: string,
  entry: ClientEntry,
  ledger: ClientLedger,
  kore: Pick<ClientsApi, "renewKey">,
  onNotKept: (error: unknown) => void,
): Promise<SecretResult> {
  const answer = await attempt(() => kore.renewKey(id));
  if (!(answer instanceof KoreError)) {
    const { client, secret } = answer;
    const state = secret ? "done" : "unknown";
    await ledger.move(entry, { state }).catch(onNotKept);
    if (!secret) return { ...tellRenewal({ ...entry, state }), client };
    return { outcome: "DONE", clientId: id, client, needsNewToken: true, secretStatus: "SHOWN_NOW", secret };
  }
  if (isNotSent(answer)) {
    await ledger.record(entry, { state: "abandoned" });
    throw answer;
  }
  if (answer.isRefusal) {
    const refused = { state: "refused", ...refusedBy(answer) } as const;
    await ledger.record(entry, isAskedAgain(answer) ? { state: "abandoned" } : refused);
    return tellRenewal({ ...entry, ...refused });
  }
  return tellRenewal(await ledger.record(entry, { state: "unknown" }));
}

/** What became of a renewal, as the ledger has it. KORE shows nowhere whether a key was renewed. */
export function tellRenewal({ state, clientId, reason, message }: ClientEntry): SecretResult {
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
      "KORE's reply was lost: the old key may be dead, and if it is, nobody has seen the new one. Renewing again, with another requestKey or none, gives one that can be seen.",
  };
}
