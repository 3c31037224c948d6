import { type GraphQLResolveInfo } from "graphql";
import { parseKey, userInputError } from "../../graph/index.ts";
import { activationProfilesByAccount } from "../activation-profile/index.ts";
import { costCentersByAccount } from "../cost-center/index.ts";
import { type Context, type Ref, type Resource } from "../context.ts";
import { SimStateChangeResolver } from "./state-change.resolver.ts";
import { type IccidRef, subscriptionById, subscriptionByIccid } from "./subscription.loader.ts";
import {
  AccountSubscriptionsResolver,
  SimProfileDateResolver,
  SimProfilePeriodResolver,
  SubscriptionResolver,
  profileOf,
} from "./subscription.resolver.ts";

export { MAX_ICCIDS_PER_QUERY } from "./subscription.resolver.ts";
export { simOf, subscriptionById, subscriptionByIccid } from "./subscription.loader.ts";
export { toSimStateChange } from "./state-change.mapper.ts";
export { type StateChanges } from "./state-change.type.ts";
export {
  MAX_ICCIDS_PER_CALL,
  SimState,
  SimSubscription,
  callsByEither,
  callsById,
  callsByIccid,
} from "./subscription.type.ts";

function bySimKey(reference: Ref | IccidRef, context: Context, info: GraphQLResolveInfo) {
  if ("id" in reference) return subscriptionById(context).load(reference);
  if (!("iccid" in reference)) throw userInputError("representations: SimSubscription needs id or iccid");
  const iccid = parseKey(info, "ICCID", "iccid", reference.iccid);
  return subscriptionByIccid(context).load({ accountId: reference.accountId, iccid });
}

export const subscription: Resource = {
  resolvers: [
    SubscriptionResolver,
    SimStateChangeResolver,
    SimProfilePeriodResolver,
    SimProfileDateResolver,
    AccountSubscriptionsResolver,
  ],
  access: {
    "Query.subscription": { role: "viewer", account: { at: "accountId" } },
    "Query.subscriptions": { role: "viewer", account: { at: "accountId" } },
    "Query.subscriptionsByIccid": { role: "viewer", account: { at: "accountId" } },
    "Subscription.subscriptionStateChanged": { role: "viewer", account: { at: "accountId" } },
    "Account.subscriptions": { role: "viewer", account: "parent" },
    "SimSubscription.account": { role: "viewer", account: "parent" },
    "SimSubscription.stateHistory": { role: "viewer", account: "parent" },
    "SimSubscription.costCenter": { role: "viewer", account: "parent" },
    "SimSubscription.profile": { role: "viewer", account: "parent" },
    "SimSubscription.eligibleActivationProfiles": { role: "viewer", account: "parent" },
    "SimProfilePeriod.profile": { role: "viewer", account: "parent" },
    "SimProfileDate.profile": { role: "viewer", account: "parent" },
    "SimStateChange.subscription": { role: "viewer", account: "parent" },
    SimSubscription: { role: "viewer", account: { at: "accountId" } },
  },
  references: { SimSubscription: bySimKey },
  foresights: {
    "SimSubscription.account": {},
    "SimSubscription.costCenter": {
      ofAccount: (accountId, context: Context) => costCentersByAccount(context).load(accountId),
    },
    "SimSubscription.profile": { ofThing: profileOf },
    "SimSubscription.eligibleActivationProfiles": {
      ofAccount: (accountId, context: Context) => activationProfilesByAccount(context).load(accountId),
      isPart: true,
    },
  },
};
