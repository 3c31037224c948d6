import {
  batchLoader,
  callsInBatches,
  checkedFirst,
  costOfPage,
  cursorsOf,
  type FieldCost,
  Page,
  pageWithoutCalls,
  parsePagingState,
  readRange,
  userInputError,
} from "../../graph/index.ts";
import { KoreError, decode } from "../../kore/index.ts";
import { type LoaderContext, refKey } from "../resource.ts";
import { type SimSubscription, plainIccid } from "../subscription/index.ts";
import { type SessionListArgs } from "./session.inputs.ts";
import { type Presence, type SessionPage, toPresence, toSessionPage } from "./session.mapper.ts";
import { type SimSession } from "./session.type.ts";

/** Values that one of KORE's session calls takes. */
const MAX_VALUES = 100;

/** The time of sessions; the default of each end is KORE's. */
interface SessionWindow {
  from?: Date | null;
  to?: Date | null;
}

const LONGEST_WINDOW = 7 * 24 * 60 * 60_000;

/** Our clock may be ahead of KORE's, by which its last 7 days are. Milliseconds. */
const TOLERANCE = 15 * 60_000;

/** The window in KORE's parameters. */
export function windowQuery({ from, to }: SessionWindow) {
  if (from && to && from > to) throw userInputError("from: must not be after to");
  if (from && to && to.getTime() - from.getTime() > LONGEST_WINDOW) {
    throw userInputError("from: must be at most 7 days before to");
  }
  const oldest = Date.now() - LONGEST_WINDOW - TOLERANCE;
  for (const [name, at] of Object.entries({ from, to })) {
    if (at && at.getTime() < oldest) throw userInputError(`${name}: must be within KORE's last 7 days`);
  }
  return { "date-range-start": from?.toISOString(), "date-range-end": to?.toISOString() };
}

/** A page of the sessions of one SIM. KORE's reply has no subscription-id, so a SIM without ICCID is read alone. */
interface SessionPageRef {
  accountId: string;
  /** Of a SIM without ICCID. */
  id?: string | undefined;
  iccid: string | null;
  window: ReturnType<typeof windowQuery>;
  /** From 0. */
  page: number;
  size: number;
}

/** Pages of sessions, null where KORE has no data for the SIM: ceil(n / 100) calls for the same page of n SIMs. */
export const sessionPages = batchLoader<LoaderContext, SessionPageRef, SessionPage | null, readonly SessionPage[]>({
  key: (ref) => JSON.stringify([ref.accountId, ref.id, ref.iccid, ref.window, ref.page, ref.size]),
  groupBy: ({ accountId, id, window, page, size }) => JSON.stringify([accountId, id, window, page, size]),
  per: MAX_VALUES,
  concurrency: 4,
  load: async (_, refs, context) => {
    const found: SessionPage[] = [];
    for (let left: readonly SessionPageRef[] = refs; ;) {
      const pages = await readSessions(left, context);
      found.push(...pages);
      const missing = left.filter((ref) => !pages.some((page) => isOf(page, ref)));
      // KORE does not state that pages are those of each SIM. As many SIMs as the page size may be a page of SIMs.
      const isPageOfSims = pages.length === refs[0].size && missing.length > 0 && missing.length < left.length;
      if (!isPageOfSims) return found;
      left = missing;
    }
  },
  pick: (found, ref) => found.find((page) => isOf(page, ref)) ?? null,
});

/** Reads the same page of the sessions of SIMs of an account, in one call. */
async function readSessions(refs: readonly SessionPageRef[], { kore }: LoaderContext): Promise<SessionPage[]> {
  const [first] = refs;
  if (!first) return [];
  const { accountId, id, window, page, size } = first;
  const reply = await kore.connectivity
    .sessions(accountId, {
      "query-by-field": id === undefined ? "iccid" : "subscription-id",
      "query-by-values": id === undefined ? refs.map(({ iccid }) => iccid ?? "") : [id],
      "include-active-sessions": true,
      ...window,
      "page-number": page + 1,
      "page-size": size,
      "sort-by": "startTime:DESC",
    })
    .catch(KoreError.nullIfNotFound);
  return decode.rows(reply, "sessions", SESSION_KEYS).map((wire) => toSessionPage(wire, kore.unknown));
}

/** A SIM without ICCID is read alone, so that any reply is its own. */
const isOf = (page: SessionPage, { iccid }: SessionPageRef): boolean =>
  iccid === null || (page.iccid !== null && isSameIccid(page.iccid, iccid));

const SESSION_KEYS = ["subscription-urn", "iccid", "msisdn", "session-count", "session-data"] as const;

const isSameIccid = (one: string, other: string) => plainIccid(one) === plainIccid(other);

type SimRef = Pick<SimSubscription, "accountId" | "id" | "iccid">;

/**
 * Reads a page of a SIM's sessions, the newest first. KORE's default window ends now, so that a session which begins between
 * two pages would move the others: the cursor stores the window's end of the first page.
 */
export async function listSessions(
  { accountId, id, iccid }: SimRef,
  args: SessionListArgs,
  context: LoaderContext,
): Promise<Page<SimSession>> {
  const first = checkedFirst(args);
  const given = windowQuery(args);
  const cursors = cursorsOf(["sessions", accountId, id, given]);
  const { offset, state } = cursors.decode(args.after);
  const pinned = pinnedEndIn(state);
  const window = pinned === undefined ? given : { ...given, "date-range-end": new Date(pinned).toISOString() };
  const sim = { accountId, iccid, ...(iccid === null && { id }) };
  const range = await readRange({ offset, first, ...parsePagingState(state) }, async (page, size) => {
    const found = await sessionPages(context).load({ ...sim, window, page, size });
    const { sessions: items, count: total } = found ?? { sessions: [], count: 0 };
    const read = { items, total, more: null };
    return page === 0 && size > 1 ? decode.firstPage(read, "sessions.session-data") : read;
  });
  const end = given["date-range-end"] === undefined ? [pinned ?? endBehind(range.items)] : [];
  return Page.ofRange(range, { cursors, offset }, end);
}

/** Of a cursor's state: the window's end of the first page, where that was KORE's default. Milliseconds since the epoch. */
function pinnedEndIn(state: string): number | undefined {
  const [end, , pagingState] = state.split(",");
  return pagingState === undefined ? undefined : Number(end);
}

/** Now, or behind the newest session where KORE's clock is ahead of ours. KORE's times may be cut to seconds. */
function endBehind([newest]: readonly SimSession[]): number {
  return Math.max(Date.now(), (newest?.startedAt?.getTime() ?? 0) + 1000);
}

/** A hundred SIMs share each call. */
export const costOfSessions: FieldCost = (place) => {
  const { parent } = place;
  costOfPage({ ...place, parent: { ...parent, count: callsInBatches(parent, MAX_VALUES) } });
  return pageWithoutCalls(place);
};

/** The latest RADIUS events of SIMs, null where KORE has none: ceil(n / 100) calls. */
export const presenceBySim = batchLoader<LoaderContext, SimRef, Presence | null, readonly Presence[]>({
  key: refKey,
  groupBy: ({ accountId }) => accountId,
  per: MAX_VALUES,
  concurrency: 4,
  load: async (accountId, refs, { kore }) => {
    const reply = await kore.connectivity
      .inSession(accountId, {
        "query-by-field": "subscription-id",
        "query-by-values": refs.map(({ id }) => id),
        "include-session-timestamp": true,
      })
      .catch(KoreError.nullIfNotFound);
    return decode.rows(reply, "in-session", PRESENCE_KEYS).map((wire) => toPresence(wire, kore.unknown));
  },
  pick: (found, { id, iccid }) =>
    found.find(({ subscriptionId }) => subscriptionId === id) ??
    found.find(
      (one) => one.subscriptionId === null && one.iccid !== null && iccid !== null && isSameIccid(one.iccid, iccid),
    ) ??
    null,
});

const PRESENCE_KEYS = ["subscription-id", "iccid", "msisdn", "in-session"] as const;
