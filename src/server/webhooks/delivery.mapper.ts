import { z } from "zod";
import { parseExactJson } from "../../common/exact-json.ts";
import { knownSecrets } from "../../common/known-secrets.ts";

/** The content of one webhook. */
export interface KoreWebhook {
  /** Such as `connectivity.subscription.state.changed`; KORE may send others, which are passed on as they are. */
  eventName: string;
  accountId: string | null;
  /** `data` in KORE's own spelling. */
  events: { id: string | null; data: Record<string, unknown> }[];
}

/** A delivery with what KORE says about the message itself. */
interface ReadDelivery {
  delivery: KoreWebhook;
  /** `alert-message-date` in milliseconds; undefined: none that can be read. */
  sentAt: number | undefined;
  /** KORE states neither its form nor its values. */
  versionId: string | null;
}

/** KORE's sample delivers as integers what its REST API calls strings. Integers that are not exact are refused. */
const id = z
  .union([z.string(), z.int().transform(String)])
  .nullish()
  .transform((value) => value ?? null);

/** KORE's sample: `2021-09-28T10:09:25Z`. Without a zone it is taken as UTC, as a plain date is. */
const INSTANT = z.iso
  .datetime({ offset: true })
  .or(z.iso.datetime({ local: true }).transform((text) => `${text}Z`))
  .or(z.iso.date());

/** Only used fields are validated: KORE declares none as required, and nothing of an event's data. */
const PAYLOAD = z.object({
  "event-name": z.string().min(1),
  "alert-message-date": z.unknown().optional(),
  "version-id": id.catch(null), // Unused but for the log: no form of it is a reason to refuse the events.
  account: id,
  events: z
    .array(
      z.object({
        id,
        data: z
          .record(z.string(), z.unknown())
          .nullish()
          .transform((data) => data ?? {}),
      }),
    )
    .nullish()
    .transform((events) => events ?? []),
});

/** A body that is not one of KORE's. The message names no part of it. */
export class UnreadableDelivery extends Error {
  override readonly name = "UnreadableDelivery";
}

/** @throws UnreadableDelivery */
export function readDelivery(body: Uint8Array): ReadDelivery {
  const parsed = PAYLOAD.safeParse(parse(body));
  if (!parsed.success) throw new UnreadableDelivery("the body has not the shape of a KORE alert");
  const { "event-name": eventName, account: accountId, events } = parsed.data;
  return {
    delivery: { eventName, accountId, events },
    sentAt: millisecondsOf(parsed.data["alert-message-date"]),
    versionId: parsed.data["version-id"],
  };
}

function millisecondsOf(date: unknown): number | undefined {
  const text = INSTANT.safeParse(date).data;
  return text === undefined ? undefined : Date.parse(text);
}

function parse(body: Uint8Array): unknown {
  try {
    const value = parseExactJson(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return knownSecrets.mayBeIn(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
      ? knownSecrets.cutAll(value)
      : value;
  } catch {
    throw new UnreadableDelivery("the body is not JSON"); // The parser's own message quotes it.
  }
}
