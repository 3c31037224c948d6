import { auditNameOf } from "../../graph/index.ts";
import { type Plan, type SimResult, failedResult } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import {
  type SimSelector,
  type WatchedRequests,
  checkOrder,
  costOfOrderIn,
  distinctSims,
  findSims,
  notFound,
  toDryRunPayload,
  toPayload,
  waitForRequests,
} from "../order/index.ts";
import { MAX_RESETS, type ResetConnectionInput } from "./diagnostics.inputs.ts";
import { eachDiagnosticsRequest, watchDiagnosticsRequest } from "./diagnostics.loader.ts";
import { DiagnosticsOutcome, type DiagnosticsRequest, DiagnosticsStatus } from "./diagnostics.type.ts";
import { type ResetConnectionPayload } from "./reset-connection.type.ts";

const VERB = "cancel-device-location";

/** KORE takes one SIM a request. */
export const costOfReset = costOfOrderIn(() => 1);

/** Resets the connections of SIMs, each at most once, or plans it only for a dry run. */
export async function resetConnection(input: ResetConnectionInput, context: Context): Promise<ResetConnectionPayload> {
  checkOrder(input, MAX_RESETS);
  const { accountId, subscriptions, requestKey, dryRun, waitUpTo } = input;
  const { commands, endpointsOf } = context.provisioning.diagnostics;
  const { writer } = context;
  // Concurrent identical commands share the plan, so this caller's abort must not end it.
  const plan = () => planReset(accountId, subscriptions, { ...context, kore: writer, loaders: new Map() });
  if (dryRun) {
    const { sims, settled } = await commands.dryRun({ accountId, verb: VERB }, plan);
    return toDryRunPayload(accountId, sims, settled, { koreRequests: sims.length, unchecked: [] });
  }
  const named = subscriptions.map(({ id, iccid }) => JSON.stringify([id ?? null, iccid ?? null]));
  const command = {
    accountId,
    verb: VERB,
    requestKey: requestKey ?? null,
    who: auditNameOf(context.caller),
    input: { sims: [...new Set(named)].sort() },
  } as const;
  const { results, requestIds } = await commands.submit(command, plan, {
    kore: endpointsOf(writer),
    requestId: context.instrumentation.requestId,
  });
  context.loaders.clear(); // Later fields must read after the write.
  const requests = await waitForRequests({ accountId, ids: requestIds, seconds: waitUpTo ?? 0 }, WATCHED, context);
  return toPayload(accountId, withFailures(results, requests), requestIds);
}

/** Reads the SIMs, a hundred per request. KORE states no states from which a reset is impossible, so it decides. */
async function planReset(accountId: string, sims: readonly SimSelector[], context: Context): Promise<Plan> {
  const found = await findSims(accountId, sims, context);
  const written: Plan["sims"][number][] = [];
  const settled: SimResult[] = [];
  for (const { place, selector, sim } of distinctSims(sims, found)) {
    if (sim) written.push({ place, id: sim.id, iccid: sim.iccid });
    else settled.push(notFound(place, selector));
  }
  return { sims: written, settled, options: {} };
}

const WATCHED: WatchedRequests<DiagnosticsRequest> = {
  watch: watchDiagnosticsRequest,
  keep: (ref, request, context) => void eachDiagnosticsRequest(context).clear(ref).prime(ref, request),
};

/** Results with KORE's failures. @param requests by id, as polled last */
function withFailures(results: readonly SimResult[], requests: ReadonlyMap<string, DiagnosticsRequest>): SimResult[] {
  return results.map((result) => {
    const request = requests.get(result.requestId ?? "");
    if (result.outcome !== "SUBMITTED" || !request) return result;
    const [sim] = request.detail?.subscriptions ?? [];
    const hasFailed = sim ? sim.outcome === DiagnosticsOutcome.FAILED : request.status === DiagnosticsStatus.FAILED;
    return hasFailed ? failedResult(result, request.detail?.message ?? null) : result;
  });
}
