import { eachLoader } from "../../graph/index.ts";
import { KoreError } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { toDailySubscriptionsReport } from "./report.mapper.ts";

interface ReportRef {
  accountId: string;
  /** As YYYY-MM-DD; undefined: KORE's default, which it does not state. */
  day: string | undefined;
}

/** Daily reports, null where KORE has none. Read as writers read, because the URL must not be shared with other callers. */
export const eachDailySubscriptionsReport = eachLoader({
  key: ({ accountId, day }: ReportRef) => JSON.stringify([accountId, day]),
  per: "key",
  concurrency: 4,
  load: async ({ accountId, day }, { writer, kore }: Context) => {
    const reply = await writer.connectivity.dailySubscriptionsReport(accountId, day).catch(KoreError.nullIfNotFound);
    return toDailySubscriptionsReport(reply, kore.unknown);
  },
});
