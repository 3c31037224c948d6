import { type Backend } from "../../backend.ts";
import { dailyUsage, type DailyUsage, type UsageKind } from "../../fixtures/activity/usage.ts";
import { Query } from "../../http/query.ts";
import { ok, Refusal, type Reply } from "../../http/reply.ts";
import { type Call, type Router } from "../../http/router.ts";
import { withoutZone } from "../../fixtures/sim-json.ts";
import { accountOf } from "../access.ts";

const ACCOUNT = "/connectivity/v1/accounts/{account-id}";
const DAY = 86_400_000;
const MAX_DAYS = 60;

const UNITS: Readonly<Record<UsageKind, string>> = { data: "byte", sms: "event", voice: "sec" };
const KINDS = { DATA: "data", SMS: "sms", VOICE: "voice" } as const;

export function addUsageRoutes(router: Router, backend: Backend): void {
  router.add("GET", `${ACCOUNT}/subscriptions/{id}/usage-records`, (call) => simUsage(backend, call));
  router.add("GET", `${ACCOUNT}/plans/{id}/usage-records`, (call) => planUsage(backend, call));
}

function simUsage(backend: Backend, call: Call): Reply {
  const { account } = accountOf(backend, call);
  const days = daysIn(call, backend);
  const { sims } = backend.fixtures;
  const sim = sims.bySubscriptionId(call.params["id"] ?? "");
  if (sim?.account !== account) throw new Refusal(404, "Subscription not found");
  const { states } = sims.record(sim);
  const inUse = days.filter((day) =>
    states.some(({ value, from, to }) => value === "Active" && from < day + DAY && (to === null || to > day)),
  );
  const kinds = (["data", "sms", "voice"] as const).flatMap((kind): [string, unknown][] => {
    const usage = dailyUsage(inUse, kind, (salt) => sims.draw(sim.serial, salt));
    return usage.length === 0 ? [] : [[kind, usageJson(usage, UNITS[kind])]]; // OURS: a kind without records is left out
  });
  return ok({ source: "cdr", "subscription-id": sims.subscriptionId(sim), ...Object.fromEntries(kinds) });
}

/** OURS: drawn for the plan itself, since adding up a million SIMs would take long, as if all plans had as many SIMs. */
function planUsage(backend: Backend, call: Call): Reply {
  const { account } = accountOf(backend, call);
  const days = daysIn(call, backend);
  const { sims } = backend.fixtures;
  const plan = sims.catalog(account).plans.find(({ id }) => id === call.params["id"]);
  if (!plan) throw new Refusal(404, "Plan not found");
  const kind = KINDS[plan.usage];
  const serial = Number(plan.id.replace(/\D/g, "")) + account.ordinal;
  const share = Math.ceil(account.sims / sims.catalog(account).plans.length);
  const usage = dailyUsage(share === 0 ? [] : days, kind, (salt) => sims.draw(serial, salt));
  const ofAll = usage.map(({ day, amount }) => ({ day, amount: amount * share }));
  return ok({ source: "cdr", "plan-id": plan.id, ...usageJson(ofAll, UNITS[kind]) });
}

/** The days of the span up to today, as instants of their start. The last day is included: OURS. */
function daysIn(call: Call, { clock }: Backend): number[] {
  const query = new Query(call.query, ["start-date", "end-date", "source", "include-plan-name"]);
  const [start, end] = [query.requiredDay("start-date"), query.requiredDay("end-date")];
  query.oneOf("source", ["cdr"]);
  query.oneOf("include-plan-name", ["true", "false"]);
  if (end < start) throw new Refusal(400, "end-date must not be before start-date");
  const count = (end - start) / DAY + 1;
  if (count > MAX_DAYS) throw new Refusal(400, `The range may span at most ${MAX_DAYS} days`); // OURS: the stricter reading
  const days = Array.from({ length: count }, (_, index) => start + index * DAY);
  return days.filter((day) => day <= clock.now().getTime());
}

function usageJson(days: readonly DailyUsage[], unit: string): Record<string, unknown> {
  return {
    "total-usage": days.reduce((sum, { amount }) => sum + amount, 0),
    unit,
    "daily-usages": days.map(({ day, amount }) => ({ date: withoutZone(day), "total-usage": amount, unit })),
  };
}
