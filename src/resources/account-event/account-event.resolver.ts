import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from "type-graphql";
import { Access, Costs, Loads, free, userInputError } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { AccountEventType, type KoreEvent } from "../event/index.ts";
import { ProvisioningRequest, eachProvisioningRequest } from "../provisioning-request/index.ts";
import { SimSubscription, costOfSim, simOf } from "../subscription/index.ts";
import { AccountEvent, ProvisioningRequestStatusChange, SmsFromSim } from "./account-event.type.ts";

@Access({ role: "viewer" })
@Resolver()
export class AccountEventResolver {
  @Access({ account: { argument: "accountId" } })
  @Costs(free)
  @Subscription(() => AccountEvent, {
    description:
      "Every event that KORE's webhooks deliver about an account. KORE delivers those of its alert rules alone and is not polled, so without a rule there are no events; `installWebhookRule` sets one up.",
    subscribe: (operation) => {
      const { args, context } = operation as {
        args: { accountId: string; types?: AccountEventType[] | null };
        context: Context;
      };
      const types = args.types ? new Set(args.types) : undefined;
      if (types?.size === 0) throw userInputError("types: give at least one kind, or leave it out for all");
      const wants = types && (({ type }: KoreEvent) => types.has(type));
      return context.events.subscribe(args.accountId, context.signal, wants);
    },
  })
  accountEvents(
    @Arg("accountId", () => ID, { description: "The account." }) _accountId: string,
    @Arg("types", () => [AccountEventType], { nullable: true, description: "The kinds of events. Default: all." })
    _types: AccountEventType[] | null | undefined,
    @Root() event: KoreEvent,
  ): typeof AccountEvent {
    return event;
  }
}

@Access({ role: "viewer" })
@Resolver(() => ProvisioningRequestStatusChange)
export class ProvisioningRequestStatusChangeResolver {
  @Loads(eachProvisioningRequest)
  @FieldResolver(() => ProvisioningRequest, { nullable: true, description: "The request. One KORE call." })
  async provisioningRequest(
    @Root() { accountId, provisioningRequestId: id }: ProvisioningRequestStatusChange,
    @Ctx() context: Context,
  ): Promise<ProvisioningRequest | null> {
    return id === null ? null : eachProvisioningRequest(context).load({ accountId, id });
  }
}

@Access({ role: "viewer" })
@Resolver(() => SmsFromSim)
export class SmsFromSimResolver {
  @Costs(costOfSim)
  @FieldResolver(() => SimSubscription, { nullable: true, description: "The SIM. One KORE call." })
  subscription(
    @Root() { accountId, iccid }: SmsFromSim,
    @Ctx() context: Context,
  ): Promise<SimSubscription | null> | null {
    return simOf(accountId, { id: null, iccid }, context);
  }
}
