import { redact } from "../decoding/redact.ts";
import { type Chunk, type Entry } from "./ledger/records.ts";
import { type PlacedSim, type Plan, type SimResult } from "./command.ts";

/** Outcome of a command. */
export interface Outcome {
  /** In the order in which the caller named the SIMs. */
  results: SimResult[];
  /** KORE's provisioning requests. */
  requestIds: string[];
}

/** Message of a chunk with a SIM whose earlier command is ambiguous. Stored in the ledger and recognised by its text. */
export const EARLIER_UNKNOWN =
  "it is still not known whether an earlier order for the SIM, or for one that goes with it, arrived at KORE";

/** Message of a chunk whose reply was lost, and whose effect KORE shows. */
export const SHOWN = "KORE's reply was lost; KORE shows the change";

export function outcomeOf({ settled }: Pick<Entry, "settled">, chunks: readonly Chunk[]): Outcome {
  const written = chunks.flatMap((chunk) => chunk.sims.map((sim) => resultOf(sim, chunk)));
  const results = [...settled, ...written].sort((a, b) => a.place - b.place);
  const requestIds = [...chunks, ...settled].map(({ requestId }) => requestId).filter((id) => id !== undefined);
  return { results, requestIds: [...new Set(requestIds)] };
}

/** Result of a SIM that KORE accepted and then failed. @param reason KORE's message */
export function failedResult(submitted: SimResult, reason: string | null): SimResult {
  const message = reason === null ? "KORE failed it and gave no reason." : redact(reason);
  return { ...submitted, outcome: "FAILED", reason: "KORE_FAILED", message };
}

function resultOf({ place, id, iccid }: PlacedSim, chunk: Chunk): SimResult {
  const sim = { place, id, iccid };
  switch (chunk.state) {
    case "acknowledged": {
      const { requestId, message, failures = {} } = chunk;
      const about = requestId === undefined ? message !== undefined && { message: `${message}.` } : { requestId };
      const submitted: SimResult = { ...sim, outcome: "SUBMITTED", ...about };
      return Object.hasOwn(failures, id) ? failedResult(submitted, failures[id] ?? null) : submitted;
    }
    case "refused": {
      const { message = "", failures = {} } = chunk;
      const own = Object.hasOwn(failures, id) ? failures[id] : undefined;
      return {
        ...sim,
        outcome: "REJECTED",
        reason: "KORE_REFUSED",
        message: `KORE refused: ${redact(own ?? message)}`,
      };
    }
    case "planned":
      return {
        ...sim,
        outcome: "OUTCOME_UNKNOWN",
        reason: "NOT_SENT_YET",
        message:
          "Not written yet: the server stopped, or its store was unavailable. The command is continued within an hour, by the next start, by another replica, or once the store is available. Repeating it then shows the outcome.",
      };
    case "abandoned":
      return {
        ...sim,
        outcome: "REJECTED",
        reason: chunk.message === EARLIER_UNKNOWN ? "EARLIER_OUTCOME_UNKNOWN" : "NOT_SENT",
        message: `Not written: ${chunk.message ?? "it was not sent"}. Repeating the command tries again.`,
      };
    case "sending":
    case "unknown":
      return {
        ...sim,
        outcome: "OUTCOME_UNKNOWN",
        reason: "REPLY_LOST",
        message: `KORE's reply was lost. ${chunk.message ?? "KORE could not be asked"}. Look at the SIM's requests since ${new Date(chunk.sentAt ?? 0).toISOString()}. Repeating the command searches again.`,
      };
  }
}

/** Results of a second plan, at the SIMs' indexes in the first. */
export function resultsOf(sims: readonly PlacedSim[], settled: Plan["settled"]): SimResult[] {
  const found = new Map<string | null, SimResult>();
  for (const result of settled) found.set(result.iccid, result).set(result.id, result);
  return sims.map(({ place, id, iccid }) => {
    const { field, ...result } = found.get(id) ?? (iccid === null ? GONE : (found.get(iccid) ?? GONE));
    const isSamePlace = result.place === place;
    return { ...result, place, id, iccid, ...(field !== undefined && isSamePlace && { field }) };
  });
}

const GONE: SimResult = {
  place: -1,
  id: null,
  iccid: null,
  outcome: "REJECTED",
  reason: "NOT_FOUND",
  message: "The account no longer has this SIM.",
};
