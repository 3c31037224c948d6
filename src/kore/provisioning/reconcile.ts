import { type ConnectivityApi, type ProvisioningVerb, type WireProvisioningRequest } from "../connectivity.ts";
import { timingOf } from "../lost-replies.ts";
import { instant, integer, isRecord, list, record, text } from "../reading.ts";
import { type SimOrder } from "./order.ts";

/** A write of which the reply was lost. */
export interface LostWrite {
  accountId: string;
  verb: ProvisioningVerb;
  sims: readonly SimOrder[];
  /** When it was sent, and until when KORE may still make its request. Milliseconds since the epoch. */
  sentAt: number;
  settlesAt: number;
}

export type Finding =
  /** KORE has it. */
  | { kind: "found"; requestId: string }
  /** KORE's list was read whole and does not have it. */
  | { kind: "absent" }
  /** Something is there that may be it, or more than one thing. */
  | { kind: "unclear"; message: string };

type Requests = Pick<ConnectivityApi, "provisioningRequests" | "provisioningRequest">;

/** KORE states no zone for its dates. No offset from UTC is larger than this. */
const ZONE_LIMIT = 14 * 60 * 60_000;

/**
 * Types that speak against a verb. KORE names none for suspending and terminating and does not say which go by
 * StateChange, so a type that is not another verb's own is no evidence.
 */
const OTHER_VERBS: Readonly<Record<ProvisioningVerb, readonly string[]>> = {
  activate: ["deactivation", "reactivation", "planchange", "profilechange"],
  suspend: ["activation", "deactivation", "reactivation", "planchange", "profilechange"],
  reactivate: ["activation", "deactivation", "planchange", "profilechange"],
  deactivate: ["activation", "reactivation", "planchange", "profilechange"],
  "plan-feature-change": ["activation", "deactivation", "reactivation"],
  terminate: ["activation", "reactivation", "planchange", "profilechange"],
};

/**
 * Looks for a lost write in KORE's list, by SIM, verb and time. The list of any one of its SIMs has it if KORE has it.
 * `isClaimed` leaves out requests that are known to be the answers to other writes.
 */
export async function findLostWrite(
  lost: LostWrite,
  kore: Requests,
  isClaimed: (requestId: string) => Promise<boolean>,
): Promise<Finding> {
  const [sim] = lost.sims;
  if (!sim) throw new Error("A write without SIMs cannot be lost");
  const matches: { requestId: string; isSure: boolean }[] = [];
  const { requests, isWhole } = await requestsOf(lost.accountId, sim.id, kore);
  for (const [requestId, wire] of requests) {
    if (!mayBe(lost, wire) || (await isClaimed(requestId))) continue;
    const timing = timingOf(lost, instant(wire["date-created"], "provisioning-requests.date-created"), ZONE_LIMIT);
    const sims = timing === "no" ? "no" : await hasSims(lost, requestId, kore);
    if (sims !== "no") matches.push({ requestId, isSure: timing === "yes" && sims === "yes" });
  }
  const [match] = matches;
  if (!match && !isWhole) return { kind: "unclear", message: "KORE's list of provisioning requests is not whole" };
  if (!match) return { kind: "absent" };
  if (matches.length === 1 && match.isSure) return { kind: "found", requestId: match.requestId };
  const which = matches.map(({ requestId }) => requestId).join(", ");
  return { kind: "unclear", message: `KORE holds what may be this request: ${which}` };
}

/**
 * All provisioning requests that name a SIM, by id. KORE states neither order nor page limits, so every page is read,
 * until as many are known as KORE says there are, or it shows an empty page and does not say; whatever else ends it, the
 * list may not be whole. A reply without any `records` is no empty page: it may be about something else.
 */
async function requestsOf(
  accountId: string,
  simId: string,
  kore: Requests,
): Promise<{ requests: ReadonlyMap<string, Partial<WireProvisioningRequest>>; isWhole: boolean }> {
  const requests = new Map<string, Partial<WireProvisioningRequest>>();
  let page: number | undefined;
  let take = 100;
  for (;;) {
    const query = { "subscription-id": simId, page, take };
    const reply = record(await kore.provisioningRequests(accountId, query), "provisioning-requests");
    const records = list(reply.records, "provisioning-requests.records");
    const known = requests.size;
    for (const wire of records) {
      const id = text(wire["provisioning-request-id"], "provisioning-requests.provisioning-request-id");
      if (id !== null) requests.set(id, wire);
    }
    const stated = integer(reply["total-records"], "provisioning-requests.total-records");
    const total = stated !== null && stated >= 0 ? stated : null;
    const number = integer(reply.page, "provisioning-requests.page");
    if (total !== null && requests.size >= total) return { requests, isWhole: true };
    if (records.length === 0) return { requests, isWhole: total === null && Array.isArray(reply.records) };
    if (number === null || requests.size === known) return { requests, isWhole: false };
    if (page === undefined) take = records.length; // KORE may give less than was asked; pages are counted in what it gives.
    page = number + 1;
  }
}

function mayBe(lost: LostWrite, wire: Partial<WireProvisioningRequest>): boolean {
  const type = text(wire["request-type"], "provisioning-requests.request-type")?.toLowerCase() ?? "";
  const count = integer(wire["number-of-subscriptions"], "provisioning-requests.number-of-subscriptions");
  return !OTHER_VERBS[lost.verb].includes(type) && (count === null || count === lost.sims.length);
}

/** "perhaps": KORE names no SIMs, for now or in a shape that we do not know. */
async function hasSims(lost: LostWrite, requestId: string, kore: Requests): Promise<"yes" | "no" | "perhaps"> {
  const reply = record(await kore.provisioningRequest(lost.accountId, requestId), "provisioning-request");
  const detail = detailOf(reply);
  const named = list(detail?.subscriptions, "provisioning-request.subscriptions");
  if (named.length === 0) return "perhaps";
  const ids = new Set<string | null>();
  for (const sim of named) {
    ids.add(text(sim["subscription-id"], "provisioning-request.subscription-id"));
    ids.add(text(sim.iccid, "provisioning-request.iccid"));
  }
  const hasAll = lost.sims.every(({ id, iccid }) => ids.has(id) || ids.has(iccid ?? id));
  return hasAll && named.length === lost.sims.length ? "yes" : "no";
}

/**
 * The request inside KORE's detail reply. The outer key reads `request-type`, but KORE attaches a list of type names
 * to it, so it may be a placeholder for one of them: the literal key first, else the only key that holds an object.
 */
export function detailOf(envelope: Readonly<Record<string, unknown>>): Partial<WireProvisioningRequest> | undefined {
  const literal = envelope["request-type"];
  if (isRecord(literal)) return literal;
  const objects = Object.values(envelope).filter(isRecord);
  return objects.length === 1 ? objects[0] : undefined;
}
