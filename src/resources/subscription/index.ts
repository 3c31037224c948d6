import { type GraphQLResolveInfo } from "graphql";
import { parseKey, reference, userInputError } from "../../graph/index.ts";
import { type LoaderContext, type Ref, defineResource } from "../resource.ts";
import { SimStateChangeResolver } from "./state-change.resolver.ts";
import { type IccidRef, costOfReferences, subscriptionById, subscriptionByIccid } from "./subscription.loader.ts";
import {
  AccountSubscriptionsResolver,
  SimProfileDateResolver,
  SimProfilePeriodResolver,
  SubscriptionResolver,
} from "./subscription.resolver.ts";
import { SimSubscription } from "./subscription.type.ts";

export { MAX_ICCIDS_PER_QUERY } from "./subscription.resolver.ts";
export {
  callsById,
  callsByIccid,
  costOfSim,
  plainIccid,
  simOf,
  subscriptionById,
  subscriptionByIccid,
} from "./subscription.loader.ts";
export { currentSimOf, simsByEid } from "./esim.loader.ts";
export { stateOf } from "./subscription.mapper.ts";
export { toSimStateChange } from "./state-change.mapper.ts";
export { SimStateChange } from "./state-change.type.ts";
export {
  MAX_ICCIDS_PER_CALL,
  SimProfileDate,
  SimProfilePeriod,
  SimState,
  SimSubscription,
} from "./subscription.type.ts";

function bySimKey(reference: Ref | IccidRef, context: LoaderContext, info: GraphQLResolveInfo) {
  if ("id" in reference) return subscriptionById(context).load(reference);
  if (!("iccid" in reference)) throw userInputError("representations: a SIM needs id or iccid");
  const iccid = parseKey(info, "ICCID", "iccid", reference.iccid);
  return subscriptionByIccid(context).load({ accountId: reference.accountId, iccid });
}

export const subscription = defineResource(
  [
    SubscriptionResolver,
    SimStateChangeResolver,
    SimProfilePeriodResolver,
    SimProfileDateResolver,
    AccountSubscriptionsResolver,
  ],
  {
    references: [
      reference(SimSubscription, {
        access: { role: "viewer", account: { argument: "accountId" } },
        costs: costOfReferences,
        resolve: bySimKey,
      }),
    ],
  },
);
