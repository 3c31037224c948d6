import { KoreError, type KoreErrorDetails } from "../error.ts";
import { type Answer, type PlainError } from "./common.ts";

/** What becomes of some work, as plain data. Defects stay with whoever has them. */
export async function answerOf<Value>(work: Promise<Value>): Promise<Answer<Value>> {
  try {
    return { value: await work };
  } catch (error) {
    if (!(error instanceof KoreError)) throw error;
    return { error: plain(error) };
  }
}

/** @throws KoreError as it was on the other side */
export function valueOf<Value>(answer: Answer<Value>): Value {
  if ("error" in answer) throw revived(answer.error);
  return answer.value;
}

export function plain(error: KoreError): PlainError {
  const { kind, message, operation, status, code, moreInfo, retryAfter, koreMessage, isUnsent } = error;
  const details = { operation, status, code, moreInfo, retryAfter, koreMessage, isUnsent };
  return { kind, message, details: details as KoreErrorDetails }; // What it does not have goes lost on the way.
}

function revived({ kind, message, details }: PlainError): KoreError {
  return new KoreError(kind, message, details);
}
