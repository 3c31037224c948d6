export { type Kore, type KoreSession, createKore } from "./client.ts";
export { type WireClient } from "./clients.ts";
export {
  type WireAccount,
  type ProvisioningVerb,
  type WireActivationProfile,
  type WireActivationProfileDetail,
  type WireCostCenter,
  type WireProfile,
  type WireProvisioningRequest,
  type WireSubscription,
} from "./connectivity.ts";
export { KoreError, type KoreErrorKind } from "./error.ts";
export { type KoreObserver, type Tally, type Trace, newTally } from "./observer.ts";
export { type StaleRead } from "./request.ts";
export * as read from "./reading.ts";
export { UnknownValues } from "./unknown-values.ts";
export { ProvisioningOrders, RequestKeyReused } from "./provisioning/orders.ts";
export { type Intent, type OrderOptions, type Plan, type SimResult } from "./provisioning/order.ts";
export { detailOf as provisioningDetail } from "./provisioning/reconcile.ts";
export { Watches } from "./provisioning/watch.ts";
