import { Arg, ID, Resolver, Root, Subscription } from "type-graphql";
import { Access, Costs } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { type Ref } from "../resource.ts";
import { eachSubscriptionRequest, watchSubscriptionRequest } from "./subscription-request.loader.ts";
import { SubscriptionRequest } from "./subscription-request.type.ts";

@Access({ role: "viewer" })
@Resolver()
export class SubscriptionRequestLiveResolver {
  @Access({ account: { argument: "accountId" } })
  @Costs(({ calls }) => {
    calls.addOwn(1);
    return { preloaded: [eachSubscriptionRequest] };
  })
  @Subscription(() => SubscriptionRequest, {
    description:
      "The states of a request to change SIM records: the present one first, then each change, up to the final one. One poller for all watchers reads it from KORE, in growing intervals.",
    subscribe: (operation) => {
      const { args, context } = operation as { args: Ref; context: Context };
      return watchSubscriptionRequest(args, context.provisioning, context.signal);
    },
  })
  subscriptionRequestUpdated(
    @Arg("accountId", () => ID, { description: "The account whose SIMs it changes." }) _accountId: string,
    @Arg("id", () => ID, { description: "KORE's subscription-request-id." }) _id: string,
    @Root() request: SubscriptionRequest,
  ): SubscriptionRequest {
    return request;
  }
}
