import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { Access, Costs, type FieldCost, Loads, ownCalls } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { createAlertRule, enableAlertRule, installWebhookRule, updateAlertRule } from "./alert-rule.service.ts";
import {
  AlertRule,
  AlertRulePayload,
  CreateAlertRulePayload,
  DisableAlertRulePayload,
  EnableAlertRulePayload,
  InstallWebhookRulePayload,
  UpdateAlertRulePayload,
} from "./alert-rule.type.ts";
import {
  CreateAlertRuleInput,
  DisableAlertRuleInput,
  EnableAlertRuleInput,
  InstallWebhookRuleInput,
  UpdateAlertRuleInput,
  WebhookEvent,
} from "./alert.inputs.ts";
import { alertRulesByAccount } from "./alert.loader.ts";

const COST = "Two KORE calls: a read of the account's rules and the write.";
const IDEMPOTENT = "A rule that is as wanted is not written.";

/** The events and rules, then a read and a write for each event. */
const costOfInstallation: FieldCost<Context> = ({ calls }) => {
  calls.addOwn(2 + 2 * Object.keys(WebhookEvent).length);
  return undefined;
};

@Access({ role: "admin" })
@Resolver()
export class AlertRuleWriteResolver {
  @Access({ account: { argument: "input.accountId" } })
  @Costs(ownCalls(2))
  @Mutation(() => CreateAlertRulePayload, {
    nullable: true,
    description: `Creates an alert rule. Its name identifies it in its account: a repetition, also after a lost reply, creates no second one. KORE cannot delete rules. ${COST}`,
  })
  createAlertRule(
    @Arg("input", () => CreateAlertRuleInput, { description: "The rule." }) input: CreateAlertRuleInput,
    @Ctx() context: Context,
  ): Promise<AlertRulePayload> {
    return createAlertRule(input, context);
  }

  @Access({ account: { argument: "input.accountId" } })
  @Costs(ownCalls(2))
  @Mutation(() => UpdateAlertRulePayload, {
    nullable: true,
    description: `Changes an alert rule, which KORE replaces as a whole. ${IDEMPOTENT} ${COST}`,
  })
  updateAlertRule(
    @Arg("input", () => UpdateAlertRuleInput, { description: "The changes." }) input: UpdateAlertRuleInput,
    @Ctx() context: Context,
  ): Promise<AlertRulePayload> {
    return updateAlertRule(input, context);
  }

  @Access({ account: { argument: "input.accountId" } })
  @Costs(ownCalls(2))
  @Mutation(() => EnableAlertRulePayload, {
    nullable: true,
    description: `Enables an alert rule. ${IDEMPOTENT} ${COST}`,
  })
  enableAlertRule(
    @Arg("input", () => EnableAlertRuleInput, { description: "The rule." }) input: EnableAlertRuleInput,
    @Ctx() context: Context,
  ): Promise<AlertRulePayload> {
    return enableAlertRule(input, true, context);
  }

  @Access({ account: { argument: "input.accountId" } })
  @Costs(ownCalls(2))
  @Mutation(() => DisableAlertRulePayload, {
    nullable: true,
    description: `Disables an alert rule. ${IDEMPOTENT} ${COST}`,
  })
  disableAlertRule(
    @Arg("input", () => DisableAlertRuleInput, { description: "The rule." }) input: DisableAlertRuleInput,
    @Ctx() context: Context,
  ): Promise<AlertRulePayload> {
    return enableAlertRule(input, false, context);
  }

  @Access({ account: { argument: "input.accountId" } })
  @Costs(costOfInstallation)
  @Mutation(() => InstallWebhookRulePayload, {
    nullable: true,
    description:
      "Lets KORE send an account's events to this graph, for its live updates: one rule for each event, with this deployment's address and access token. Repeating it changes nothing. `stillNeeded` names what is missing. Two KORE calls, and two for each rule that is written.",
  })
  installWebhookRule(
    @Arg("input", () => InstallWebhookRuleInput, { description: "The account and events." })
    input: InstallWebhookRuleInput,
    @Ctx() context: Context,
  ): Promise<InstallWebhookRulePayload> {
    return installWebhookRule(input, context);
  }
}

@Access({ role: "admin" })
@Resolver(() => AlertRulePayload)
export class AlertRulePayloadResolver {
  @Loads(alertRulesByAccount)
  @FieldResolver(() => AlertRule, { nullable: true, description: "The rule as KORE lists it. One KORE call." })
  async rule(@Root() { accountId, ruleId }: AlertRulePayload, @Ctx() context: Context): Promise<AlertRule | null> {
    if (ruleId === null) return null;
    return (await alertRulesByAccount(context).load(accountId)).get(ruleId) ?? null;
  }
}
