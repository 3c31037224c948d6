export {
  type FieldCost,
  type Site,
  type Things,
  Costs,
  accountNamed,
  callsInBatches,
  costOf,
  free,
  listOf,
  oncePerAccount,
  oncePerField,
  oncePerThing,
  unlessKnown,
} from "./cost.ts";
export { type PricedOperation, koreCostOf } from "./operation.ts";
