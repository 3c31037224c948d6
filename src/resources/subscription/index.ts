import { type GraphQLResolveInfo } from "graphql";
import { parseKey } from "../../graph/index.ts";
import { type Context, type Resource } from "../context.ts";
import { SimStateChangeResolver } from "./state-change.resolver.ts";
import { type IccidRef, type SubscriptionRef, subscriptionById, subscriptionByIccid } from "./subscription.loader.ts";
import {
  AccountSubscriptionsResolver,
  SimProfileDateResolver,
  SimProfilePeriodResolver,
  SubscriptionResolver,
} from "./subscription.resolver.ts";

export { MAX_ICCIDS_PER_QUERY } from "./subscription.resolver.ts";
export { MAX_ICCIDS_PER_CALL, subscriptionById, subscriptionByIccid } from "./subscription.loader.ts";
export { toSimStateChange } from "./state-change.mapper.ts";
export { type StateChanges } from "./state-change.type.ts";
export { SimState, SimSubscription } from "./subscription.type.ts";

function bySimKey(reference: SubscriptionRef | IccidRef, context: Context, info: GraphQLResolveInfo) {
  if ("id" in reference) return subscriptionById(context).load(reference);
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
  references: { SimSubscription: bySimKey },
};
