import { Arg, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Access, CalendarDate, Confidential, Costs, type FieldCost, free } from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { type Context } from "../context.ts";
import { eachDailySubscriptionsReport } from "./report.loader.ts";
import { DailySubscriptionsReport } from "./report.type.ts";

/** Equal questions are asked once. */
const costOfReport: FieldCost = ({ parent: { accounts }, args: { date }, calls }) => {
  calls.add(eachDailySubscriptionsReport, `${accounts.key} ${JSON.stringify(date)}`, accounts.count);
  return undefined;
};

/** Needs the role admin, as other reads that show credentials: the URL opens the report to anyone who has it. */
@Access({ role: "admin" })
@Resolver(() => Account)
export class AccountReportsResolver {
  @Confidential()
  @Costs(costOfReport)
  @FieldResolver(() => DailySubscriptionsReport, {
    nullable: true,
    description:
      "The daily report on the account's SIMs; null where KORE has none, such as before its schedule was set up with KORE. One KORE call.",
  })
  dailySubscriptionsReport(
    @Root() { id: accountId }: Account,
    @Ctx() context: Context,
    @Arg("date", () => CalendarDate, {
      nullable: true,
      description: "Its day. Default: KORE's choice, which it does not state.",
    })
    date?: string | null,
  ): Promise<DailySubscriptionsReport | null> {
    return eachDailySubscriptionsReport(context).load({ accountId, day: date ?? undefined });
  }
}

@Access({ role: "admin" })
@Resolver(() => DailySubscriptionsReport)
export class DailySubscriptionsReportResolver {
  @Costs(free)
  @FieldResolver(() => String, {
    nullable: true,
    description:
      "The signed address to download it from, a secret: it needs no other credentials. KORE does not state for how long it is valid, so read it when you need it.",
  })
  url(@Root() { signedUrl }: DailySubscriptionsReport): string | null {
    return signedUrl?.reveal() ?? null;
  }
}
