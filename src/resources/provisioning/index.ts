import { type Context, type Ref, type Resource } from "../context.ts";
import { ProvisioningLiveResolver } from "./live.resolver.ts";
import { OrderPayloadResolver, OrderResolver, OrderResultResolver } from "./order.resolver.ts";
import { eachProvisioningRequest } from "./provisioning.loader.ts";
import {
  AccountProvisioningResolver,
  ProvisioningRequestResolver,
  ProvisioningRequestSubscriptionResolver,
  SubscriptionProvisioningResolver,
} from "./provisioning.resolver.ts";
import { UnresolvedOrderCandidateResolver, UnresolvedOrderResolver } from "./unresolved-order.resolver.ts";

export { type ProvisioningRequest } from "./provisioning.type.ts";

export const provisioning: Resource = {
  resolvers: [
    OrderResolver,
    OrderPayloadResolver,
    OrderResultResolver,
    ProvisioningLiveResolver,
    ProvisioningRequestResolver,
    ProvisioningRequestSubscriptionResolver,
    SubscriptionProvisioningResolver,
    AccountProvisioningResolver,
    UnresolvedOrderResolver,
    UnresolvedOrderCandidateResolver,
  ],
  access: {
    "Query.provisioningRequest": { role: "viewer", account: { at: "accountId" } },
    "Mutation.activateSubscriptions": { role: "operator", account: { at: "input.accountId" } },
    "Mutation.suspendSubscriptions": { role: "operator", account: { at: "input.accountId" } },
    "Mutation.reactivateSubscriptions": { role: "operator", account: { at: "input.accountId" } },
    "Mutation.deactivateSubscriptions": { role: "operator", account: { at: "input.accountId" } },
    "Mutation.changeSubscriptionPlan": { role: "operator", account: { at: "input.accountId" } },
    "Mutation.terminateSubscriptions": { role: "operator", account: { at: "input.accountId" } },
    "Query.unresolvedOrders": { role: "operator", account: { at: "accountId" } },
    "UnresolvedOrder.candidates": { role: "operator", account: "parent" },
    "UnresolvedOrderCandidate.request": { role: "viewer", account: "parent" },
    "Mutation.resolveOrder": { role: "admin", account: { at: "input.accountId" } },
    "Subscription.provisioningRequestUpdated": { role: "viewer", account: { at: "accountId" } },
    "Account.provisioningRequests": { role: "viewer", account: "parent" },
    "SimSubscription.lastProvisioningRequest": { role: "viewer", account: "parent" },
    "ProvisioningRequest.account": { role: "viewer", account: "parent" },
    "ProvisioningRequest.subscriptions": { role: "viewer", account: "parent" },
    "ProvisioningRequest.progress": { role: "viewer", account: "parent" },
    "ProvisioningRequest.activationProfile": { role: "viewer", account: "parent" },
    "ProvisioningRequestSubscription.subscription": { role: "viewer", account: "parent" },
    "OrderPayload.requests": { role: "viewer", account: "parent" },
    "OrderResult.subscription": { role: "viewer", account: "parent" },
    "OrderResult.request": { role: "viewer", account: "parent" },
    ProvisioningRequest: { role: "viewer", account: { at: "accountId" } },
  },
  references: {
    ProvisioningRequest: (ref: Ref, context: Context) => eachProvisioningRequest(context).load(ref),
  },
};
