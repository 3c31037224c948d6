import { type ConnectivityApi } from "../api/connectivity.ts";
import { type WireCostCenter } from "../api/connectivity-types.ts";
import { attempt, isNotSent } from "../idempotency/attempt.ts";
import { KoreError } from "../errors.ts";
import { type ReconciliationOptions, visibleUntil } from "../idempotency/ambiguous-outcome.ts";
import {
  type CostCenterResult,
  keyOf,
  nameExists,
  nameOf,
  plain,
  readCostCenters,
  refused,
  searchList,
} from "./result.ts";

export interface Renaming {
  accountId: string;
  /** KORE's cost-center-pk. */
  key: string;
  name: string;
  /** Only reads the list. */
  isDryRun: boolean;
}

/**
 * Renames a cost center once. After a lost reply KORE's list shows whether it has the name; it is never resent.
 *
 * @throws KoreError when it was not sent
 */
export async function renameCostCenter(
  { accountId, key, name, isDryRun }: Renaming,
  kore: ConnectivityApi,
  reconciliation: ReconciliationOptions,
): Promise<CostCenterResult> {
  const list = () => readCostCenters(kore, accountId);
  const before = await list();
  const isIt = (costCenter: WireCostCenter) => keyOf(costCenter) === key;
  const present = before.find(isIt);
  if (!present) return NOT_FOUND;
  if (nameOf(present) === name) return { outcome: "ALREADY_SATISFIED", key };
  const other = before.find((each) => !isIt(each) && plain(nameOf(each)) === plain(name));
  if (other) return nameExists(other);
  if (isDryRun) return { outcome: "WOULD_BE_DONE", key };

  const answer = await attempt(() => kore.renameCostCenter(accountId, key, name));
  if (!(answer instanceof KoreError)) return { outcome: "DONE", key };
  if (isNotSent(answer)) throw answer;
  if (answer.isRefusal) return { outcome: "REJECTED", key, ...refused(answer) };
  const isRenamed = (costCenter: WireCostCenter) => isIt(costCenter) && nameOf(costCenter) === name;
  const found = await searchList(list, isRenamed, visibleUntil(answer, reconciliation), reconciliation);
  if (typeof found !== "string")
    return { outcome: "DONE", key, message: "KORE's reply was lost, but KORE shows the name." };
  return { outcome: "OUTCOME_UNKNOWN", key, reason: "REPLY_LOST", message: NOT_SHOWN };
}

const NOT_FOUND = {
  outcome: "REJECTED",
  reason: "NOT_FOUND",
  field: "key",
  message: "The account has no such cost center. `Account.costCenters` lists them; their `key` is needed.",
} as const;

const NOT_SHOWN =
  "KORE's reply was lost, and KORE's list does not show the name. Look at the cost center; repeating the mutation is safe.";
