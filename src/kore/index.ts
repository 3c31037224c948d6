export { type Kore, type KoreSession, createKore } from "./client.ts";
export { type WireClient } from "./clients.ts";
export {
  type WireAccount,
  type WireActivationProfile,
  type WireActivationProfileDetail,
  type WireCostCenter,
  type WireProfile,
  type WireProvisioningRequest,
  type WireSubscription,
} from "./connectivity.ts";
export { KoreError, type KoreErrorKind } from "./error.ts";
export * as read from "./reading.ts";
export { UnknownValues } from "./unknown-values.ts";
