import { type Entry } from "./ledger/records.ts";
import { type SimResult } from "./command.ts";
import { type Outcome } from "./outcome.ts";

/** One record of the audit trail. Request keys are hashed. */
export interface AuditRecord {
  /** The caller; {@link RECOVERY} after a restart. */
  who: string;
  verb: string;
  accountId: string;
  sims: number;
  requestKeyHash: string | null;
  requestIds: string[];
  outcomes: Record<string, number>;
  /** Whether it was continued after a restart, without a caller. */
  isRecovery: boolean;
  requestId: string | undefined;
  results: readonly SimResult[];
}

export function auditRecordOf(
  { verb, accountId, key, hasRequestKey }: Entry,
  { results, requestIds }: Outcome,
  by: Pick<AuditRecord, "who" | "isRecovery" | "requestId">,
): AuditRecord {
  const outcomes: Record<string, number> = {};
  for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const requestKeyHash = hasRequestKey ? key.slice("intent/".length) : null;
  return { verb, accountId, sims: results.length, requestKeyHash, requestIds, outcomes, ...by, results };
}
