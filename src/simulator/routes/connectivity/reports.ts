import { createHash, randomUUID } from "node:crypto";
import { type Backend } from "../../backend.ts";
import { Query } from "../../http/query.ts";
import { ok, Refusal, type Reply } from "../../http/reply.ts";
import { type Call, type Router } from "../../http/router.ts";
import { accountOf } from "../access.ts";

const PATH = "/connectivity/v1/accounts/{account-id}/scheduled-reports/daily-subscriptions";
const DAY = 86_400_000;
/** After the end of the day. */
const GENERATED_AFTER = DAY + 2 * 3_600_000;
const KEPT = 90 * DAY;

export function addReportRoutes(router: Router, backend: Backend): void {
  router.add("GET", PATH, (call) => dailySubscriptions(backend, call));
}

/** OURS: yesterday by default, 90 days back, and a 404 where there is no report. Nothing is at the address. */
function dailySubscriptions(backend: Backend, call: Call): Reply {
  const { account } = accountOf(backend, call);
  const now = backend.clock.now().getTime();
  const newest = Math.floor((now - GENERATED_AFTER) / DAY) * DAY;
  const day = new Query(call.query, ["date"]).day("date") ?? newest;
  if (day > newest || day < newest - KEPT || account.sims === 0) throw new Refusal(404, "Report not found");
  const name = `daily-subscriptions-${account.id}-${new Date(day).toISOString().slice(0, 10)}.csv`;
  return ok({
    "file-details": {
      "file-name": name,
      "file-type": "csv",
      "file-generation-date": new Date(day + GENERATED_AFTER).toISOString(),
      checksum: { type: "SHA-256", value: createHash("sha256").update(name).digest("hex") },
      "signed-url": `https://reports.kore.invalid/${name}?signature=${randomUUID()}`,
    },
  });
}
