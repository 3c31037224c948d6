// Written by "npm run generate:schema".
import { type TypePolicies } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";

/** For fragments on interfaces. */
export const possibleTypes = {
  ClientPayload: [
    "CreateClientPayload",
    "DeleteClientPayload",
    "DisableClientPayload",
    "EnableClientPayload",
    "LockClientPayload",
    "RenewClientKeyPayload",
    "TransferClientOwnershipPayload",
    "UnlockClientPayload",
    "UpdateClientPayload",
  ],
  Node: [
    "Account",
    "ActivationProfile",
    "Client",
    "Feature",
    "Plan",
    "PlanType",
    "ProvisioningRequest",
    "ServiceType",
    "SimSubscription",
  ],
  OrderPayload: [
    "ActivateSubscriptionsPayload",
    "ChangeSubscriptionPlanPayload",
    "DeactivateSubscriptionsPayload",
    "ReactivateSubscriptionsPayload",
    "SuspendSubscriptionsPayload",
    "TerminateSubscriptionsPayload",
  ],
};

/** An object without an id belongs to its parent. It is replaced as a whole: fields of two moments must not mix. */
const EMBEDDED = { keyFields: false, merge: false } as const;

/** Connections are one list for each filter and order: page by `edges`. */
export const typePolicies: TypePolicies = {
  Account: {
    fields: {
      subscriptions: relayStylePagination(["filter", "orderBy"]),
      clients: relayStylePagination(["type"]),
      provisioningRequests: relayStylePagination(["filter"]),
    },
  },
  ActivateSubscriptionsPayload: EMBEDDED,
  Capabilities: { keyFields: [] },
  ChangeSubscriptionPlanPayload: EMBEDDED,
  ClientConnection: EMBEDDED,
  ClientEdge: EMBEDDED,
  CreateClientPayload: EMBEDDED,
  DailyUsage: EMBEDDED,
  DeactivateSubscriptionsPayload: EMBEDDED,
  DeleteClientPayload: EMBEDDED,
  DeploymentLimits: EMBEDDED,
  DisableClientPayload: EMBEDDED,
  EnableClientPayload: EMBEDDED,
  Feature: EMBEDDED,
  LockClientPayload: EMBEDDED,
  OrderCounts: EMBEDDED,
  OrderResult: EMBEDDED,
  PageInfo: EMBEDDED,
  Plan: EMBEDDED,
  PlanType: EMBEDDED,
  PlanUsage: EMBEDDED,
  ProvisioningProgress: EMBEDDED,
  ProvisioningRequestConnection: EMBEDDED,
  ProvisioningRequestEdge: EMBEDDED,
  ProvisioningRequestSubscription: EMBEDDED,
  Query: {
    fields: {
      subscriptions: relayStylePagination(["accountId", "filter", "orderBy"]),
      clients: relayStylePagination(["type"]),
    },
  },
  ReactivateSubscriptionsPayload: EMBEDDED,
  RenewClientKeyPayload: EMBEDDED,
  ResolveOrderPayload: EMBEDDED,
  ServiceType: EMBEDDED,
  SimApn: EMBEDDED,
  SimCount: EMBEDDED,
  SimCustomField: EMBEDDED,
  SimDevice: EMBEDDED,
  SimNumberDate: EMBEDDED,
  SimProfileDate: EMBEDDED,
  SimProfilePeriod: EMBEDDED,
  SimSession: EMBEDDED,
  SimSessionConnection: EMBEDDED,
  SimSessionEdge: EMBEDDED,
  SimSessions: EMBEDDED,
  SimStateChange: EMBEDDED,
  SimStateDate: EMBEDDED,
  SimStatePeriod: EMBEDDED,
  SimSubscription: {
    fields: {
      sessions: relayStylePagination(["from", "to"]),
    },
  },
  SimSubscriptionConnection: EMBEDDED,
  SimSubscriptionEdge: EMBEDDED,
  SimUsage: EMBEDDED,
  SimUsageResult: EMBEDDED,
  SuspendSubscriptionsPayload: EMBEDDED,
  TerminateSubscriptionsPayload: EMBEDDED,
  TransferClientOwnershipPayload: EMBEDDED,
  UncheckedRequirement: EMBEDDED,
  UnlockClientPayload: EMBEDDED,
  UnresolvedOrder: EMBEDDED,
  UnresolvedOrderCandidate: EMBEDDED,
  UnresolvedOrderSim: EMBEDDED,
  UpdateClientPayload: EMBEDDED,
  Usage: EMBEDDED,
};
