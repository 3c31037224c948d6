import { type CallerSignal } from "../../common/abort.ts";
import {
  checkedFirst,
  cursorsOf,
  eachLoader,
  parsePagingState,
  Page,
  type PageArgs,
  readRange,
  userInputError,
} from "../../graph/index.ts";
import { KoreError, type KoreSession, type PollOptions, decode, walkList } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { type Ref, refKey } from "../resource.ts";
import { type ProvisioningRequestFilter } from "./provisioning-request.inputs.ts";
import {
  acknowledged,
  toListedProvisioningRequest,
  toWholeProvisioningRequest,
} from "./provisioning-request.mapper.ts";
import { type ProvisioningRequest } from "./provisioning-request.type.ts";

/**
 * Provisioning requests with their SIMs, which KORE reads only one at a time. A recently acknowledged request that is not
 * yet visible is loaded from its acknowledgement; any other unknown one is null.
 */
export const eachProvisioningRequest = eachLoader({
  key: refKey,
  per: "key",
  concurrency: 8,
  load: async (ref: Ref, { kore, provisioning }: Context): Promise<ProvisioningRequest | null> => {
    const reply = await readReply(ref, kore).catch(KoreError.nullIfNotFound);
    if (reply) return toWholeProvisioningRequest(ref, reply, kore.unknown);
    return (await provisioning.isJustAcknowledged(ref.accountId, ref.id)) ? acknowledged(ref) : null;
  },
});

async function readReply({ accountId, id }: Ref, kore: KoreSession) {
  return decode.record(await kore.connectivity.provisioningRequest(accountId, id), "provisioning-request");
}

/**
 * The states of a provisioning request: the present one first, then each change, until it is finished. All watchers share
 * one poller, which reads with a session that no caller's abort ends.
 */
export function watchProvisioningRequest(
  ref: Ref,
  { watcher, kore, commands, isJustAcknowledged, sharePoll }: Context["provisioning"],
  signal?: CallerSignal,
): AsyncGenerator<ProvisioningRequest, void> {
  const { accountId, id } = ref;
  let latest: ProvisioningRequest | undefined;
  const watched = {
    key: refKey(ref),
    read: async ({ notBefore, freshFor }: PollOptions) => {
      try {
        const poll = () => readReply(ref, kore);
        const reply = sharePoll ? await sharePoll(refKey(ref), poll, notBefore, freshFor) : await poll();
        latest = toWholeProvisioningRequest(ref, reply, kore.unknown);
        await commands.recordProgress(accountId, id, reply);
        return latest;
      } catch (error) {
        const isNotShown = error instanceof KoreError && error.kind === "not-found";
        if (!isNotShown || !(await isJustAcknowledged(accountId, id))) throw error;
        return latest ?? acknowledged(ref); // KORE has acknowledged it recently, so polling continues.
      }
    },
    versionOf: (request: ProvisioningRequest) => JSON.stringify(request),
    isFinal: ({ detail }: ProvisioningRequest) => detail?.isFinal ?? false,
  };
  return watcher.watch(watched, signal);
}

/** Query parameters of KORE's list call. */
export type ProvisioningQuery = Parameters<Context["kore"]["connectivity"]["provisioningRequests"]>[1];

/**
 * Reads one of KORE's pages of provisioning requests, in one call. A 204 is an empty page.
 *
 * @throws KoreError `contract` for a reply without a list
 */
async function provisioningPage(accountId: string, query: ProvisioningQuery, { kore }: Context) {
  const reply = await kore.connectivity.provisioningRequests(accountId, query);
  const total = decode.count(reply?.["total-records"], "provisioning-requests.total-records");
  const wires = decode.rows(
    decode.listed(reply, "records", "provisioning-requests", total),
    "provisioning-requests.records",
  );
  return {
    items: wires.map((wire) => toListedProvisioningRequest(accountId, wire, kore.unknown)),
    total,
    more: null,
    page: decode.integer(reply?.page, "provisioning-requests.page"),
  };
}

/**
 * Reads pages by index. KORE does not state the number of its first page, so that is requested without a number, and its
 * reply's number counts; default 1, as in the sibling APIs.
 */
function pagesOf(accountId: string, conditions: ProvisioningQuery, context: Context, knownFirstPage?: number) {
  let firstPage = knownFirstPage;
  const readPage = async (index: number, size: number) => {
    const number = firstPage === undefined ? undefined : firstPage + index;
    const reply = await provisioningPage(accountId, { page: number, take: size, ...conditions }, context);
    firstPage ??= reply.page ?? 1;
    return index === 0 ? decode.firstPage(reply, "provisioning-requests.records") : reply;
  };
  return { read: readPage, firstPage: () => firstPage ?? 1 };
}

/** The newest request of a SIM. KORE states no order, so all of the SIM's requests are read. */
export const eachLastProvisioningRequest = eachLoader({
  key: refKey,
  per: "key",
  concurrency: 8,
  load: async (sim: Ref, context: Context): Promise<ProvisioningRequest | null> => {
    let newest: ProvisioningRequest | null = null;
    const pages = pagesOf(sim.accountId, { "subscription-id": sim.id }, context);
    let isAll = false;
    for await (const { items, isWhole } of walkList(PAGE_SIZE, idOf, pages.read)) {
      for (const request of items) {
        if (!newest || (request.createdAt ?? LONG_AGO) > (newest.createdAt ?? LONG_AGO)) newest = request;
      }
      isAll = isWhole;
    }
    if (!isAll) throw decode.contractError("provisioning-requests.total-records");
    return newest;
  },
});

/**
 * Sources of requests that were read by their ids, which KORE gives in lists only: the list of one of its SIMs is read,
 * usually one call. Null for a request that KORE's list does not show yet.
 */
export const eachSource = eachLoader({
  key: refKey,
  per: "key",
  concurrency: 8,
  load: async ({ accountId, id, detail }: ProvisioningRequest, context: Context): Promise<string | null> => {
    const sim = detail?.subscriptions.find(({ subscriptionId, iccid }) => subscriptionId ?? iccid);
    if (!sim) return null;
    const { subscriptionId, iccid } = sim;
    const filter = subscriptionId === null ? { iccid: iccid ?? undefined } : { "subscription-id": subscriptionId };
    const pages = pagesOf(accountId, filter, context);
    for await (const { items } of walkList(PAGE_SIZE, idOf, pages.read)) {
      const listed = items.find((request) => request.id === id);
      if (listed) return listed.source ?? null;
    }
    return null;
  },
});

const idOf = ({ id }: ProvisioningRequest) => id;

/** More requests than most SIMs ever have, so that one call suffices. */
const PAGE_SIZE = 100;
const LONG_AGO = new Date(0);

/**
 * Reads a page of an account's provisioning requests. The cursor stores the number of KORE's first page and its page size,
 * neither of which KORE documents.
 */
export async function listProvisioningRequests(
  accountId: string,
  page: PageArgs,
  filter: ProvisioningRequestFilter | null | undefined,
  context: Context,
): Promise<Page<ProvisioningRequest>> {
  const first = checkedFirst(page);
  const { subscriptionId, iccid } = filter ?? {};
  if (subscriptionId && iccid) throw userInputError("filter: give one of subscriptionId and iccid");
  const conditions = { "subscription-id": subscriptionId ?? undefined, iccid: iccid ?? undefined };

  const cursors = cursorsOf(["provisioningRequests", accountId, conditions]);
  const { offset, state } = cursors.decode(page.after);
  const firstPage = state === "" ? undefined : Number(state.split(",")[0]);
  const pages = pagesOf(accountId, conditions, context, firstPage);
  const range = await readRange({ offset, first, ...parsePagingState(state) }, pages.read, idOf);
  return Page.ofRange(range, { cursors, offset }, [pages.firstPage()]);
}
