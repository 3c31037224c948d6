import { auditNameOf, userInputError } from "../../graph/index.ts";
import { type CostCenterResult } from "../../kore/index.ts";
import { checkedText } from "../checked-text.ts";
import { type Context } from "../context.ts";
import { type CreateCostCenterInput, MAX_NAME_LENGTH, type RenameCostCenterInput } from "./cost-center-write.inputs.ts";
import { CostCenterOutcome, type CostCenterPayload, type CostCenterReason } from "./cost-center-write.type.ts";

export async function createCostCenter(input: CreateCostCenterInput, context: Context): Promise<CostCenterPayload> {
  const { accountId, requestKey = null, dryRun } = input;
  if (requestKey !== null && (requestKey === "" || requestKey.length > 200)) {
    throw userInputError("input.requestKey: must be 1 to 200 characters");
  }
  const creation = { accountId, name: checkedText(input.name, "input.name", MAX_NAME_LENGTH), requestKey };
  const { costCenterWrites, writer } = context;
  const result = dryRun
    ? await costCenterWrites.rehearseCreation(creation, writer.connectivity)
    : await costCenterWrites.create(creation, writeContextOf(context));
  return toPayload(accountId, result, context);
}

export async function renameCostCenter(input: RenameCostCenterInput, context: Context): Promise<CostCenterPayload> {
  const { accountId, key } = input;
  const renaming = {
    accountId,
    key,
    name: checkedText(input.name, "input.name", MAX_NAME_LENGTH),
    isDryRun: input.dryRun ?? false,
  };
  return toPayload(accountId, await context.costCenterWrites.rename(renaming, writeContextOf(context)), context);
}

const writeContextOf = (context: Context) => ({
  who: auditNameOf(context.caller),
  kore: context.writer.connectivity,
  requestId: context.instrumentation.requestId,
});

function toPayload(accountId: string, result: CostCenterResult, context: Context): CostCenterPayload {
  context.loaders.clear(); // Later fields must read after the write.
  const { outcome, reason = null, field = null, message = null, key = null } = result;
  return {
    accountId,
    key,
    outcome: CostCenterOutcome[outcome],
    reason: reason as CostCenterReason | null,
    field,
    message,
  };
}
