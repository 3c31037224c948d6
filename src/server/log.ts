import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger };

/**
 * Structured logs without identifiers or secrets: nothing logs requests, replies or variables, and what is logged of
 * an error is its name, message and stack. An error may quote a value, so what looks like an identifier (a long run of
 * digits, as ICCIDs and phone numbers are), an e-mail address or a token is taken out.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describe },
  };
  return destination ? pino(options, destination) : pino(options);
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: withoutValues(String(error)) };
  return {
    type: error.name,
    message: withoutValues(error.message),
    stack: withoutValues(error.stack ?? ""),
    ...(error.cause === undefined ? {} : { cause: describe(error.cause) }),
  };
}

/** An address is looked for from the start of a word only: a long one would be read to its end from each letter. */
function withoutValues(text: string): string {
  return text.replace(/(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+|eyJ[\w.-]+|\d{6,}/g, "…");
}
