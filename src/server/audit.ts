import { appendFile } from "node:fs/promises";
import { type Logger } from "./log.ts";

export interface AuditOptions {
  /** Appended to, a JSON object a line. */
  file: string | undefined;
  /** Whether `results`, which name SIMs, are kept. */
  namesSims: boolean;
}

/** The audit trail: one record a write, to the log and, if wanted, to a file that is only ever appended to. */
export function auditTrail({ file, namesSims }: AuditOptions, log: Logger) {
  let last = Promise.resolve();
  return {
    record: ({ results, ...record }: { who: string; results?: unknown } & Record<string, unknown>): void => {
      const entry = {
        at: new Date().toISOString(),
        ...record,
        ...(namesSims && results !== undefined && { results }),
      };
      log.info({ requestId: record.requestId, audit: entry }, "audit");
      if (file === undefined) return;
      // One after the other, so that records stand whole and in order.
      last = last
        .then(() => appendFile(file, JSON.stringify(entry) + "\n", { mode: 0o600 }))
        .catch((err: unknown) => log.error({ err }, "the audit trail could not be written to its file"));
    },
    /** Resolves when all records are in the file. */
    flushed: (): Promise<void> => last,
  };
}
