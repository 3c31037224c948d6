// Written by "npm run generate:schema".
import { type KeyingConfig, type ResolverConfig } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";

/** An object without an id belongs to its parent. */
const embedded = () => null;

const byId: KeyingConfig[string] = ({ id }) => (typeof id === "string" ? id : null);

export const keys: KeyingConfig = {
  ActivateSubscriptionsPayload: embedded,
  Capabilities: embedded,
  ChangeSubscriptionPlanPayload: embedded,
  ClientConnection: embedded,
  ClientEdge: embedded,
  CreateClientPayload: embedded,
  DailySubscriptionsReport: embedded,
  DailyUsage: embedded,
  DeactivateSubscriptionsPayload: embedded,
  DeleteClientPayload: embedded,
  DeploymentLimits: embedded,
  DiagnosticsRequestConnection: embedded,
  DiagnosticsRequestEdge: embedded,
  DiagnosticsRequestSubscription: embedded,
  DisableClientPayload: embedded,
  EnableClientPayload: embedded,
  Feature: embedded,
  FileChecksum: embedded,
  LockClientPayload: embedded,
  OrderCounts: embedded,
  OrderResult: embedded,
  PageInfo: embedded,
  Plan: embedded,
  PlanType: embedded,
  PlanUsage: embedded,
  ProvisioningProgress: embedded,
  ProvisioningRequestConnection: embedded,
  ProvisioningRequestEdge: embedded,
  ProvisioningRequestSubscription: embedded,
  ReactivateSubscriptionsPayload: embedded,
  RenewClientKeyPayload: embedded,
  ResetConnectionPayload: embedded,
  ResetConnectionResult: embedded,
  ResolveOrderPayload: embedded,
  ServiceType: embedded,
  SimApn: embedded,
  SimCount: embedded,
  SimCustomField: embedded,
  SimDevice: embedded,
  SimFeature: byId,
  SimNumberDate: embedded,
  SimPlan: byId,
  SimProfileDate: embedded,
  SimProfilePeriod: embedded,
  SimSession: embedded,
  SimSessionConnection: embedded,
  SimSessionEdge: embedded,
  SimSessions: embedded,
  SimStateChange: embedded,
  SimStateDate: embedded,
  SimStatePeriod: embedded,
  SimSubscriptionConnection: embedded,
  SimSubscriptionEdge: embedded,
  SimUsage: embedded,
  SimUsageResult: embedded,
  SuspendSubscriptionsPayload: embedded,
  TerminateSubscriptionsPayload: embedded,
  TransferClientOwnershipPayload: embedded,
  UncheckedRequirement: embedded,
  UnlockClientPayload: embedded,
  UnresolvedOrder: embedded,
  UnresolvedOrderCandidate: embedded,
  UnresolvedOrderSim: embedded,
  UpdateClientPayload: embedded,
  Usage: embedded,
};

/** Connections are one list for each filter and order. */
export const resolvers: ResolverConfig = {
  Account: {
    subscriptions: relayPagination(),
    clients: relayPagination(),
    provisioningRequests: relayPagination(),
    diagnosticsRequests: relayPagination(),
  },
  Query: {
    subscriptions: relayPagination(),
    clients: relayPagination(),
  },
  SimSubscription: {
    sessions: relayPagination(),
  },
};
