import { appendFile } from "node:fs/promises";
import { fileError } from "../config/setting-error.ts";
import { type Logger } from "../logging/log.ts";

export interface AuditOptions {
  /** Appended to, a JSON object a line. */
  file: string | undefined;
  /** Whether `results` are written: they name SIMs. */
  namesSims: boolean;
}

/**
 * Opens the audit log: one record a write, to the process's log and, if configured, appended to a file.
 *
 * @throws SettingError when the file cannot be written; checked here, since a write must not fail after it was sent
 */
export async function openAuditLog({ file, namesSims }: AuditOptions, log: Logger) {
  const append = (text: string) => (file === undefined ? undefined : appendFile(file, text, { mode: 0o600 }));
  await append("")?.catch((error: unknown) => {
    throw fileError("AUDIT_FILE", "written", error);
  });
  let last = Promise.resolve();
  return {
    record: ({ results, ...record }: { who: string; results?: unknown } & Record<string, unknown>): void => {
      const entry = {
        at: new Date().toISOString(),
        ...record,
        ...(namesSims && results !== undefined && { results }),
      };
      log.info({ requestId: record.requestId, audit: entry }, "audit");
      // One after the other, so that records are whole and in order.
      last = last
        .then(() => append(JSON.stringify(entry) + "\n"))
        .catch((err: unknown) => log.error({ err }, "the audit trail could not be written to its file"));
    },
    /** Resolves when all records are in the file. */
    flushed: (): Promise<void> => last,
  };
}
