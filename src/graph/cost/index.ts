export {
  type CostContext,
  type CostItems,
  type CostedLoader,
  type FieldCost,
  type LoadsRule,
  type UpstreamCalls,
  Costs,
  Loads,
  accountNamed,
  callsInBatches,
  costExtension,
  fieldCostOf,
  free,
  listOf,
  loadsRuleOf,
  ownCalls,
} from "./cost.ts";
export { type CostedOperation, queryCost } from "./query-cost.ts";
