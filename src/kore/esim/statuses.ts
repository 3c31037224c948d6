/** KORE's statuses of eSIM requests and of their EIDs are open strings. These are the documented ones, and synonyms. */
export const ESIM_STATUSES = {
  created: "PENDING",
  submitted: "PENDING",
  pending: "PENDING",
  processing: "PENDING",
  "in progress": "PENDING",
  "in-progress": "PENDING",
  "waiting for session": "PENDING",
  "acquired new profile": "PENDING",
  processed: "PROCESSED",
  completed: "COMPLETED",
  success: "COMPLETED",
  failed: "FAILED",
  failure: "FAILED",
  error: "FAILED",
  cancelled: "CANCELLED",
  canceled: "CANCELLED",
} as const;

type EsimStatus = (typeof ESIM_STATUSES)[keyof typeof ESIM_STATUSES];

/** Undefined when the status is unknown. */
export function esimStatusOf(status: string | null): EsimStatus | undefined {
  const word = status?.trim().toLowerCase().replace(/\s+/g, " ") ?? "";
  return Object.hasOwn(ESIM_STATUSES, word) ? ESIM_STATUSES[word as keyof typeof ESIM_STATUSES] : undefined;
}
