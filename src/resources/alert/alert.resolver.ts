import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { Access, Costs, Loads, type Page, PageArgs, costOfPage, free, listOf } from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { ASSUMED_ALERT_RULES } from "../assumed-sizes.ts";
import { type Context } from "../context.ts";
import { AlertRule } from "./alert-rule.type.ts";
import { AlertFilter } from "./alert.inputs.ts";
import {
  alertActionsByAccount,
  alertEventsByAccount,
  alertRulesByAccount,
  eachAlert,
  listAlerts,
} from "./alert.loader.ts";
import { Alert, AlertAction, AlertConnection, AlertEvent } from "./alert.type.ts";

/** Rules and alerts need the role admin, because they show addresses of people and webhooks. */
@Access({ role: "admin" })
@Resolver(() => Alert)
export class AlertResolver {
  @Access({ account: { argument: "accountId" } })
  @Loads(eachAlert)
  @Query(() => Alert, {
    nullable: true,
    description: "One alert; null when KORE knows none by this id in this account. One KORE call.",
  })
  alert(
    @Arg("accountId", () => ID, { description: "The account." }) accountId: string,
    @Arg("id", () => ID, { description: "KORE's id of the alert." }) id: string,
    @Ctx() context: Context,
  ): Promise<Alert | null> {
    return eachAlert(context).load({ accountId, id });
  }

  @Loads(alertRulesByAccount)
  @FieldResolver(() => AlertRule, {
    nullable: true,
    description: "The rule. One KORE call for all alerts of an account.",
  })
  async rule(@Root() { accountId, ruleId }: Alert, @Ctx() context: Context): Promise<AlertRule | null> {
    if (ruleId === null) return null;
    return (await alertRulesByAccount(context).load(accountId)).get(ruleId) ?? null;
  }
}

@Access({ role: "admin" })
@Resolver(() => AlertRule)
export class AlertRuleResolver {
  @Access({ account: { argument: "accountId" } })
  @Loads(alertRulesByAccount)
  @Query(() => AlertRule, {
    nullable: true,
    description: "One alert rule; null when the account has none by this id. One KORE call.",
  })
  async alertRule(
    @Arg("accountId", () => ID, { description: "The account." }) accountId: string,
    @Arg("id", () => ID, { description: "KORE's rule-id." }) id: string,
    @Ctx() context: Context,
  ): Promise<AlertRule | null> {
    return (await alertRulesByAccount(context).load(accountId)).get(id) ?? null;
  }

  @Costs(free)
  @FieldResolver(() => Account, { description: "The account." })
  account(@Root() { accountId }: AlertRule): Account {
    return { id: accountId };
  }
}

@Access({ role: "admin" })
@Resolver(() => Account)
export class AccountAlertsResolver {
  @Loads(alertRulesByAccount)
  @Costs(listOf(ASSUMED_ALERT_RULES))
  @FieldResolver(() => [AlertRule], { nullable: true, description: "All alert rules of the account. One KORE call." })
  async alertRules(@Root() { id }: Account, @Ctx() context: Context): Promise<AlertRule[]> {
    return [...(await alertRulesByAccount(context).load(id)).values()];
  }

  @Costs(costOfPage)
  @FieldResolver(() => AlertConnection, {
    nullable: true,
    description: "Alerts of the last 15 days, in KORE's order, which KORE does not state. One KORE call.",
  })
  alerts(
    @Root() { id }: Account,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
    @Arg("filter", () => AlertFilter, { nullable: true, description: "Filter. Default: all alerts." })
    filter?: AlertFilter | null,
  ): Promise<Page<Alert>> {
    return listAlerts(id, page, filter, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => Account)
export class AccountAlertCatalogResolver {
  @Loads(alertEventsByAccount)
  @Costs(listOf(ASSUMED_ALERT_RULES))
  @FieldResolver(() => [AlertEvent], {
    nullable: true,
    description: "Kinds of events that alert rules of the account may name. One KORE call.",
  })
  alertEvents(@Root() { id }: Account, @Ctx() context: Context): Promise<AlertEvent[]> {
    return alertEventsByAccount(context).load(id);
  }

  @Loads(alertActionsByAccount)
  @Costs(listOf(ASSUMED_ALERT_RULES))
  @FieldResolver(() => [AlertAction], {
    nullable: true,
    description: "Kinds of actions that alert rules of the account may take. One KORE call.",
  })
  alertActions(@Root() { id }: Account, @Ctx() context: Context): Promise<AlertAction[]> {
    return alertActionsByAccount(context).load(id);
  }
}
