import { type DestinationStream, type LogFn, type Logger as PinoLogger, pino } from "pino";
import { knownSecrets } from "../../common/known-secrets.ts";

/** Without child loggers: their bindings bypass the allow-list. */
export type Logger = Pick<PinoLogger, "fatal" | "error" | "warn" | "info" | "debug" | "trace">;

/** The allow-list of fields. Values of other fields are written as `[redacted]`. */
const FIELDS: ReadonlySet<string> = new Set(
  (
    "requestId err method route status ms operation error code why reason signature field value path " +
    "host credential state attempt wait batchSize rate queued running pause keys caller audit " +
    "accessToken suppressed event events versionId pid"
  ).split(" "),
);

/**
 * Structured logs without identifiers or secrets: nothing logs requests, replies or variables, and what is logged of
 * an error is its name, code, system call, message and stack, and the same of its causes. An error may quote a value, so what looks like an identifier (a long run of
 * digits, as ICCIDs and phone numbers are), an e-mail address or a token is taken out, and our own credentials are by
 * value, wherever they stand. `process`: stands in every line,
 * where several replicas write to one log.
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

/** Libraries quote input in their messages. */
function scrubbed(this: PinoLogger, args: Parameters<LogFn>, write: LogFn): void {
  write.apply(this, args.map((arg: unknown) => (typeof arg === "string" ? withoutValues(arg) : arg)) as typeof args);
}

/** Causes of causes, and errors of one error, that are written. */
const [MAX_DEPTH, MAX_ERRORS] = [5, 10];

/** An error with every cause of it and, of an AggregateError, every error that it is made of. */
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

/** Those that are what the system or a library calls a failure and a system call: ECONNREFUSED, connect. */
function named(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isName = (value: unknown) => typeof value === "string" && /^([A-Z][A-Z\d_]{1,63}|[a-z]{2,20})$/.test(value);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isName(value)));
}

/**
 * An address is looked for from the start of a word only: a long one would be read to its end from each letter. Gateways
 * and libraries quote headers and addresses with credentials.
 */
function withoutValues(text: string): string {
  return knownSecrets
    .redact(text)
    .replace(
      /(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+|eyJ[\w.-]+|\bkg_[\w-]{20,}|\d{6,}|(?<=:\/\/)[^\s/@]{1,200}@|(?<=\b(?:bearer|basic) )[^\s'"]{1,4000}/gi,
      "…",
    );
}
