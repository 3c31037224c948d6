import { type Backend, settle } from "../backend.ts";
import { readInput } from "../provisioning/input.ts";
import { SimBusy } from "../provisioning/provisioning.ts";
import { type ProvisioningRequest } from "../provisioning/requests.ts";
import { Query } from "../http/query.ts";
import { ok, Refusal, type Reply } from "../http/reply.ts";
import { type Call, type Router } from "../http/router.ts";
import { type Action, ACTIONS } from "../state-machine.ts";
import { type Account } from "../fixtures/accounts.ts";
import { withoutZone } from "../fixtures/sim-json.ts";
import { accountOf, jsonBody } from "./access.ts";

const PATH = "/connectivity/v1/accounts/{account-id}/provisioning-requests";
const DEFAULT_TAKE = 20; // not stated by KORE

export function addProvisioningRoutes(router: Router, backend: Backend): void {
  router.add("GET", PATH, (call) => list(backend, call));
  router.add("POST", PATH, (call) => submit(backend, call, null));
  for (const action of ACTIONS) router.add("POST", `${PATH}/${action}`, (call) => submit(backend, call, action));
  router.add("GET", `${PATH}/{id}`, (call) => {
    const { account } = accountOf(backend, call);
    const request = backend.fixtures.provisioning.requests.get(account.id, call.params["id"] ?? "");
    if (!request) throw new Refusal(404, "Provisioning request not found");
    const key = backend.options.provisioning?.detailKey === "literal" ? "request-type" : request.type;
    const { bareDetail = false } = backend.options.provisioning ?? {};
    return ok({ [key]: bareDetail ? withoutNames(detail(request)) : detail(request) });
  });
}

function submit(backend: Backend, call: Call, verb: Action | null): Reply {
  const { account, client } = accountOf(backend, call);
  const body = jsonBody(call);
  try {
    const now = backend.clock.now().getTime();
    const input = readInput(body, verb);
    const request = backend.fixtures.provisioning.submit({ account, input, body, by: client.name, now });
    settle(backend); // with delays of zero it is completed before the reply
    const message = "Provisioning request has been submitted";
    return ok({ status: "submitted", data: { "provisioning-request-id": request.id, message } });
  } catch (error) {
    if (error instanceof SimBusy) throw new Refusal(409, error.message);
    throw error;
  }
}

function list(backend: Backend, call: Call): Reply {
  const { account } = accountOf(backend, call);
  const { firstPage = 1, maxTake = Infinity } = backend.options.paging ?? {};
  const query = new Query(call.query, ["page", "take", "subscription-id", "iccid"]);
  const page = query.integer("page", { min: firstPage }) ?? firstPage;
  const take = Math.min(query.integer("take", { min: 1 }) ?? DEFAULT_TAKE, maxTake);
  const found = select(backend, account, query);
  const start = (page - firstPage) * take;
  return ok({
    "total-records": found.length,
    "total-pages": Math.ceil(found.length / take),
    page,
    records: found.slice(start, start + take).map(record),
  });
}

function select(backend: Backend, account: Account, query: Query): ProvisioningRequest[] {
  const { sims, provisioning } = backend.fixtures;
  const { requests } = provisioning;
  const id = query.text("subscription-id");
  const iccid = query.text("iccid");
  const byId = id === undefined ? null : requests.naming(account.id, sims.bySubscriptionId(id) ?? id);
  const byIccid = iccid === undefined ? null : requests.naming(account.id, sims.byIccid(iccid) ?? iccid);
  if (byId && byIccid) return byId.filter((request) => byIccid.includes(request));
  return byId ?? byIccid ?? requests.list(account.id);
}

/** Fields of list and detail. The list adds `request-status` and `source`, the detail `status` and `account-id`. */
function shared(request: ProvisioningRequest): Record<string, unknown> {
  return {
    "provisioning-request-id": request.id,
    "request-type": request.type,
    "service-type": request.serviceType,
    "number-of-subscriptions": request.items.length,
    "date-created": withoutZone(request.createdAt),
    ...(request.completedAt === null ? {} : { "date-completed": withoutZone(request.completedAt) }),
    "provisioned-by": request.provisionedBy,
    ...(request.activationProfileId === null ? {} : { "activation-profile-id": request.activationProfileId }),
  };
}

function record(request: ProvisioningRequest): Record<string, unknown> {
  return { ...shared(request), "request-status": request.status, source: request.source };
}

function detail(request: ProvisioningRequest): Record<string, unknown> {
  return {
    ...shared(request),
    "account-id": request.accountId,
    status: request.status,
    subscriptions: request.items.map((item) => ({
      "subscription-id": item.subscriptionId,
      iccid: item.iccid,
      "completion-status": item.outcome,
      "error-message": item.error,
    })),
  };
}

function withoutNames(detail: Record<string, unknown>): Record<string, unknown> {
  const names = ["provisioning-request-id", "request-type"];
  return Object.fromEntries(Object.entries(detail).filter(([key]) => !names.includes(key)));
}
