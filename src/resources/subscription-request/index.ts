import { reference } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { type Ref, defineResource } from "../resource.ts";
import { SubscriptionRequestLiveResolver } from "./subscription-request-live.resolver.ts";
import { eachSubscriptionRequest } from "./subscription-request.loader.ts";
import {
  SubscriptionRequestResolver,
  SubscriptionRequestSubscriptionResolver,
} from "./subscription-request.resolver.ts";
import { SubscriptionRequest } from "./subscription-request.type.ts";

export { eachSubscriptionRequest, watchSubscriptionRequest } from "./subscription-request.loader.ts";
export { costOfSubscriptionRequest, subscriptionRequestOf } from "./subscription-request.resolver.ts";
export {
  SubscriptionRequest,
  SubscriptionRequestOutcome,
  SubscriptionRequestStatus,
} from "./subscription-request.type.ts";

export const subscriptionRequest = defineResource(
  [SubscriptionRequestLiveResolver, SubscriptionRequestResolver, SubscriptionRequestSubscriptionResolver],
  {
    references: [
      reference(SubscriptionRequest, {
        access: { role: "viewer", account: { argument: "accountId" } },
        loads: eachSubscriptionRequest,
        resolve: (ref: Ref, context: Context) => eachSubscriptionRequest(context).load(ref),
      }),
    ],
  },
);
