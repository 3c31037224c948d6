import { type CallerSignal } from "../../common/abort.ts";
import {
  type Page,
  type PageArgs,
  checkedFirst,
  cursorsOf,
  pageOfUnnumberedList,
  eachLoader,
} from "../../graph/index.ts";
import {
  KoreError,
  type KoreSession,
  type PollOptions,
  type WireEsimRequest,
  decode,
  esimRequestList,
  progressOf,
  provisioningDetail,
} from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { type Ref, refKey } from "../resource.ts";
import { acknowledgedEsimRequest, toEsimRequest, toWholeEsimRequest } from "./esim-request.mapper.ts";
import { type EsimRequest } from "./esim-request.type.ts";

/**
 * eSIM requests with their eSIMs, which KORE reads only one at a time. A recently acknowledged request that is not yet
 * visible is loaded from its acknowledgement; any other unknown one is null.
 */
export const eachEsimRequest = eachLoader({
  key: refKey,
  per: "key",
  concurrency: 8,
  load: async (ref: Ref, { kore, provisioning }: Context): Promise<EsimRequest | null> => {
    const reply = await readReply(ref, kore).catch(KoreError.nullIfNotFound);
    if (reply) return (await observed(ref, reply, provisioning)).request;
    return (await provisioning.isJustAcknowledged(ref.accountId, ref.id, "esim")) ? acknowledgedEsimRequest(ref) : null;
  },
});

async function readReply({ accountId, id }: Ref, kore: KoreSession): Promise<WireEsimRequest> {
  return decode.record(await kore.connectivity.esimRequest(accountId, id), "esim-request");
}

type Ports = Context["provisioning"];

/** The request in a reply, whose progress commands get to know. */
async function observed(ref: Ref, reply: WireEsimRequest, { kore, endpointsOf, commands }: Ports) {
  const { accountId, id } = ref;
  const envelope = decode.record(endpointsOf(kore).esim.inProvisioningShape(accountId, id, reply), "esim-request");
  const isFinal = progressOf(provisioningDetail(envelope)).end === "reached";
  await commands.recordProgress(accountId, id, envelope, "esim");
  return { request: toWholeEsimRequest(ref, reply, isFinal, kore.unknown), isFinal };
}

/**
 * The states of an eSIM request: the present one first, then each change, until it is finished. All watchers share one
 * poller, which reads with a session that no caller's abort ends. At its end reads of SIMs are invalidated: a switch gives
 * an eSIM another ICCID, IMSI and MSISDN.
 */
export function watchEsimRequest(ref: Ref, ports: Ports, signal?: CallerSignal): AsyncGenerator<EsimRequest, void> {
  const { accountId, id } = ref;
  const { esim, kore, isJustAcknowledged, sharePoll, invalidateReads } = ports;
  let latest: EsimRequest | undefined;
  const watched = {
    key: refKey(ref),
    read: async ({ notBefore, freshFor }: PollOptions) => {
      try {
        const poll = () => readReply(ref, kore);
        const reply = sharePoll ? await sharePoll(`esim ${refKey(ref)}`, poll, notBefore, freshFor) : await poll();
        const { request, isFinal } = await observed(ref, reply, ports);
        if (isFinal) await invalidateReads();
        return (latest = request);
      } catch (error) {
        const isNotShown = error instanceof KoreError && error.kind === "not-found";
        if (!isNotShown || !(await isJustAcknowledged(accountId, id, "esim"))) throw error;
        return latest ?? acknowledgedEsimRequest(ref); // KORE has acknowledged it recently, so polling continues.
      }
    },
    versionOf: (request: EsimRequest) => JSON.stringify(request),
    isFinal: ({ detail }: EsimRequest) => detail?.isFinal ?? false,
  };
  return esim.watcher.watch(watched, signal);
}

/** Query parameters of KORE's list call. */
type EsimQuery = Parameters<KoreSession["connectivity"]["esimRequests"]>[1];

/** Reads one of KORE's pages, in one call. A 204 is an empty page. @throws KoreError `contract` for a reply without a list */
async function esimRequestPage(accountId: string, query: EsimQuery, { kore }: Context) {
  const reply = await esimRequestList(kore.connectivity, accountId, query);
  const total = decode.count(reply?.["total-records"], "esim-requests.total-records");
  const wires = decode.rows(decode.listed(reply, "records", "esim-requests", total), "esim-requests.records");
  return {
    items: wires.map((wire) => toEsimRequest(accountId, wire, kore.unknown)),
    total,
    more: null,
    number: decode.integer(reply?.page, "esim-requests.page"),
  };
}

/**
 * Reads a page of an account's eSIM requests. KORE does not state the number of its first page, so that is requested
 * without a number, and its reply's number counts; the cursor stores it.
 */
export async function listEsimRequests(
  accountId: string,
  page: PageArgs,
  { eid }: { eid: string | undefined },
  context: Context,
): Promise<Page<EsimRequest>> {
  const first = checkedFirst(page);
  const cursors = cursorsOf(["esimRequests", accountId, { eid }]);
  return pageOfUnnumberedList({ cursors, after: page.after, first }, async (number, size, isFirst) => {
    const reply = await esimRequestPage(accountId, { page: number, take: size, eid }, context);
    return isFirst ? decode.firstPage(reply, "esim-requests.records") : reply;
  });
}
