import { type WireProvisioningRequest } from "../api/connectivity-types.ts";
import { id, date, integer, rows, string } from "../decoding/decode.ts";

/** KORE states no values for a SIM's completion-status. These are the values of its other statuses, and synonyms. */
export const COMPLETIONS = {
  submitted: "PENDING",
  pending: "PENDING",
  "in progress": "PENDING",
  "in-progress": "PENDING",
  completed: "SUCCEEDED",
  success: "SUCCEEDED",
  succeeded: "SUCCEEDED",
  failed: "FAILED",
  failure: "FAILED",
  error: "FAILED",
  rejected: "FAILED",
} as const;

type Completion = (typeof COMPLETIONS)[keyof typeof COMPLETIONS] | "UNKNOWN";

/** One SIM of a provisioning request, in KORE's detail reply. */
interface SimProgress {
  id: string | null;
  iccid: string | null;
  completion: Completion;
  message: string | null;
}

/** How far KORE is with a provisioning request. */
export interface Progress {
  /** "unclear": the status is unknown, and neither the date nor the SIMs show an end. */
  end: "reached" | "not reached" | "unclear";
  /** Whether KORE could not create the request as a whole. */
  hasFailed: boolean;
  /** KORE's message about the request as a whole, if there is one. */
  message?: string | null;
  sims: readonly SimProgress[];
}

/**
 * Reads KORE's detail of a request. A completed date is an end, whatever the status. When the status is missing or
 * unknown, the end of all SIMs is an end as well, unless KORE counts more SIMs than it names.
 *
 * @throws KoreError when the reply breaks KORE's contract
 */
export function progressOf(
  detail: (Partial<WireProvisioningRequest> & { "error-message"?: unknown }) | undefined,
): Progress {
  return { ...endOf(detail), message: string(detail?.["error-message"], "provisioning-request.error-message") };
}

function endOf(detail: Partial<WireProvisioningRequest> | undefined): Progress {
  const sims = rows(detail?.subscriptions, "provisioning-request.subscriptions", SIM_KEYS).map((sim): SimProgress => {
    const message = string(sim["error-message"], "provisioning-request.error-message");
    return {
      id: id(sim["subscription-id"], "provisioning-request.subscription-id"),
      iccid: id(sim.iccid, "provisioning-request.iccid"),
      completion: completionOf(string(sim["completion-status"], "provisioning-request.completion-status"), message),
      message,
    };
  });
  const status = wordOf(string(detail?.status ?? detail?.["request-status"], "provisioning-request.status"));
  const count = integer(detail?.["number-of-subscriptions"], "provisioning-request.number-of-subscriptions");
  const areAllDone = sims.length >= Math.max(1, count ?? 0) && sims.every(isDone);
  const isDated = isCompletedDate(detail?.["date-completed"]);
  const hasFailed = status === "failed";
  if (hasFailed || status === "completed" || isDated) return { end: "reached", hasFailed, sims };
  if (status === "submitted" || status === "pending") return { end: "not reached", hasFailed, sims };
  if (areAllDone) return { end: "reached", hasFailed, sims };
  return { end: status === undefined ? "not reached" : "unclear", hasFailed, sims };
}

const SIM_KEYS = ["subscription-id", "iccid", "completion-status", "error-message"] as const;

/** Whether KORE has finished a SIM, successfully or not. */
export const isDone = ({ completion }: Pick<SimProgress, "completion">): boolean =>
  completion === "SUCCEEDED" || completion === "FAILED";

/** KORE's error message, or null, by id of each failed SIM. */
export function failuresOf(
  { sims, hasFailed, message = null }: Progress,
  named: readonly { id: string; iccid: string | null }[],
): Record<string, string | null> {
  const failures: Record<string, string | null> = {};
  for (const placed of named) {
    const sim = progressOfSim(sims, placed);
    const isFailed = sim?.completion === "FAILED" || (hasFailed && sim?.completion !== "SUCCEEDED");
    if (isFailed) failures[placed.id] = sim?.message ?? message;
  }
  return failures;
}

export function progressOfSim(
  sims: Progress["sims"],
  { id: simId, iccid }: { id: string; iccid: string | null },
): SimProgress | undefined {
  return sims.find((sim) => sim.id === simId) ?? (iccid === null ? undefined : sims.find((sim) => sim.iccid === iccid));
}

/** An error message without a known status means failure. */
function completionOf(status: string | null, message: string | null): Completion {
  const word = wordOf(status);
  if (word !== undefined && Object.hasOwn(COMPLETIONS, word)) return COMPLETIONS[word as keyof typeof COMPLETIONS];
  return message === null ? "UNKNOWN" : "FAILED";
}

const wordOf = (status: string | null) => status?.trim().toLowerCase().replace(/\s+/g, " ");

/** KORE writes 0001-01-01 for "not set" and 9999-12-31 for "not ended". */
function isCompletedDate(value: unknown): boolean {
  const year = date(value, "provisioning-request.date-completed")?.getUTCFullYear();
  return year !== undefined && year > 1 && year < 9999;
}
