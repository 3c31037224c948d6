import { type ConnectivityApi, type ProvisioningVerb, type WireProvisioningRequest } from "../connectivity.ts";
import { instant, integer, isRecord, list, record, text } from "../reading.ts";
import { type SimOrder } from "./order.ts";

/** A write of which the reply was lost. */
export interface LostWrite {
  accountId: string;
  verb: ProvisioningVerb;
  sims: readonly SimOrder[];
  /** When it was sent. Milliseconds since the epoch. */
  sentAt: number;
}

export type Finding =
  /** KORE has it. */
  | { kind: "found"; requestId: string }
  /** KORE's list was read whole and does not have it. */
  | { kind: "absent" }
  /** Something is there that may be it, or more than one thing. */
  | { kind: "unclear"; message: string };

type Requests = Pick<ConnectivityApi, "provisioningRequests" | "provisioningRequest">;

/** Our clock and KORE's may differ by this much. */
const CLOCK_SKEW = 5 * 60_000;

/** KORE states no zone for its dates. Offsets from UTC are whole quarters of an hour and no larger than this. */
const ZONE_STEP = 15 * 60_000;
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
  const matches: { requestId: string; isTimely: boolean }[] = [];
  for (const wire of await requestsOf(lost.accountId, sim.id, kore)) {
    const requestId = text(wire["provisioning-request-id"], "provisioning-requests.provisioning-request-id");
    if (requestId === null || !mayBe(lost, wire) || (await isClaimed(requestId))) continue;
    const timing = timingOf(lost.sentAt, instant(wire["date-created"], "provisioning-requests.date-created"));
    if (timing !== "no" && (await hasSims(lost, requestId, kore)))
      matches.push({ requestId, isTimely: timing === "yes" });
  }
  const [match] = matches;
  if (!match) return { kind: "absent" };
  if (matches.length === 1 && match.isTimely) return { kind: "found", requestId: match.requestId };
  const which = matches.map(({ requestId }) => requestId).join(", ");
  return { kind: "unclear", message: `KORE holds what may be this request: ${which}` };
}

/** All provisioning requests that name a SIM. KORE states neither order nor page limits, so every page is read. */
async function requestsOf(
  accountId: string,
  simId: string,
  kore: Requests,
): Promise<Partial<WireProvisioningRequest>[]> {
  const found: Partial<WireProvisioningRequest>[] = [];
  let page: number | undefined;
  let take = 100;
  for (;;) {
    const query = { "subscription-id": simId, page, take };
    const reply = record(await kore.provisioningRequests(accountId, query), "provisioning-requests");
    const records = list(reply.records, "provisioning-requests.records");
    found.push(...records);
    const total = integer(reply["total-records"], "provisioning-requests.total-records");
    const number = integer(reply.page, "provisioning-requests.page");
    if (records.length === 0 || number === null || found.length >= (total ?? found.length)) return found;
    take = records.length; // KORE may give less than was asked; pages are counted in what it gives.
    page = number + 1;
  }
}

function mayBe(lost: LostWrite, wire: Partial<WireProvisioningRequest>): boolean {
  const type = text(wire["request-type"], "provisioning-requests.request-type")?.toLowerCase() ?? "";
  const count = integer(wire["number-of-subscriptions"], "provisioning-requests.number-of-subscriptions");
  return !OTHER_VERBS[lost.verb].includes(type) && (count === null || count === lost.sims.length);
}

/** "perhaps": the time is missing, or off by what another time zone than UTC would explain. */
function timingOf(sentAt: number, created: Date | null): "yes" | "no" | "perhaps" {
  if (!created) return "perhaps";
  const later = created.getTime() - sentAt;
  if (later >= -CLOCK_SKEW && later <= CLOCK_SKEW) return "yes";
  const offZone = Math.abs(later - Math.round(later / ZONE_STEP) * ZONE_STEP);
  return Math.abs(later) <= ZONE_LIMIT + CLOCK_SKEW && offZone <= CLOCK_SKEW ? "perhaps" : "no";
}

async function hasSims(lost: LostWrite, requestId: string, kore: Requests): Promise<boolean> {
  const reply = record(await kore.provisioningRequest(lost.accountId, requestId), "provisioning-request");
  const detail = detailOf(reply);
  const named = list(detail?.subscriptions, "provisioning-request.subscriptions");
  const ids = new Set<string | null>();
  for (const sim of named) {
    ids.add(text(sim["subscription-id"], "provisioning-request.subscription-id"));
    ids.add(text(sim.iccid, "provisioning-request.iccid"));
  }
  return named.length === lost.sims.length && lost.sims.every(({ id, iccid }) => ids.has(id) || ids.has(iccid ?? id));
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
