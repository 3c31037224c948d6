import { type CallerSignal } from "../../common/abort.ts";
import { eachLoader } from "../../graph/index.ts";
import { KoreError, type KoreSession, type PollOptions, decode, toProvisioningShape } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { type Ref, refKey } from "../resource.ts";
import { acknowledgedRequest, toSubscriptionRequest } from "./subscription-request.mapper.ts";
import { type SubscriptionRequest } from "./subscription-request.type.ts";

/**
 * Requests to change SIM records, which KORE reads only one at a time. A recently acknowledged request that is not yet
 * visible is loaded from its acknowledgement; any other unknown one is null.
 */
export const eachSubscriptionRequest = eachLoader({
  key: refKey,
  per: "key",
  concurrency: 8,
  load: async (ref: Ref, { kore, provisioning }: Context): Promise<SubscriptionRequest | null> => {
    const reply = await readReply(ref, kore).catch(KoreError.nullIfNotFound);
    if (reply) return toSubscriptionRequest(ref, reply, kore.unknown);
    const isJustAcknowledged = await provisioning.isJustAcknowledged(ref.accountId, ref.id, "record");
    return isJustAcknowledged ? acknowledgedRequest(ref) : null;
  },
});

async function readReply({ accountId, id }: Ref, kore: KoreSession): Promise<Readonly<Record<string, unknown>>> {
  const reply: unknown = await kore.connectivity.subscriptionRequest(accountId, id);
  return decode.record(reply as Record<string, unknown> | null, "subscription-request");
}

/**
 * The states of a request: the present one first, then each change, until it is finished. All watchers share one poller,
 * which reads with a session that no caller's abort ends.
 */
export function watchSubscriptionRequest(
  ref: Ref,
  provisioning: Context["provisioning"],
  signal?: CallerSignal,
): AsyncGenerator<SubscriptionRequest, void> {
  const { accountId, id } = ref;
  const { subscriptionRequests, commands, kore, isJustAcknowledged, sharePoll } = provisioning;
  let latest: SubscriptionRequest | undefined;
  const watched = {
    key: refKey(ref),
    read: async ({ notBefore, freshFor }: PollOptions) => {
      try {
        const poll = () => readReply(ref, kore);
        const shared = `subscription request ${refKey(ref)}`;
        const reply = sharePoll ? await sharePoll(shared, poll, notBefore, freshFor) : await poll();
        latest = toSubscriptionRequest(ref, reply, kore.unknown);
        await commands.recordProgress(accountId, id, toProvisioningShape(id, reply), "record");
        return latest;
      } catch (error) {
        const isNotShown = error instanceof KoreError && error.kind === "not-found";
        if (!isNotShown || !(await isJustAcknowledged(accountId, id, "record"))) throw error;
        return latest ?? acknowledgedRequest(ref); // KORE has acknowledged it recently, so polling continues.
      }
    },
    versionOf: (request: SubscriptionRequest) => JSON.stringify(request),
    isFinal: ({ isFinal }: SubscriptionRequest) => isFinal,
  };
  return subscriptionRequests.watch(watched, signal);
}
