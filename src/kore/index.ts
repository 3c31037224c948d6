export { type Kore, createKore } from "./client.ts";
export { type Change, type KoreOptions } from "./options.ts";
export { type CredentialSession, type KoreSession } from "./session.ts";
export { type CredentialClient, FAMILIES } from "./credential-client.ts";
export { type CredentialSet, type Family, credentialSet } from "./auth/credential-set.ts";
export { type KoreObserver } from "./events.ts";
export { type WireClient } from "./api/clients.ts";
export { clientChanges } from "./api-clients/client-changes.ts";
export { refusalOfScopes } from "./api-clients/scopes.ts";
export { type ClientResult, type SecretResult } from "./api-clients/result.ts";
export { type Access, type ClientChange, type FullCreateClient, type Scopes } from "./api/unpublished-endpoints.ts";
export { FIRST_CLIENT_PAGE, clientPage, walkClients } from "./api-clients/client-list.ts";
export { AlertRules, type RuleResult, readRules } from "./alerting/alert-rules.ts";
export { type RuleContent, contentOf } from "./alerting/rule.ts";
export { type WireAlert, type WireAlertAction, type WireAlertEvent, type WireAlertRule } from "./api/alerting.ts";
export { ClientWrites } from "./api-clients/writes.ts";
export { FIRST_MESSAGE_PAGE, messageIdOf, messagePage } from "./messages/message-list.ts";
export { type TextResult } from "./messages/result.ts";
export { sizeOf } from "./messages/sms-parts.ts";
export { type TextCommand, TextMessages } from "./messages/text-messages.ts";
export { type WireMessage } from "./api/sms.ts";
export {
  type ProvisioningVerb,
  type UsageSpan,
  type WireAccount,
  type WireActivationProfile,
  type WireActivationProfileDetail,
  type WireCostCenter,
  type WireDiagnosticsRequest,
  type WireEsimProfile,
  type WireEsimRequest,
  type WireFeature,
  type WireFeatureUsage,
  type WireInSession,
  type WirePlan,
  type WirePlanType,
  type WirePlanUsage,
  type WireProfile,
  type WireProvisioningRequest,
  type WireServiceType,
  type WireScheduledReport,
  type WireSimSessions,
  type WireSimUsage,
  type WireSubscriptionRequest,
  type WireSubscription,
} from "./api/connectivity-types.ts";
export { KoreError, type KoreErrorKind } from "./errors.ts";
export { ID_RULE, isValidId } from "./api/path-template.ts";
export { type StaleRead } from "./api/request-builder.ts";
export * as decode from "./decoding/decode.ts";
export { type Replicas } from "./replicas.ts";
export { Secret } from "./auth/secret.ts";
export { type TokenReply, renewAfter } from "./auth/token-source.ts";
export { UnknownEnumValues } from "./decoding/unknown-enum-values.ts";
export { ListWalk, walkList } from "./api/walk-list.ts";
export { RequestKeyReused } from "./idempotency/single-flight.ts";
export { type AuditRecord } from "./provisioning/audit-record.ts";
export { type ActivationNeed, ActivationNeeds } from "./provisioning/activation-needs.ts";
export { ProvisioningCommands } from "./provisioning/commands.ts";
export {
  type ProvisioningCommand,
  type CommandOptions,
  type Plan,
  type RecordValues,
  type SimResult,
  type StateVerdict,
} from "./provisioning/command.ts";
export { type CommandVerb, type EsimVerb, type RecordVerb, type RequestKind, kindOf } from "./provisioning/verbs.ts";
export {
  CommandResolutions,
  type ResolutionRecord,
  type ResolutionResult,
  type UnresolvedCommand,
} from "./provisioning/resolution.ts";
export { detailOf as provisioningDetail } from "./provisioning/reconciliation/reconcile.ts";
export { chunkSizeOf, countChunks } from "./provisioning/chunks.ts";
export { failedResult } from "./provisioning/outcome.ts";
export { COMPLETIONS, progressOf } from "./provisioning/progress.ts";
export { upgradeLedger } from "./provisioning/ledger/upgrade.ts";
export { type PollOptions, ProvisioningWatcher, maxPollsWithin } from "./provisioning/watcher.ts";
export { SimEndpoints } from "./sim-endpoints.ts";
export { esimRequestList } from "./esim/endpoints.ts";
export { type EsimFollowUp, EsimFollowUps } from "./esim/follow-ups.ts";
export { ESIM_STATUSES } from "./esim/statuses.ts";
export { DiagnosticsEndpoints } from "./diagnostics/endpoints.ts";
export { ObservedRequests } from "./provisioning/reconciliation/observed-requests.ts";
export { recordStatusOf, simOfItem, toProvisioningShape } from "./subscription-requests/endpoints.ts";
export { type ShownRecord, showsValues, wholeValues } from "./subscription-requests/record.ts";
export { CostCenterWrites } from "./cost-centers/writes.ts";
export { type CostCenterResult } from "./cost-centers/result.ts";
export { webhookContract } from "./webhooks/contract.ts";
export { WEBHOOK_EVENTS, type KoreWebhook } from "./webhooks/payload.ts";
