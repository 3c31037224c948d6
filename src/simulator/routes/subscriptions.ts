import { type Backend } from "../backend.ts";
import { Query } from "../http/query.ts";
import { ok, Refusal, type Reply } from "../http/reply.ts";
import { type Call, type Router } from "../http/router.ts";
import { simJson } from "../fixtures/sim-json.ts";
import { type SimQuery } from "../fixtures/sim-list.ts";
import { accountOf } from "./access.ts";

const PATH = "/connectivity/v1/accounts/{account-id}/subscriptions";
const MAX_ICCIDS = 100;
const MAX_PAGE = 1_000;

const PARAMETERS = [
  "page-index",
  "max-page-item",
  "sort-field",
  "sort-direction",
  "imsi",
  "imei",
  "iccid",
  "eid",
  "sim-state",
  "msisdn",
  "show-state-history",
  "last-modified-from",
  "last-modified-to",
];

export function addSubscriptionRoutes(router: Router, backend: Backend): void {
  router.add("GET", PATH, (call) => list(backend, call));
  router.add("GET", `${PATH}/{id}`, (call) => {
    const { account } = accountOf(backend, call);
    const sim = backend.fixtures.sims.bySubscriptionId(call.params["id"] ?? "");
    if (sim?.account !== account) throw new Refusal(404, "Subscription not found");
    return ok(simJson(backend.fixtures.sims, sim, false)); // OURS: no history here, as in the list by default
  });
}

function list(backend: Backend, call: Call): Reply {
  const { account } = accountOf(backend, call);
  const query = new Query(call.query, PARAMETERS);
  const pageIndex = query.requiredInteger("page-index", { min: 0 });
  const maxPageItem = query.requiredInteger("max-page-item", { min: 1, max: MAX_PAGE });
  const history = query.oneOf("show-state-history", ["true", "false"]) === "true";
  const { total, sims } = backend.fixtures.list.find(account, simQuery(query, pageIndex, maxPageItem));
  return ok({
    "page-info-result": { "total-count": total, "page-index": pageIndex, "max-page-item": maxPageItem },
    subscriptions: sims.map((sim) => simJson(backend.fixtures.sims, sim, history)),
  });
}

function simQuery(query: Query, pageIndex: number, take: number): SimQuery {
  const given = {
    imsi: query.text("imsi"),
    imei: query.text("imei"),
    msisdn: query.text("msisdn"),
    eid: query.text("eid"),
    state: query.text("sim-state"), // OURS: a state that KORE does not have matches nothing
    iccids: iccids(query.text("iccid")),
    modifiedFrom: query.instant("last-modified-from"),
    modifiedTo: query.instant("last-modified-to"),
    sort: query.oneOf("sort-field", ["subscription-id", "iccid", "service-type-id", "cost-center-id"]),
  };
  return {
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<SimQuery>),
    direction: query.oneOf("sort-direction", ["Asc", "Desc"]) ?? "Desc",
    skip: pageIndex * take,
    take,
  };
}

function iccids(joined: string | undefined): string[] | undefined {
  const list = joined?.split(",").map((iccid) => iccid.trim());
  if (list && list.length > MAX_ICCIDS) throw new Refusal(400, `iccid takes at most ${MAX_ICCIDS} values`);
  return list;
}
