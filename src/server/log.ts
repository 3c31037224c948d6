import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger };

/**
 * Structured logs without identifiers or secrets: nothing logs requests, replies or variables, and what is logged of
 * an error is its name, message and stack, with long runs of digits (ICCIDs, IMSIs, phone numbers) taken out.
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
  if (!(error instanceof Error)) return { message: withoutDigits(String(error)) };
  return {
    type: error.name,
    message: withoutDigits(error.message),
    stack: withoutDigits(error.stack ?? ""),
    ...(error.cause === undefined ? {} : { cause: describe(error.cause) }),
  };
}

function withoutDigits(text: string): string {
  return text.replace(/\d{6,}/g, "…");
}
