import { type ConnectivityApi, type ProvisioningVerb, type WireProvisioningRequest } from "../../api/connectivity.ts";
import { UNKNOWN_ZONE, UTC, type Zone, matchTiming } from "../../idempotency/ambiguous-outcome.ts";
import { integer, isRecord, list, record, rows, string } from "../../decoding/decode.ts";
import { type SimCommand } from "../command.ts";
import { requestDate } from "./request-date.ts";
import { type Endpoint } from "./zone-offsets.ts";

/** A write of which the reply was lost. */
export interface UnacknowledgedWrite {
  accountId: string;
  verb: ProvisioningVerb;
  sims: readonly SimCommand[];
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

/** Local evidence beside KORE's replies. */
export interface Evidence {
  /** Requests that are known to be the answers to other writes. */
  isClaimed: (requestId: string) => Promise<boolean>;
  /** Requests that were seen before the write was sent. */
  wasSeenBefore?: (requestId: string) => boolean;
  /** How far an endpoint's zone-less dates may be from UTC. */
  zoneOf?: (endpoint: Endpoint) => Zone;
  /** Asks KORE for what `zoneOf("detail")` can be learned from, where there is something. Never rejects. */
  learnZone?: () => Promise<void>;
  /** Whether KORE's clock and ours differed by more than we tolerate when it was sent, or do now. */
  isClockOff?: () => boolean;
}

type Verdict = "yes" | "no" | "perhaps";

/** A request at KORE that may be the write. */
export interface Candidate {
  requestId: string;
  /** Whether it has exactly the write's SIMs, and whether its date fits. */
  sims: Exclude<Verdict, "no">;
  timing: Exclude<Verdict, "no">;
}

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

/** Looks for a lost write in KORE's list, by SIM, verb and time. */
export async function findUnacknowledgedWrite(
  lost: UnacknowledgedWrite,
  kore: Requests,
  evidence: Evidence,
): Promise<Finding> {
  const { candidates, isWhole } = await searchUnacknowledgedWrite(lost, kore, evidence);
  const [candidate] = candidates;
  if (!candidate && !isWhole) return { kind: "unclear", message: "KORE's list of provisioning requests is not whole" };
  // No wait and no date is right by such clocks, so not even an empty list is proof.
  if (evidence.isClockOff?.()) return { kind: "unclear", message: withNames(CLOCK_IS_OFF, candidates) };
  if (!candidate) return { kind: "absent" };
  const isSure = candidate.sims === "yes" && candidate.timing === "yes";
  if (candidates.length === 1 && isSure) return { kind: "found", requestId: candidate.requestId };
  return { kind: "unclear", message: withNames("KORE holds what may be this request", candidates) };
}

const CLOCK_IS_OFF = "KORE's clock and that of this server differ by more than five minutes";

const withNames = (message: string, candidates: readonly Candidate[]) =>
  candidates.length === 0 ? message : `${message}: ${candidates.map(({ requestId }) => requestId).join(", ")}`;

/** All requests at KORE that may be a lost write. The list of any one of its SIMs has it if KORE has it. */
export async function searchUnacknowledgedWrite(
  lost: UnacknowledgedWrite,
  kore: Requests,
  evidence: Evidence,
): Promise<{ candidates: readonly Candidate[]; isWhole: boolean }> {
  const [sim] = lost.sims;
  if (!sim) throw new Error("A write without SIMs cannot be lost");
  const { requests, isWhole } = await requestsOf(lost.accountId, sim.id, kore);
  const candidates: Candidate[] = [];
  for (const [requestId, wire] of requests) {
    if (!mayBe(lost, wire) || evidence.wasSeenBefore?.(requestId) || (await evidence.isClaimed(requestId))) continue;
    const listed = timingAt("list", lost, wire["date-created"], evidence);
    if (listed?.verdict === "no") continue;
    const detail = detailOf(record(await kore.provisioningRequest(lost.accountId, requestId), "provisioning-request"));
    const sims = simsOf(lost.sims, detail);
    if (sims === "no") continue;
    const timing = combine([listed, await timingOfDetail(lost, detail?.["date-created"], evidence)]);
    if (timing !== "no") candidates.push({ requestId, sims, timing });
  }
  return { candidates, isWhole };
}

/** Whether one request of KORE's may be a lost write, by its detail alone. */
export async function isThisRequest(
  lost: UnacknowledgedWrite,
  reply: Readonly<Record<string, unknown>>,
  evidence: Evidence,
): Promise<boolean> {
  const detail = detailOf(reply);
  if (isOfAnotherVerb(lost.verb, detail) || simsOf(lost.sims, detail) === "no") return false;
  return (await timingOfDetail(lost, detail?.["date-created"], evidence))?.verdict !== "no";
}

interface Timing {
  verdict: Verdict;
  isKnownZone: boolean;
}

/** Undefined where KORE shows no date. */
function timingAt(
  endpoint: Endpoint,
  lost: UnacknowledgedWrite,
  created: unknown,
  evidence: Evidence,
): Timing | undefined {
  const date = requestDate(created);
  if (!date) return undefined;
  if (evidence.isClockOff?.()) return { verdict: "perhaps", isKnownZone: false };
  const zone = date.hasZone ? UTC : (evidence.zoneOf?.(endpoint) ?? UNKNOWN_ZONE);
  return { verdict: matchTiming(lost, date.time, zone, date.precision), isKnownZone: zone.isKnown };
}

/** The same of a detail. A zone that decides over it and is not known yet is learned at the cost of one read. */
async function timingOfDetail(
  lost: UnacknowledgedWrite,
  created: unknown,
  evidence: Evidence,
): Promise<Timing | undefined> {
  const timing = timingAt("detail", lost, created, evidence);
  if (!timing || timing.verdict === "no" || timing.isKnownZone || !evidence.learnZone) return timing;
  await evidence.learnZone();
  return timingAt("detail", lost, created, evidence);
}

/** A date whose zone is known decides over one whose zone is not, except that no zone at all explains a "no". */
function combine(timings: readonly (Timing | undefined)[]): Verdict {
  const given = timings.filter((timing) => timing !== undefined);
  const known = given.filter(({ isKnownZone }) => isKnownZone);
  if (given.some(({ verdict }) => verdict === "no")) return "no";
  const deciding = known.length > 0 ? known : given;
  return deciding.length > 0 && deciding.every(({ verdict }) => verdict === "yes") ? "yes" : "perhaps";
}

/**
 * All provisioning requests that name a SIM, by id. KORE states neither order nor page limits, so every page is read,
 * until as many are known as KORE says there are, or it shows an empty page and does not say; whatever else ends it, the
 * list may not be whole. A total of fewer than are known is none. A reply without any `records` is no empty page: it may be
 * about something else; and a record without an id may be any request.
 */
async function requestsOf(
  accountId: string,
  simId: string,
  kore: Requests,
): Promise<{ requests: ReadonlyMap<string, Partial<WireProvisioningRequest>>; isWhole: boolean }> {
  const requests = new Map<string, Partial<WireProvisioningRequest>>();
  let page: number | undefined;
  let take = 100;
  let isReadable = true;
  for (;;) {
    const query = { "subscription-id": simId, page, take };
    const reply = record(await kore.provisioningRequests(accountId, query), "provisioning-requests");
    const records = rows(reply.records, "provisioning-requests.records");
    const known = requests.size;
    for (const wire of records) {
      const id = string(wire["provisioning-request-id"], "provisioning-requests.provisioning-request-id");
      if (id === null) isReadable = false;
      else requests.set(id, wire);
    }
    const stated = integer(reply["total-records"], "provisioning-requests.total-records");
    const total = stated !== null && stated >= requests.size ? stated : null;
    const number = integer(reply.page, "provisioning-requests.page");
    if (requests.size === total) return { requests, isWhole: isReadable };
    if (records.length === 0)
      return { requests, isWhole: isReadable && total === null && Array.isArray(reply.records) };
    if (number === null || requests.size === known) return { requests, isWhole: false };
    if (page === undefined) take = records.length; // KORE may give less than was asked; pages are counted in what it gives.
    page = number + 1;
  }
}

/** Fewer SIMs than ours are no evidence: KORE may not have expanded the request yet. */
function mayBe(lost: UnacknowledgedWrite, wire: Partial<WireProvisioningRequest>): boolean {
  const count = integer(wire["number-of-subscriptions"], "provisioning-requests.number-of-subscriptions");
  return !isOfAnotherVerb(lost.verb, wire) && (count === null || count <= lost.sims.length);
}

function isOfAnotherVerb(verb: ProvisioningVerb, wire: Partial<WireProvisioningRequest> | undefined): boolean {
  const type = string(wire?.["request-type"], "provisioning-requests.request-type")?.trim().toLowerCase() ?? "";
  return OTHER_VERBS[verb].includes(type);
}

/**
 * Whether a request's detail names exactly these SIMs. "perhaps": it names only some of them, for now or in a shape that
 * we do not know. Only a SIM that is none of them is "no".
 */
function simsOf(sims: readonly SimCommand[], detail: Partial<WireProvisioningRequest> | undefined): Verdict {
  const named = list(detail?.subscriptions, "provisioning-request.subscriptions");
  const found = new Set<SimCommand>();
  let isReadable = true;
  for (const wire of named) {
    if (!isRecord(wire)) {
      isReadable = false;
      continue;
    }
    const id = string(wire["subscription-id"], "provisioning-request.subscription-id")?.trim() ?? null;
    const iccid = plainIccid(string(wire.iccid, "provisioning-request.iccid"));
    const sim = sims.find((ours) => ours.id === id || (iccid !== null && plainIccid(ours.iccid) === iccid));
    if (sim) found.add(sim);
    // One named by an ICCID alone may be one of ours whose ICCID we do not know.
    else if (id === null && (iccid === null || sims.some((ours) => ours.iccid === null))) isReadable = false;
    else return "no";
  }
  return isReadable && found.size === sims.length ? "yes" : "perhaps";
}

/** Printed with and without the padding digit F. */
const plainIccid = (iccid: string | null): string | null => iccid?.trim().toUpperCase().replace(/F+$/, "") ?? null;

/**
 * The request inside KORE's detail reply. Its outer key is the literal `request-type` in KORE's description and the name
 * of the type, such as `Deactivation`, in its samples. The literal key is taken first, else a type's name, else the only
 * key that holds an object. Such a key stands for the type where the request inside does not state it.
 */
export function detailOf(envelope: Readonly<Record<string, unknown>>): Partial<WireProvisioningRequest> | undefined {
  const literal = envelope["request-type"];
  if (isRecord(literal)) return literal;
  const objects = Object.entries(envelope).filter((entry): entry is [string, Record<string, unknown>] =>
    isRecord(entry[1]),
  );
  const only = objects.length === 1 ? objects[0] : undefined;
  const found = objects.find(([key]) => TYPE_NAMES.has(key.trim().toLowerCase())) ?? only;
  if (!found) return undefined;
  const [name, detail] = found;
  const stated = string(detail["request-type"], "provisioning-request.request-type");
  return { ...detail, "request-type": stated ?? name };
}

const TYPE_NAMES: ReadonlySet<string> = new Set([
  "activation",
  "statechange",
  "deactivation",
  "reactivation",
  "planchange",
  "profilechange",
]);
