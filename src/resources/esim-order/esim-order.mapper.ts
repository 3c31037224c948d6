import { type CommandOptions, type SimResult, failedResult } from "../../kore/index.ts";
import { EsimOutcome, type EsimRequest } from "../esim/index.ts";
import { type OrderPayload, toDryRunPayload, toIpnd, toPayload } from "../order/index.ts";
import {
  type DownloadEsimProfilesInput,
  EsimOldSubscription,
  type EsimOrderInput,
  type SwitchEsimProfilesInput,
} from "./esim-order.inputs.ts";
import { type EsimOrderPayload, type EsimOrderResult } from "./esim-order.type.ts";

/** KORE's body without the eSIMs. */
export function toOptions(
  input: EsimOrderInput & Partial<SwitchEsimProfilesInput & DownloadEsimProfilesInput>,
): CommandOptions {
  const { activationProfileId, oldSubscription, sku, ipnd, skipSessionCheck, disableAutoRetry } = input;
  return {
    ...(activationProfileId && { "activation-profile-id": activationProfileId }),
    ...(oldSubscription === EsimOldSubscription.KEEP && { "exclude-deactivation": true }),
    ...(oldSubscription === EsimOldSubscription.SUSPEND && { "suspend-old-subscription": true }),
    ...(sku && { sku }),
    ...(ipnd && { "service-type-info": { "aus-ipnd-info": toIpnd(ipnd) } }),
    ...(skipSessionCheck && { "skip-session-check": true }),
    ...(disableAutoRetry && { "disable-autoretry": true }),
  };
}

/** Results with KORE's failures, each of which KORE reports by EID. @param requests by id, as polled last */
export function withFailures(results: readonly SimResult[], requests: ReadonlyMap<string, EsimRequest>): SimResult[] {
  return results.map((result) => {
    const items = requests.get(result.requestId ?? "")?.detail?.items ?? [];
    const item = items.find(({ eid }) => eid === result.id);
    const hasFailed = item?.outcome === EsimOutcome.FAILED || item?.outcome === EsimOutcome.CANCELLED;
    return result.outcome === "SUBMITTED" && hasFailed ? failedResult(result, item.message) : result;
  });
}

export const toEsimPayload = (accountId: string, results: readonly SimResult[], requestIds: readonly string[]) =>
  ofEsims(toPayload(accountId, results, requestIds));

export function toDryRunEsimPayload(
  accountId: string,
  sims: Parameters<typeof toDryRunPayload>[1],
  settled: readonly SimResult[],
  koreRequests: number,
): EsimOrderPayload {
  return ofEsims(toDryRunPayload(accountId, sims, settled, { koreRequests, unchecked: [] }));
}

/** The id of a command's SIM is the EID. */
function ofEsims({ results, ...payload }: OrderPayload): EsimOrderPayload {
  return {
    ...payload,
    results: results.map(({ subscriptionId, ...result }): EsimOrderResult => ({
      ...result,
      eid: subscriptionId ?? "",
    })),
  };
}
