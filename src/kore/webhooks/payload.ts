import * as z from "zod";
import { parseExactJson } from "../../common/exact-json.ts";
import { knownSecrets } from "../../common/known-secrets.ts";

/** Event names in KORE's samples and in its customers' code. Rules may send others: `GET …/events` lists an account's. */
export const WEBHOOK_EVENTS = {
  stateChanged: "connectivity.subscription.state.changed",
  provisioningStatusChanged: "connectivity.provisioning.request.status.changed",
  smsFromDevice: "connectivity.smsapi.mobileoriginated",
  smsToDevice: "connectivity.smsapi.mobileterminated",
} as const;

const KNOWN_EVENTS: ReadonlySet<string> = new Set(Object.values(WEBHOOK_EVENTS));

export function isKnownEvent(eventName: string): boolean {
  return KNOWN_EVENTS.has(eventName);
}

/** One webhook of KORE's: events of one name and account. */
export interface KoreWebhook {
  /** Such as `connectivity.subscription.state.changed`. Unknown names are passed on. */
  eventName: string;
  accountId: string | null;
  /** The alert that it delivers. Replicas of earlier versions store none. */
  alert?: KoreAlert | undefined;
  /** `data` in KORE's own spelling, with the fields that an event has beside it. */
  events: { id: string | null; data: Record<string, unknown> }[];
}

interface KoreAlert {
  id: string | null;
  ruleId: string | null;
  ruleName: string | null;
  /** `alert-message-date`, milliseconds since the epoch; null when absent or in an unknown form. */
  sentAt: number | null;
}

export type ParsedPayload =
  | {
      webhook: KoreWebhook;
      /** `alert-message-date`, milliseconds since the epoch; undefined when absent or in an unknown form. */
      sentAt: number | undefined;
      /** KORE states neither its form nor its values. */
      versionId: string | null;
    }
  /** The body is not one of KORE's. The problem quotes no part of it. */
  | { problem: string };

/** KORE's sample has integers where its REST API has strings. Integers that are not exact are refused. */
const id = z
  .union([z.string(), z.int().transform(String)])
  .nullish()
  .transform((value) => value ?? null);

/** KORE's sample: `2021-09-28T10:09:25Z`. Dates without a zone are read as UTC. */
const INSTANT = z.iso
  .datetime({ offset: true })
  .or(z.iso.datetime({ local: true }).transform((text) => `${text}Z`))
  .or(z.iso.date());

/** Of a field that is only shown, so that no form of it refuses the events. */
const shown = id.catch(null);

/** Only used fields are validated: KORE declares none as required, and does not describe an event's data. */
const PAYLOAD = z.object({
  "event-name": z.string().min(1),
  "alert-id": shown,
  "alert-message-date": z.unknown().optional(),
  "rule-id": shown,
  "rule-name": shown,
  "version-id": shown,
  account: id,
  events: z
    .array(
      z
        .looseObject({ id, data: z.record(z.string(), z.unknown()).nullish() })
        .transform(({ id, data, ...beside }) => ({ id, data: { ...beside, ...data } })),
    )
    .nullish()
    .transform((events) => events ?? []),
});

export function parsePayload(body: Uint8Array): ParsedPayload {
  let json: unknown;
  try {
    json = parseJson(body);
  } catch {
    return { problem: "the body is not JSON" }; // The parser's own message quotes the body.
  }
  const parsed = PAYLOAD.safeParse(json);
  if (!parsed.success) return { problem: "the body does not have the shape of a KORE alert" };
  const { "event-name": eventName, "alert-message-date": date, "version-id": versionId } = parsed.data;
  const { account: accountId, events, "alert-id": alertId, "rule-id": ruleId, "rule-name": ruleName } = parsed.data;
  const sentAt = millisecondsOf(date);
  const alert = { id: alertId, ruleId, ruleName, sentAt: sentAt ?? null };
  return { webhook: { eventName, accountId, alert, events }, sentAt, versionId };
}

function millisecondsOf(date: unknown): number | undefined {
  const text = INSTANT.safeParse(date).data;
  return text === undefined ? undefined : Date.parse(text);
}

/** The value of the JSON without our own credentials. */
function parseJson(body: Uint8Array): unknown {
  const value = parseExactJson(new TextDecoder("utf-8", { fatal: true }).decode(body), body);
  const isSuspect = knownSecrets.mayBeIn(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  return isSuspect ? knownSecrets.redactAll(value) : value;
}
