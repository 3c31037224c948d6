import { auditNameOf, userInputError } from "../../graph/index.ts";
import { type TextCommand, sizeOf } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { type SendSmsInput, type SmsRecipient } from "./sms.inputs.ts";
import { notSent, toPayload } from "./sms.mapper.ts";
import { type SendSmsPayload, SmsOutcome, SmsReason } from "./sms.type.ts";

/** GSM's header of a part has eight bits for the number of parts (3GPP TS 23.040, 9.2.3.24.1). */
const MAX_PARTS = 255;

/** Sends a text once. @throws GraphQLError for an input that cannot be sent, before any KORE call */
export async function sendSms(input: SendSmsInput, context: Context): Promise<SendSmsPayload> {
  const { accountId, text, from, requestKey, dryRun } = input;
  const maxParts = input.maxParts ?? 1;
  const recipient = toRecipient(input.to);
  if (text === "" || /\p{Surrogate}/u.test(text)) {
    throw userInputError("input.text: must not be empty, and must be well-formed Unicode");
  }
  if (typeof from === "string" && !/^[A-Za-z\d]{1,11}$/.test(from)) {
    throw userInputError("input.from: must be 1 to 11 letters and digits");
  }
  if (requestKey === "" || requestKey.length > 200)
    throw userInputError("input.requestKey: must be 1 to 200 characters");
  if (maxParts < 1 || maxParts > MAX_PARTS) throw userInputError(`input.maxParts: must be 1 to ${MAX_PARTS}`);

  const size = sizeOf(text);
  if (size.parts > maxParts) {
    return {
      ...notSent(size, SmsOutcome.REJECTED),
      ...{ reason: SmsReason.TOO_MANY_PARTS, field: "input.text", isDryRun: dryRun ?? false },
      message: `Nothing was sent: the text takes ${size.parts} parts, each of which is charged, and maxParts is ${maxParts}.`,
    };
  }
  if (dryRun) return { ...notSent(size, SmsOutcome.WOULD_BE_SENT), isDryRun: true };
  const { caller, writer, instrumentation } = context;
  const result = await context.textMessages.send(
    { accountId, requestKey, recipient, from: from ?? undefined, text },
    { who: auditNameOf(caller), requester: { kore: writer, requestId: instrumentation.requestId } },
  );
  context.loaders.clear(); // Later fields read after the write.
  return toPayload(result, size);
}

function toRecipient({ id, iccid, msisdn }: SmsRecipient): TextCommand["recipient"] {
  const given = [
    ...(typeof id === "string" ? [{ "subscription-id": id }] : []),
    ...(typeof iccid === "string" ? [{ iccid }] : []),
    ...(typeof msisdn === "string" ? [{ msisdn }] : []),
  ];
  const [recipient] = given;
  if (!recipient || given.length > 1) throw userInputError("input.to: give exactly one of id, iccid and msisdn");
  return recipient;
}
