import { type FieldCost, auditNameOf, userInputError } from "../../graph/index.ts";
import { type RecordValues, type RecordVerb, chunkSizeOf, countChunks } from "../../kore/index.ts";
import { listContaining } from "../account/index.ts";
import { type Context } from "../context.ts";
import {
  type OrderPayload,
  OrderOutcome,
  checkOrder,
  costOfOrderIn,
  toDryRunPayload,
  toPayload,
  waitForRequests,
} from "../order/index.ts";
import { callsByIccid } from "../subscription/index.ts";
import {
  type AssignCostCenterInput,
  type RecordInput,
  type SetConnectedHardwareInput,
  type SetCustomFieldsInput,
  type TransferSubscriptionsInput,
} from "./sim-record.inputs.ts";
import { toCustomFields, toHardware } from "./sim-record.mapper.ts";
import { type PlannedChange, planChange } from "./plan.service.ts";
import { type RecordChangePayload } from "./sim-record.type.ts";
import { WATCHED, withFailures } from "./watched-requests.service.ts";

export const costOfRecordChange = costOfOrderIn(({ chunkSize }) => chunkSizeOf("additional-fields", chunkSize));

/** The account's cost centers as well. */
export const costOfAssignment: FieldCost<Context> = (place) => {
  place.calls.addOwn(1);
  return costOfRecordChange(place);
};

/** Also the accounts that KORE lists, and the SIMs that the destination may have already. */
export const costOfTransfer: FieldCost<Context> = (place) => {
  const cost = costOfRecordChange(place);
  place.calls.addOwn(1 + callsByIccid({ count: cost?.listSizes?.sims ?? 0, batches: 1 }));
  return cost;
};

export const setCustomFields = (input: SetCustomFieldsInput, context: Context): Promise<RecordChangePayload> =>
  change("additional-fields", input, () => input.subscriptions.map(toCustomFields), context);

export const setConnectedHardware = (
  input: SetConnectedHardwareInput,
  context: Context,
): Promise<RecordChangePayload> =>
  change("connected-hardware", input, () => input.subscriptions.map(toHardware), context);

export function assignCostCenter(input: AssignCostCenterInput, context: Context): Promise<RecordChangePayload> {
  const values = { "cost-center-pk": input.costCenterKey };
  return change("cost-center", input, () => input.subscriptions.map(() => values), context);
}

export async function transferSubscriptions(
  input: TransferSubscriptionsInput,
  context: Context,
): Promise<RecordChangePayload> {
  const { accountId, destinationAccountId, subscriptions } = input;
  const values = { "destination-account-id": destinationAccountId };
  if (destinationAccountId === accountId) {
    throw userInputError("input.destinationAccountId: must be another account than accountId");
  }
  const accounts = await listContaining(destinationAccountId, context);
  if (!accounts.some(({ id }) => id === destinationAccountId)) {
    throw userInputError("input.destinationAccountId: must be an account that KORE lists for these credentials");
  }
  const payload = await change("sim-transfer", input, () => subscriptions.map(() => values), context);
  if (!payload.isDryRun) {
    for (const id of [accountId, destinationAccountId]) await context.provisioning.invalidateCache(id);
  }
  return payload;
}

/** Executes a change of SIM records at most once, or plans it only for a dry run. */
async function change(
  verb: RecordVerb,
  input: RecordInput & { confirm?: number },
  valuesOf: () => RecordValues[],
  context: Context,
): Promise<RecordChangePayload> {
  const { accountId, subscriptions, requestKey, dryRun, waitUpTo, confirm = null } = input;
  const { commands, maxSims, chunkSize, endpointsOf } = context.provisioning;
  const { writer } = context;
  checkOrder(input, maxSims);
  const values = valuesOf();
  const planned: PlannedChange = { verb, accountId, sims: subscriptions, values, confirm };
  const notes = new Map<string, string>();
  // Concurrent identical commands share the plan, so this caller's abort must not end it; and it must read present values.
  const plan = () => planChange(planned, { ...context, kore: writer, loaders: new Map() }, notes);
  const destination = values[0]?.["destination-account-id"] ?? accountId;
  if (dryRun) {
    const { sims, settled } = await commands.dryRun({ accountId, verb }, plan);
    const koreRequests = countChunks(verb, sims, chunkSize);
    const payload = toDryRunPayload(accountId, sims, settled, { koreRequests, unchecked: [] });
    return toRecordPayload(payload, () => accountId, notes);
  }
  const command = {
    accountId,
    verb,
    requestKey: requestKey ?? null,
    who: auditNameOf(context.caller),
    input: { sims: identityOf(planned), confirm },
  };
  const { results, requestIds } = await commands.submit(command, plan, {
    kore: endpointsOf(writer),
    requestId: context.instrumentation.requestId,
  });
  context.loaders.clear(); // Later fields must read after the write.
  const requests = await waitForRequests({ accountId, ids: requestIds, seconds: waitUpTo ?? 0 }, WATCHED, context);
  const payload = toPayload(accountId, withFailures(results, requests), requestIds);
  const hasArrived = ({ outcome, requestId }: OrderPayload["results"][number]) =>
    outcome === OrderOutcome.ALREADY_SATISFIED ||
    (outcome === OrderOutcome.SUBMITTED && (requestId === null || requests.get(requestId)?.isFinal === true));
  return toRecordPayload(payload, (result) => (hasArrived(result) ? destination : accountId));
}

/** Sorted and without duplicates, so that the order of the SIMs and repetitions do not distinguish commands. */
function identityOf({ sims, values }: PlannedChange): string[] {
  const named = sims.map(({ id, iccid }, place) => JSON.stringify([id ?? null, iccid ?? null, values[place]]));
  return [...new Set(named)].sort();
}

/**
 * @param accountOf the account that has a SIM afterwards, as far as it is known
 * @param notes what a dry run cannot check, by subscription-id
 */
function toRecordPayload(
  { results, accountId, requestIds, counts, isDryRun, koreRequests }: OrderPayload,
  accountOf: (result: OrderPayload["results"][number]) => string,
  notes: ReadonlyMap<string, string> = new Map(),
): RecordChangePayload {
  return {
    accountId,
    requestIds,
    counts,
    isDryRun,
    koreRequests,
    results: results.map((result) => ({
      ...result,
      accountId: accountOf(result),
      requestAccountId: accountId,
      message: result.message ?? notes.get(result.subscriptionId ?? "") ?? null,
    })),
  };
}
