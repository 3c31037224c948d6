import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from "type-graphql";
import { Access, Costs, Loads, type Page, PageArgs, costOfPage, free, ownCalls } from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { type Context } from "../context.ts";
import { AccountEventType, type KoreEvent } from "../event/index.ts";
import { SimSubscription, costOfSim, simOf } from "../subscription/index.ts";
import { SendSmsInput, SmsMessageFilter, SmsOrder } from "./sms.inputs.ts";
import { eachSmsMessage, listSmsMessages } from "./sms.loader.ts";
import { sendSms } from "./sms.service.ts";
import { SendSmsPayload, SmsMessage, SmsMessageConnection, SmsStatusChange } from "./sms.type.ts";

@Access({ role: "operator" })
@Resolver()
export class SendSmsResolver {
  @Access({ account: { argument: "input.accountId" } })
  @Costs(ownCalls(1))
  @Mutation(() => SendSmsPayload, {
    nullable: true,
    description:
      "Sends a text to a SIM, whose parts KORE charges. It is sent at most once for a `requestKey`: after a lost reply KORE's list is searched, and it is never sent again. Delivery states come by `smsStatusChanged`. One KORE call.",
  })
  sendSms(
    @Arg("input", () => SendSmsInput, { description: "The text." }) input: SendSmsInput,
    @Ctx() context: Context,
  ): Promise<SendSmsPayload> {
    return sendSms(input, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => SmsMessage)
export class SmsMessageResolver {
  @Access({ account: { argument: "accountId" } })
  @Loads(eachSmsMessage)
  @Query(() => SmsMessage, {
    nullable: true,
    description: "One text; null when KORE lists none by this id in this account. One KORE call.",
  })
  smsMessage(
    @Arg("accountId", () => ID, { description: "The account of the SIM." }) accountId: string,
    @Arg("id", () => ID, { description: "KORE's mid." }) id: string,
    @Ctx() context: Context,
  ): Promise<SmsMessage | null> {
    return eachSmsMessage(context).load({ accountId, id });
  }

  @Costs(costOfSim)
  @FieldResolver(() => SimSubscription, { nullable: true, description: "The SIM. One KORE call per 100." })
  subscription(
    @Root() { accountId, iccid }: SmsMessage,
    @Ctx() context: Context,
  ): Promise<SimSubscription | null> | null {
    return simOf(accountId, { id: null, iccid }, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => Account)
export class AccountSmsResolver {
  @Costs(costOfPage)
  @FieldResolver(() => SmsMessageConnection, {
    nullable: true,
    description: "Texts to and from the account's SIMs. One KORE call.",
  })
  smsMessages(
    @Root() account: Account,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
    @Arg("filter", () => SmsMessageFilter, { nullable: true, description: "Filter. Default: all texts." })
    filter?: SmsMessageFilter | null,
    @Arg("order", () => SmsOrder, { nullable: true, description: "Order. Default: NEWEST_FIRST." })
    order?: SmsOrder | null,
  ): Promise<Page<SmsMessage>> {
    return listSmsMessages(account.id, page, { filter, order }, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => SmsStatusChange)
export class SmsStatusResolver {
  @Access({ account: { argument: "accountId" } })
  @Costs(free)
  @Subscription(() => SmsStatusChange, {
    description:
      "Delivery states of texts, from KORE's webhooks. KORE has no endpoint to read them, so without a rule for `connectivity.smsapi.mobileterminated` at KORE there are no events.",
    subscribe: (operation) => {
      const { args, context } = operation as {
        args: { accountId: string; messageId?: string | null };
        context: Context;
      };
      const { accountId, messageId = null } = args;
      const wants = (event: KoreEvent) =>
        event.type === AccountEventType.SMS_STATUS_CHANGED &&
        (messageId === null || (event as SmsStatusChange).messageId === messageId);
      return context.events.subscribe(accountId, context.signal, wants);
    },
  })
  smsStatusChanged(
    @Arg("accountId", () => ID, { description: "The account of the SIMs." }) _accountId: string,
    @Arg("messageId", () => ID, { nullable: true, description: "Only this text. Default: all of the account." })
    _messageId: string | null | undefined,
    @Root() change: SmsStatusChange,
  ): SmsStatusChange {
    return change;
  }

  @Costs(costOfSim)
  @FieldResolver(() => SimSubscription, { nullable: true, description: "The SIM. One KORE call." })
  subscription(
    @Root() { accountId, iccid }: SmsStatusChange,
    @Ctx() context: Context,
  ): Promise<SimSubscription | null> | null {
    return simOf(accountId, { id: null, iccid }, context);
  }
}
