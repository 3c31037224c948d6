import { type WireCostCenter } from "../api/connectivity-types.ts";
import { KoreError } from "../errors.ts";
import { type ReconciliationOptions, pollUntil } from "../idempotency/ambiguous-outcome.ts";
import { rows, string } from "../decoding/decode.ts";
import { redact } from "../decoding/redact.ts";
import { type ConnectivityApi } from "../api/connectivity.ts";

/** Outcome of creating or renaming a cost center. */
export interface CostCenterResult {
  outcome: "DONE" | "WOULD_BE_DONE" | "ALREADY_SATISFIED" | "ADOPTED" | "REJECTED" | "OUTCOME_UNKNOWN";
  reason?: "NOT_FOUND" | "NAME_EXISTS" | "KORE_REFUSED" | "REPLY_LOST";
  /** The part of the input that caused it. */
  field?: string;
  /** In words, for people. */
  message?: string;
  /** KORE's cost-center-pk. */
  key?: string;
}

/** The account's cost centers, in one call that bypasses the cache. */
export function readCostCenters(kore: ConnectivityApi, accountId: string): Promise<readonly WireCostCenter[]> {
  return kore.costCenters(accountId, (reply) => rows(reply, "cost-centers"));
}

/** KORE does not state whether names differ by case or blanks, so such a name counts as the same. */
export function named(costCenters: readonly WireCostCenter[], name: string): WireCostCenter | undefined {
  return costCenters.find((costCenter) => plain(nameOf(costCenter)) === plain(name));
}

export const plain = (name: string | null): string | undefined =>
  name?.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();

export const nameOf = (wire: WireCostCenter) => string(wire["cost-center-name"], "cost-centers.cost-center-name");
export const keyOf = (wire: WireCostCenter) =>
  string(wire["cost-center-pk"], "cost-centers.cost-center-pk")?.trim() ?? undefined;

const withKey = (wire: WireCostCenter | undefined) => {
  const key = wire && keyOf(wire);
  return key === undefined ? {} : { key };
};

export const nameExists = (other: WireCostCenter): CostCenterResult => ({
  outcome: "REJECTED",
  reason: "NAME_EXISTS",
  field: "name",
  message: "The account has a cost center of this name; letter case and blanks do not distinguish names here.",
  ...withKey(other),
});

export function refused(error: KoreError): Pick<CostCenterResult, "reason" | "message"> & { reason: "KORE_REFUSED" } {
  return { reason: "KORE_REFUSED", message: `KORE refused: ${redact(error.koreMessage ?? "for no stated reason")}` };
}

/** A cost center that KORE's list shows. "absent": the list lacks it; "unclear": the list could not be read. */
export type Finding = WireCostCenter | "absent" | "unclear";

/** Searches KORE's list, which is not paged, until the cost center is there or the visibility window has ended. */
export function searchList(
  list: () => Promise<readonly WireCostCenter[]>,
  isIt: (costCenter: WireCostCenter) => boolean,
  until: number,
  options: ReconciliationOptions,
): Promise<Finding> {
  const poll = async (): Promise<Finding> => {
    try {
      return (await list()).find(isIt) ?? (options.isClockOff?.() ? "unclear" : "absent");
    } catch (error) {
      if (!(error instanceof KoreError)) throw error;
      return "unclear";
    }
  };
  const isFound = (finding: Finding) => typeof finding !== "string";
  return pollUntil<Finding>({ until, poll, isFound, whenStopped: "unclear" }, options);
}
