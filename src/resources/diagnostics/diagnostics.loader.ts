import { type CallerSignal } from "../../common/abort.ts";
import {
  type Page,
  type PageArgs,
  checkedFirst,
  cursorsOf,
  pageOfUnnumberedList,
  eachLoader,
  userInputError,
} from "../../graph/index.ts";
import { KoreError, type KoreSession, type PollOptions, decode } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { type Ref, refKey } from "../resource.ts";
import { type DiagnosticsRequestFilter } from "./diagnostics.inputs.ts";
import { acknowledgedDiagnostics, toDiagnosticsRequest, toWholeDiagnosticsRequest } from "./diagnostics.mapper.ts";
import { type DiagnosticsRequest } from "./diagnostics.type.ts";

type Ports = Context["provisioning"];

/**
 * Diagnostics requests with their SIM, which KORE reads only one at a time. A recently acknowledged request that is not yet
 * visible is loaded from its acknowledgement; any other unknown one is null.
 */
export const eachDiagnosticsRequest = eachLoader({
  key: refKey,
  per: "key",
  concurrency: 8,
  load: async (ref: Ref, { kore, provisioning: { diagnostics } }: Context): Promise<DiagnosticsRequest | null> => {
    const reply = await readReply(ref, kore, diagnostics).catch(KoreError.nullIfNotFound);
    if (reply) return toWholeDiagnosticsRequest(ref, reply, kore.unknown);
    const isJustAcknowledged = await diagnostics.commands.isJustAcknowledged(ref.accountId, ref.id);
    return isJustAcknowledged ? acknowledgedDiagnostics(ref) : null;
  },
});

async function readReply({ accountId, id }: Ref, kore: KoreSession, { endpointsOf }: Ports["diagnostics"]) {
  return decode.record(await endpointsOf(kore).provisioningRequest(accountId, id), "diagnostics-request");
}

/**
 * The states of a diagnostics request: the present one first, then each change, until it is finished. All watchers share
 * one poller, which reads with a session that no caller's abort ends.
 */
export function watchDiagnosticsRequest(
  ref: Ref,
  { diagnostics, kore, sharePoll }: Ports,
  signal?: CallerSignal,
): AsyncGenerator<DiagnosticsRequest, void> {
  const { accountId, id } = ref;
  const { commands, watcher } = diagnostics;
  let latest: DiagnosticsRequest | undefined;
  const watched = {
    key: refKey(ref),
    read: async ({ notBefore, freshFor }: PollOptions) => {
      try {
        const poll = () => readReply(ref, kore, diagnostics);
        const shared = `diagnostics ${refKey(ref)}`;
        const reply = sharePoll ? await sharePoll(shared, poll, notBefore, freshFor) : await poll();
        latest = toWholeDiagnosticsRequest(ref, reply, kore.unknown);
        await commands.recordProgress(accountId, id, reply);
        return latest;
      } catch (error) {
        const isNotShown = error instanceof KoreError && error.kind === "not-found";
        if (!isNotShown || !(await commands.isJustAcknowledged(accountId, id))) throw error;
        return latest ?? acknowledgedDiagnostics(ref); // KORE has acknowledged it recently, so polling continues.
      }
    },
    versionOf: (request: DiagnosticsRequest) => JSON.stringify(request),
    isFinal: ({ detail }: DiagnosticsRequest) => detail?.isFinal ?? false,
  };
  return watcher.watch(watched, signal);
}

/** Query parameters of KORE's list call. */
type DiagnosticsQuery = Parameters<KoreSession["connectivity"]["diagnosticsRequests"]>[1];

/** Reads one of KORE's pages, in one call. A 204 is an empty page. @throws KoreError `contract` for a reply without a list */
async function diagnosticsPage(accountId: string, query: DiagnosticsQuery, { kore }: Context) {
  const reply = await kore.connectivity.diagnosticsRequests(accountId, query);
  const total = decode.count(reply?.["total-records"], "diagnostics.total-records");
  const wires = decode.rows(decode.listed(reply, "records", "diagnostics", total), "diagnostics.records");
  return {
    items: wires.map((wire) => toDiagnosticsRequest(accountId, wire, kore.unknown)),
    total,
    more: null,
    number: decode.integer(reply?.page, "diagnostics.page"),
  };
}

/**
 * Reads a page of an account's diagnostics requests. KORE does not state the number of its first page, so that is requested
 * without a number, and its reply's number counts; the cursor stores it.
 */
export async function listDiagnosticsRequests(
  accountId: string,
  page: PageArgs,
  filter: DiagnosticsRequestFilter | null | undefined,
  context: Context,
): Promise<Page<DiagnosticsRequest>> {
  const first = checkedFirst(page);
  const { subscriptionId, iccid, msisdn } = filter ?? {};
  if ([subscriptionId, iccid, msisdn].filter(Boolean).length > 1) {
    throw userInputError("filter: give one of subscriptionId, iccid and msisdn");
  }
  const conditions = {
    "subscription-id": subscriptionId ?? undefined,
    iccid: iccid ?? undefined,
    msisdn: msisdn ?? undefined,
  };
  const cursors = cursorsOf(["diagnosticsRequests", accountId, conditions]);
  return pageOfUnnumberedList({ cursors, after: page.after, first }, async (number, size, isFirst) => {
    const reply = await diagnosticsPage(accountId, { page: number, take: size, ...conditions }, context);
    return isFirst ? decode.firstPage(reply, "diagnostics.records") : reply;
  });
}
