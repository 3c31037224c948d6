import { type SimResult, failedResult } from "../../kore/index.ts";
import { type WatchedRequests } from "../order/index.ts";
import {
  type SubscriptionRequest,
  SubscriptionRequestOutcome,
  SubscriptionRequestStatus,
  eachSubscriptionRequest,
  watchSubscriptionRequest,
} from "../subscription-request/index.ts";

export const WATCHED: WatchedRequests<SubscriptionRequest> = {
  watch: watchSubscriptionRequest,
  keep: (ref, request, context) => void eachSubscriptionRequest(context).clear(ref).prime(ref, request),
};

/** Results with KORE's failures. @param requests by id, as polled last */
export function withFailures(
  results: readonly SimResult[],
  requests: ReadonlyMap<string, SubscriptionRequest>,
): SimResult[] {
  return results.map((result) => {
    const request = requests.get(result.requestId ?? "");
    if (result.outcome !== "SUBMITTED" || !request) return result;
    const sims = request.subscriptions ?? [];
    const sim =
      sims.find(({ subscriptionId }) => subscriptionId !== null && subscriptionId === result.id) ??
      sims.find(({ iccid }) => iccid !== null && iccid === result.iccid);
    const isOver =
      request.status === SubscriptionRequestStatus.FAILED || request.status === SubscriptionRequestStatus.REJECTED;
    const hasFailed =
      sim?.outcome === SubscriptionRequestOutcome.FAILED ||
      (isOver && sim?.outcome !== SubscriptionRequestOutcome.SUCCEEDED);
    const words = request.errors?.flatMap(({ message }) => message ?? []).join("; ");
    return hasFailed ? failedResult(result, sim?.message ?? (words === "" ? null : (words ?? null))) : result;
  });
}
