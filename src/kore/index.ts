export {
  type Change,
  type CredentialSession,
  type Kore,
  type KoreOptions,
  type KoreSession,
  createKore,
} from "./client.ts";
export { type CredentialClient, FAMILIES } from "./credential-client.ts";
export { type CredentialSet, type Family, credentialSet } from "./credential-set.ts";
export { type KoreObserver } from "./observer.ts";
export { type WireClient } from "./clients/api.ts";
export { clientChanges } from "./clients/change.ts";
export { refusalOfScopes } from "./clients/scopes.ts";
export { type ClientResult, type SecretResult } from "./clients/result.ts";
export { type Access, type ClientChange, type FullCreateClient, type Scopes } from "./clients/unpublished.ts";
export { FIRST_CLIENT_PAGE, clientPage, walkClients } from "./clients/walk.ts";
export { ClientWrites } from "./clients/writes.ts";
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
export { ID_RULE, canBeAsked } from "./path.ts";
export { type StaleRead } from "./request.ts";
export * as read from "./reading.ts";
export { type Replicas } from "./replicas.ts";
export { Secret } from "./secret.ts";
export { type TokenReply, renewalOf } from "./token.ts";
export { UnknownValues } from "./unknown-values.ts";
export { walkList } from "./walk-list.ts";
export { RequestKeyReused } from "./intents.ts";
export { type AuditRecord } from "./provisioning/audit-record.ts";
export { ProvisioningOrders } from "./provisioning/orders.ts";
export { type Intent, type OrderOptions, type Plan, type SimResult, type StateVerdict } from "./provisioning/order.ts";
export { type ResolutionRecord, type ResolutionResult, type UnresolvedOrder } from "./provisioning/resolution.ts";
export { detailOf as provisioningDetail } from "./provisioning/reconcile.ts";
export { failedResult } from "./provisioning/outcome.ts";
export { COMPLETIONS, progressOf } from "./provisioning/progress.ts";
export { upgradeLedger } from "./provisioning/upgrade.ts";
export { type Look, Watches, looksWithin } from "./provisioning/watch.ts";
