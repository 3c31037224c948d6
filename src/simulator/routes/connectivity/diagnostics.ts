import { type Backend, settle } from "../../backend.ts";
import { withoutZone } from "../../fixtures/sim-json.ts";
import { Query } from "../../http/query.ts";
import { ok, Refusal, type Reply } from "../../http/reply.ts";
import { type Call, type Router } from "../../http/router.ts";
import { type DiagnosticsRequest } from "../../provisioning/diagnostics.ts";
import { accountOf, jsonBody } from "../access.ts";

const PATH = "/connectivity/v1/accounts/{account-id}/diagnostics";
const DEFAULT_TAKE = 20; // not stated by KORE
const SUBJECTS = ["subscription-id", "iccid", "msisdn"];

export function addDiagnosticsRoutes(router: Router, backend: Backend): void {
  router.add("GET", PATH, (call) => list(backend, call));
  router.add("POST", PATH, (call) => submit(backend, call));
  router.add("GET", `${PATH}/{id}`, (call) => {
    const { account } = accountOf(backend, call);
    const request = backend.fixtures.diagnostics.get(account.id, call.params["id"] ?? "");
    if (!request) throw new Refusal(404, "Diagnostics request not found");
    const key = backend.options.provisioning?.detailKey === "literal" ? "request-type" : TYPE;
    return ok({ [key]: detail(request) });
  });
}

const TYPE = "CancelDeviceLocation";

function submit(backend: Backend, call: Call): Reply {
  const { account, client } = accountOf(backend, call);
  const now = backend.clock.now().getTime();
  const { id } = backend.fixtures.diagnostics.submit({ account, body: jsonBody(call), by: client.name, now });
  settle(backend); // with delays of zero it is completed before the reply
  const message = "Diagnostics request has been submitted";
  return ok({ status: "submitted", data: { "diagnostics-request-id": id, message } });
}

function list(backend: Backend, call: Call): Reply {
  const { account } = accountOf(backend, call);
  const { sims, diagnostics } = backend.fixtures;
  const { firstPage = 1, maxTake = Infinity } = backend.options.paging ?? {};
  const query = new Query(call.query, ["page", "take", ...SUBJECTS]);
  const page = query.integer("page", { min: firstPage }) ?? firstPage;
  const take = Math.min(query.integer("take", { min: 1 }) ?? DEFAULT_TAKE, maxTake);
  const [id, iccid, msisdn] = SUBJECTS.map((name) => query.text(name));
  const found = diagnostics
    .list(account.id)
    .filter((request) => id === undefined || request.subscriptionId === id)
    .filter((request) => iccid === undefined || request.iccid === iccid)
    .filter(({ sim }) => msisdn === undefined || (sim !== null && sims.msisdns(sim).includes(msisdn)));
  const start = (page - firstPage) * take;
  return ok({
    "total-records": found.length,
    "total-pages": Math.ceil(found.length / take),
    page,
    records: found.slice(start, start + take).map(record),
  });
}

function shared(request: DiagnosticsRequest): Record<string, unknown> {
  return {
    "request-type": TYPE,
    "service-type": request.sim?.serviceType.name ?? "",
    "number-of-subscriptions": 1,
    "date-created": withoutZone(request.createdAt),
    ...(request.completedAt === null ? {} : { "date-completed": withoutZone(request.completedAt) }),
    source: "API",
    "requested-by": request.requestedBy,
    "account-id": request.accountId,
  };
}

/** The list spells the id in another way. */
function record(request: DiagnosticsRequest): Record<string, unknown> {
  return { "diagnostic-request-id": request.id, ...shared(request), "request-status": request.status };
}

function detail(request: DiagnosticsRequest): Record<string, unknown> {
  const { id, status, subscriptionId, iccid, outcome, error } = request;
  return {
    "diagnostics-request-id": id,
    ...shared(request),
    status,
    "error-message": error,
    subscriptions: [{ "subscription-id": subscriptionId, iccid, "completion-status": outcome }],
  };
}
