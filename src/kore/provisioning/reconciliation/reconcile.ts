import { type WireProvisioningRequest } from "../../api/connectivity-types.ts";
import { UNKNOWN_ZONE, UTC, type Zone, matchTiming } from "../../idempotency/ambiguous-outcome.ts";
import { integer, isRecord, list, record, rows, string } from "../../decoding/decode.ts";
import { type CommandEndpoints, type Finding, type SimCommand, type UnacknowledgedWrite } from "../command.ts";
import { type CommandVerb, isRecordVerb } from "../verbs.ts";
import { requestDate } from "./request-date.ts";
import { type Endpoint } from "./zone-offsets.ts";

type Requests = Pick<CommandEndpoints, "provisioningRequests" | "provisioningRequest" | "findByEffect">;

/** Local evidence, in addition to KORE's replies. */
export interface Evidence {
  /** Whether a request belongs to another write. */
  isClaimed: (requestId: string) => Promise<boolean>;
  /** Whether a request was observed before the write was sent. */
  wasSeenBefore?: (requestId: string) => boolean;
  /** Time zone of an endpoint's dates without a zone. */
  zoneOf?: (endpoint: Endpoint) => Zone;
  /** Reads a request of KORE's from which `zoneOf("detail")` can be learned, if there is one. Never rejects. */
  learnZone?: () => Promise<void>;
  /** Whether KORE's clock was off when the write was sent, or is now. */
  isClockOff?: () => boolean;
}

type Verdict = "yes" | "no" | "perhaps";

/** A request at KORE that may be the write. */
export interface Candidate {
  requestId: string;
  /** Whether it has exactly the write's SIMs. */
  sims: Exclude<Verdict, "no">;
  /** Whether its date matches. */
  timing: Exclude<Verdict, "no">;
}

/**
 * Request types that exclude a verb. KORE documents no type for suspending and terminating, and not which verbs have the
 * type StateChange, so only types that belong to other verbs exclude one.
 */
const OTHER_VERBS: Readonly<Record<CommandVerb, readonly string[]>> = {
  activate: ["deactivation", "reactivation", "planchange", "profilechange"],
  suspend: ["activation", "deactivation", "reactivation", "planchange", "profilechange"],
  reactivate: ["activation", "deactivation", "planchange", "profilechange"],
  deactivate: ["activation", "reactivation", "planchange", "profilechange"],
  "plan-feature-change": ["activation", "deactivation", "reactivation"],
  terminate: ["activation", "reactivation", "planchange", "profilechange"],
  "cancel-device-location": [],
  "esim-switch": ["downloadprofile", "enableprofile", "deleteprofile"],
  "esim-download": ["switchprofile", "enableprofile", "deleteprofile"],
  "esim-enable": ["switchprofile", "downloadprofile", "deleteprofile"],
  "esim-delete": ["switchprofile", "downloadprofile", "enableprofile"],
  "additional-fields": [],
  "connected-hardware": [],
  "cost-center": [],
  "sim-transfer": [],
};

/** Searches KORE's list for an unacknowledged write, by SIM, verb and time. */
export async function findUnacknowledgedWrite(
  lost: UnacknowledgedWrite,
  kore: Requests,
  evidence: Evidence,
): Promise<Finding> {
  if (isRecordVerb(lost.verb)) return (await kore.findByEffect?.(lost)) ?? NOT_LISTED;
  const { candidates, isWhole } = await searchUnacknowledgedWrite(lost, kore, evidence);
  const [candidate] = candidates;
  if (!candidate && !isWhole) return { kind: "unclear", message: "KORE's list of requests is incomplete" };
  // With a wrong clock neither waits nor dates prove anything, so not even an empty list does.
  if (evidence.isClockOff?.()) return { kind: "unclear", message: withNames(CLOCK_IS_OFF, candidates) };
  if (!candidate) return { kind: "absent" };
  const isSure = candidate.sims === "yes" && candidate.timing === "yes";
  if (candidates.length === 1 && isSure) return { kind: "found", requestId: candidate.requestId };
  return { kind: "unclear", message: withNames("KORE has requests that may be this one", candidates) };
}

const NOT_LISTED: Finding = { kind: "unclear", message: "KORE publishes no list of such requests" };

const CLOCK_IS_OFF = "KORE's clock and that of this server differ by more than five minutes";

const withNames = (message: string, candidates: readonly Candidate[]) =>
  candidates.length === 0 ? message : `${message}: ${candidates.map(({ requestId }) => requestId).join(", ")}`;

/** All requests at KORE that may be an unacknowledged write. It suffices to read the list of one of its SIMs. */
export async function searchUnacknowledgedWrite(
  lost: UnacknowledgedWrite,
  kore: Requests,
  evidence: Evidence,
): Promise<{ candidates: readonly Candidate[]; isWhole: boolean }> {
  const [sim] = lost.sims;
  if (!sim) throw new Error("A write has at least one SIM");
  if (isRecordVerb(lost.verb)) return { candidates: [], isWhole: false };
  const { requests, isWhole } = await requestsOf(lost, sim.id, kore);
  const candidates: Candidate[] = [];
  for (const [requestId, wire] of requests) {
    if (!mayBe(lost, wire) || evidence.wasSeenBefore?.(requestId) || (await evidence.isClaimed(requestId))) continue;
    const listed = timingAt("list", lost, wire["date-created"], evidence);
    if (listed?.verdict === "no") continue;
    const reply = await kore.provisioningRequest(lost.accountId, requestId, lost.verb);
    const detail = detailOf(record(reply, "provisioning-request"));
    const sims = simsOf(lost.sims, detail);
    if (sims === "no") continue;
    const timing = combine([listed, await timingOfDetail(lost, detail?.["date-created"], evidence)]);
    if (timing !== "no") candidates.push({ requestId, sims, timing });
  }
  return { candidates, isWhole };
}

/** Whether one request of KORE's may be an unacknowledged write, by its detail alone. */
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

/** Undefined without a date. */
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

/** Timing by a detail's date. An unknown zone is learned by one extra read where the result depends on it. */
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

/** Dates with a known zone take precedence, except that a "no" excludes every zone. */
function combine(timings: readonly (Timing | undefined)[]): Verdict {
  const given = timings.filter((timing) => timing !== undefined);
  const known = given.filter(({ isKnownZone }) => isKnownZone);
  if (given.some(({ verdict }) => verdict === "no")) return "no";
  const deciding = known.length > 0 ? known : given;
  return deciding.length > 0 && deciding.every(({ verdict }) => verdict === "yes") ? "yes" : "perhaps";
}

/**
 * All provisioning requests that name a SIM, by id. KORE states neither order nor page limits, so pages are read until
 * KORE's total is reached, or up to an empty page where it states none. Ended otherwise, the list may be incomplete. A
 * total below the number of records is ignored. A reply without `records` is not an empty page, and a record without an
 * id may be any request.
 */
async function requestsOf(
  { accountId, verb }: Pick<UnacknowledgedWrite, "accountId" | "verb">,
  simId: string,
  kore: Requests,
): Promise<{ requests: ReadonlyMap<string, Partial<WireProvisioningRequest>>; isWhole: boolean }> {
  const requests = new Map<string, Partial<WireProvisioningRequest>>();
  let page: number | undefined;
  let take = 100;
  let isReadable = true;
  for (;;) {
    const query = { "subscription-id": simId, page, take };
    const reply = record(await kore.provisioningRequests(accountId, query, verb), "provisioning-requests");
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
    if (page === undefined) take = records.length; // KORE may return less than requested; its page size decides.
    page = number + 1;
  }
}

/** Fewer SIMs than ours do not exclude a request: KORE may not have expanded it yet. */
function mayBe(lost: UnacknowledgedWrite, wire: Partial<WireProvisioningRequest>): boolean {
  const count = integer(wire["number-of-subscriptions"], "provisioning-requests.number-of-subscriptions");
  return !isOfAnotherVerb(lost.verb, wire) && (count === null || count <= lost.sims.length);
}

function isOfAnotherVerb(verb: CommandVerb, wire: Partial<WireProvisioningRequest> | undefined): boolean {
  const type = string(wire?.["request-type"], "provisioning-requests.request-type")?.trim().toLowerCase() ?? "";
  return OTHER_VERBS[verb].includes(type);
}

/** Whether a detail names exactly these SIMs. "perhaps": it names only some, or has unreadable rows; "no": it names another. */
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
    // A SIM with an ICCID alone may be one of ours whose ICCID is not known.
    else if (id === null && (iccid === null || sims.some((ours) => ours.iccid === null))) isReadable = false;
    else return "no";
  }
  return isReadable && found.size === sims.length ? "yes" : "perhaps";
}

/** KORE prints ICCIDs with and without the padding digit F. */
export const plainIccid = (iccid: string | null): string | null =>
  iccid?.trim().toUpperCase().replace(/F+$/, "") ?? null;

/**
 * The request inside KORE's detail reply. Its outer key is the literal `request-type` in KORE's description, and the name
 * of the type, such as `Deactivation`, in its samples. In this order: the literal key, the name of a type, the only key
 * with an object. That key is the default of the request's type.
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
