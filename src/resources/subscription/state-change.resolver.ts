import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from "type-graphql";
import { Access, Costs, Loads, free } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { AccountEventType, type KoreEvent } from "../event/index.ts";
import { SimStateChange } from "./state-change.type.ts";
import { subscriptionById } from "./subscription.loader.ts";
import { SimSubscription } from "./subscription.type.ts";

@Access({ role: "viewer" })
@Resolver(() => SimStateChange)
export class SimStateChangeResolver {
  @Access({ account: { argument: "accountId" } })
  @Costs(free)
  @Subscription(() => SimStateChange, {
    description:
      "State changes of an account's SIMs, from KORE's webhooks. KORE is not polled, so without a webhook rule at KORE there are no events.",
    subscribe: (operation) => {
      const { args, context } = operation as { args: { accountId: string }; context: Context };
      const wants = ({ type }: KoreEvent) => type === AccountEventType.SUBSCRIPTION_STATE_CHANGED;
      return context.events.subscribe(args.accountId, context.signal, wants);
    },
  })
  subscriptionStateChanged(
    @Arg("accountId", () => ID, { description: "The account of the SIMs." }) _accountId: string,
    @Root() change: SimStateChange,
  ): SimStateChange {
    return change;
  }

  @Loads(subscriptionById)
  @FieldResolver(() => SimSubscription, { nullable: true, description: "The SIM. One KORE call." })
  subscription(
    @Root() { accountId, subscriptionId: id }: SimStateChange,
    @Ctx() context: Context,
  ): Promise<SimSubscription | null> {
    return subscriptionById(context).load({ accountId, id });
  }
}
