import { type DestinationStream, type LogFn, type Logger as PinoLogger, pino } from "pino";
import { knownSecrets } from "../../common/known-secrets.ts";

/** Without child loggers: their bindings bypass the allow-list. */
export type Logger = Pick<PinoLogger, "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "isLevelEnabled">;

/** The allow-list of fields. Values of other fields are written as `[redacted]`. */
const FIELDS: ReadonlySet<string> = new Set(
  (
    "requestId err method route status ms operation error code why reason signature field value path " +
    "host credential state attempt wait batchSize rate queued running pause keys caller audit " +
    "accessToken suppressed event events versionId pid uses"
  ).split(" "),
);

/**
 * Structured logs without identifiers or secrets. Requests, replies and variables are not logged. Of an error its name, code,
 * system call, message and stack are logged, and the same of its causes. Errors may quote values: texts that look like
 * identifiers (long runs of digits), e-mail addresses or tokens are removed, and the process's credentials by their value.
 *
 * @param process added to every line, for several replicas that write to one log
 */
export function createLog(
  level: string,
  destination?: DestinationStream,
  process: { pid: number } | null = null,
): Logger {
  const options = {
    level,
    base: process,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: allowed },
    serializers: { err: (error: unknown) => knownSecrets.redactAll(describe(error)) },
    hooks: { logMethod: scrubbed },
  };
  return destination ? pino(options, destination) : pino(options);
}

function allowed(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields);
  if (entries.every(([name]) => FIELDS.has(name))) return knownSecrets.redactAll(fields);
  return knownSecrets.redactAll(
    Object.fromEntries(entries.map(([name, value]) => [name, FIELDS.has(name) ? value : "[redacted]"])),
  );
}

/** Removes values from messages: libraries quote input. */
function scrubbed(this: PinoLogger, args: Parameters<LogFn>, write: LogFn): void {
  write.apply(this, args.map((arg: unknown) => (typeof arg === "string" ? withoutValues(arg) : arg)) as typeof args);
}

/** Nested causes, and aggregated errors of one error, that are logged. */
const [MAX_DEPTH, MAX_ERRORS] = [5, 10];

/** An error with its causes and aggregated errors. */
function describe(error: unknown, depth = MAX_DEPTH): unknown {
  if (!(error instanceof Error)) return { message: withoutValues(String(error)) };
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [];
  return {
    type: error.name,
    ...named({ code, syscall }),
    message: withoutValues(error.message),
    stack: withoutValues(error.stack ?? ""),
    ...(error.cause !== undefined && depth > 0 && { cause: describe(error.cause, depth - 1) }),
    ...(errors.length > 0 &&
      depth > 0 && { errors: errors.slice(0, MAX_ERRORS).map((one) => describe(one, depth - 1)) }),
  };
}

/** Fields with the form of a code or a system call, such as ECONNREFUSED and connect. */
function named(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isName = (value: unknown) => typeof value === "string" && /^([A-Z][A-Z\d_]{1,63}|[a-z]{2,20})$/.test(value);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isName(value)));
}

/**
 * Removes e-mail addresses, tokens, keys, long numbers and credentials in URLs and headers. E-mail addresses are matched from
 * the start of a word only: otherwise a long one would be scanned from each letter.
 */
function withoutValues(text: string): string {
  return knownSecrets
    .redact(text)
    .replace(
      /(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+|eyJ[\w.-]+|\bkg_[\w-]{20,}|\d{6,}|(?<=:\/\/)[^\s/@]{1,200}@|(?<=\b(?:bearer|basic) )[^\s'"]{1,4000}/gi,
      "…",
    );
}
