import { type GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import {
  Access,
  type CostContext,
  type CostedLoader,
  Costs,
  type FieldCost,
  Iccid,
  explainNotFound,
  free,
  hint,
  userInputError,
} from "../../graph/index.ts";
import { Plan } from "../catalog/index.ts";
import { type Context } from "../context.ts";
import { MAX_ICCIDS_PER_QUERY, SimSubscription, callsByIccid, subscriptionByIccid } from "../subscription/index.ts";
import { UsageArgs } from "./usage.inputs.ts";
import { eachPlanUsage, eachSimUsage, planUsage, simUsage } from "./usage.loader.ts";
import { callsOfSpan, checkedSpan } from "./usage-spans.service.ts";
import { PlanUsage, SimUsage, SimUsageResult } from "./usage.type.ts";

/** One call per item and part of the span. Equal questions are asked once. */
const costOfUsage =
  (loader: CostedLoader): FieldCost =>
  ({ parent, args, calls }) => {
    calls.add(loader, `${parent.key} ${keyOfSpan(args)}`, parent.count * callsOfSpan(args));
    return undefined;
  };

/** The SIMs by their ICCIDs, and, where it is selected, the usage of each. */
const costOfUsageBySim: FieldCost = ({ parent, args, path, calls, selected }) => {
  const count = Array.isArray(args.iccids) ? Math.min(args.iccids.length, MAX_ICCIDS_PER_QUERY) : 1;
  calls.add(subscriptionByIccid, path, callsByIccid({ ...parent, count }));
  if (selected().includes("usage")) calls.add(eachSimUsage, `${path} ${keyOfSpan(args)}`, count * callsOfSpan(args));
  return { count };
};

/** Arguments are as given, and may be anything. */
function keyOfSpan({ from, to }: CostContext["args"]): string {
  return JSON.stringify([from, to]);
}

const SPANS = "One KORE call for up to 60 days, and one more for each further 59.";

@Access({ role: "viewer" })
@Resolver(() => SimSubscription)
export class SubscriptionUsageResolver {
  @Costs(costOfUsage(eachSimUsage))
  @FieldResolver(() => SimUsage, {
    nullable: true,
    description: `Its usage. ${SPANS} KORE reads one SIM at a time, so a page costs as many calls as it has SIMs.`,
  })
  usage(
    @Root() { accountId, id }: SimSubscription,
    @Args(() => UsageArgs) span: UsageArgs,
    @Ctx() context: Context,
  ): Promise<SimUsage> {
    return simUsage({ accountId, id }, span, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => Plan)
export class PlanUsageResolver {
  @Costs(costOfUsage(eachPlanUsage))
  @FieldResolver(() => PlanUsage, {
    nullable: true,
    description: `Its usage by the account's SIMs. ${SPANS} At most 11 of these calls start in five seconds, as in KORE's own sample; others wait.`,
  })
  usage(
    @Root() { accountId, planId: id }: Plan,
    @Args(() => UsageArgs) span: UsageArgs,
    @Ctx() context: Context,
  ): Promise<PlanUsage> {
    return planUsage({ accountId, id }, span, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => SimUsageResult)
export class SimUsageResultResolver {
  @Access({ account: { argument: "accountId" } })
  @Costs(costOfUsageBySim)
  @Query(() => [SimUsageResult], {
    description: `The usage of up to ${MAX_ICCIDS_PER_QUERY} SIMs, in the order of their ICCIDs. One KORE call per 100 to find the SIMs, and for each SIM: ${SPANS} A SIM that cannot be read is an error of its own, beside the usage of the others.`,
  })
  async usageBySim(
    @Arg("accountId", () => ID, { description: "The account to look in." }) accountId: string,
    @Arg("iccids", () => [Iccid], { description: "The numbers printed on the SIMs." }) iccids: string[],
    @Args(() => UsageArgs) given: UsageArgs,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SimUsageResult[]> {
    const span = checkedSpan(given);
    if (iccids.length > MAX_ICCIDS_PER_QUERY) {
      throw userInputError(`iccids: at most ${MAX_ICCIDS_PER_QUERY} at once; ${iccids.length} are given`);
    }
    const found = await subscriptionByIccid(context).loadMany(iccids.map((iccid) => ({ accountId, iccid })));
    return iccids.map((iccid, index) => {
      const sim = found[index] ?? null;
      const why = sim === null ? explainNotFound("ICCID", iccid) : undefined;
      if (why !== undefined) hint(context, info, why, index);
      return { iccid, found: sim, span };
    });
  }

  @Costs(free)
  @FieldResolver(() => SimSubscription, { nullable: true, description: "The SIM; null where the account has none." })
  subscription(@Root() { found }: SimUsageResult): SimSubscription | null {
    return orThrow(found);
  }

  @Costs(free) // Its calls are in the cost of `usageBySim`, which has the span.
  @FieldResolver(() => SimUsage, {
    nullable: true,
    description: "Its usage; null where the account has no such SIM.",
  })
  async usage(@Root() { found, span }: SimUsageResult, @Ctx() context: Context): Promise<SimUsage | null> {
    const sim = orThrow(found);
    return sim && simUsage(sim, span, context);
  }
}

function orThrow(found: SimSubscription | Error | null): SimSubscription | null {
  if (found instanceof Error) throw found;
  return found;
}
