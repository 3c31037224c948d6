import { defineResource } from "../resource.ts";
import { AccountReportsResolver, DailySubscriptionsReportResolver } from "./report.resolver.ts";

export const report = defineResource([AccountReportsResolver, DailySubscriptionsReportResolver]);
