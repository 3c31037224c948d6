import { type Backend } from "../../backend.ts";
import { type Sim } from "../../fixtures/sims.ts";
import { type Session, sessionsOf } from "../../fixtures/activity/sessions.ts";
import { Query } from "../../http/query.ts";
import { ok, Refusal, type Reply } from "../../http/reply.ts";
import { type Call, type Router } from "../../http/router.ts";
import { accountOf } from "../access.ts";

const ACCOUNT = "/connectivity/v1/accounts/{account-id}";
const DAY = 86_400_000;
const WINDOW = 7 * DAY;
const MAX_VALUES = 100;
const FIELDS = ["subscription-id", "msisdn", "iccid"] as const;
const BOOLEANS = ["true", "false"] as const;

export function addSessionRoutes(router: Router, backend: Backend): void {
  router.add("GET", `${ACCOUNT}/sessions`, (call) => sessions(backend, call));
  router.add("GET", `${ACCOUNT}/in-session`, (call) => inSession(backend, call));
}

function sessions(backend: Backend, call: Call): Reply {
  const parameters = ["include-active-sessions", "date-range-start", "date-range-end"];
  const { query, found, now } = sought(backend, call, [...parameters, "page-number", "page-size", "sort-by"]);
  const { sims, diagnostics } = backend.fixtures;
  const isActiveIncluded = query.oneOf("include-active-sessions", BOOLEANS) === "true";
  const from = query.instant("date-range-start") ?? now - WINDOW;
  const to = query.instant("date-range-end") ?? now;
  if (from < now - WINDOW || to < from) throw new Refusal(400, "The date range must be within the last 7 days");
  const number = query.integer("page-number", { min: 1 }) ?? 1;
  const size = query.integer("page-size", { min: 1 }) ?? 1;
  const sort = query.oneOf("sort-by", ["startTime:ASC", "startTime:DESC"]) ?? "startTime:DESC";
  const rows = found.flatMap((sim) => {
    const all = sessionsOf(sims, sim, { from, to: Math.min(to, now), resets: diagnostics.resetsOf(sim) });
    if (all === null) return []; // OURS: a SIM without data is left out
    const shown = all.filter((session) => isActiveIncluded || session.to !== null);
    if (sort === "startTime:DESC") shown.reverse();
    const [msisdn] = sims.msisdns(sim);
    return [
      {
        "subscription-urn": `urn:kore:subscription:${sims.subscriptionId(sim)}`, // OURS: KORE states no form
        iccid: sims.iccid(sim),
        ...(msisdn === undefined ? {} : { msisdn }),
        "session-count": shown.length,
        "session-data": {
          sessions: shown.slice((number - 1) * size, number * size).map(sessionJson),
          sort: [sort],
          page: { size, number },
        },
      },
    ];
  });
  return ok(rows);
}

function sessionJson({ id, from, to, apn }: Session): Record<string, string> {
  const stop = to === null ? {} : { "stop-time": new Date(to).toISOString() };
  return { "session-id": id, "start-time": new Date(from).toISOString(), ...stop, apn };
}

function inSession(backend: Backend, call: Call): Reply {
  const { query, found, now } = sought(backend, call, ["include-session-timestamp"]);
  const { sims, diagnostics } = backend.fixtures;
  const isDated = query.oneOf("include-session-timestamp", BOOLEANS) === "true";
  const rows = found.flatMap((sim) => {
    const last = sessionsOf(sims, sim, { from: now - WINDOW, to: now, resets: diagnostics.resetsOf(sim) })?.at(-1);
    if (!last) return [];
    const [msisdn] = sims.msisdns(sim);
    return [
      {
        "subscription-id": sims.subscriptionId(sim),
        ...(msisdn === undefined ? {} : { msisdn }),
        iccid: sims.iccid(sim),
        "in-session": last.to === null,
        ...(isDated ? { "last-updated-time": new Date(last.to ?? last.from).toISOString() } : {}),
      },
    ];
  });
  return ok(rows);
}

/** The SIMs of the account that the query names. Values that no SIM has are left out. */
function sought(backend: Backend, call: Call, parameters: readonly string[]) {
  const { account } = accountOf(backend, call);
  const query = new Query(call.query, ["query-by-field", ...parameters], { repeatable: ["query-by-values"] });
  query.requiredText("query-by-field");
  const field = query.oneOf("query-by-field", FIELDS) ?? "iccid";
  const { sims } = backend.fixtures;
  const find = {
    "subscription-id": (value: string) => sims.bySubscriptionId(value),
    msisdn: (value: string) => sims.byMsisdn(value),
    iccid: (value: string) => sims.byIccid(value),
  }[field];
  const values = query.requiredTexts("query-by-values", { max: MAX_VALUES });
  const found = values.map(find).filter((sim): sim is Sim => sim?.account === account);
  return { query, found, now: backend.clock.now().getTime() };
}
