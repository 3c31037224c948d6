import { type Backend, settle } from "../../backend.ts";
import { Query } from "../../http/query.ts";
import { object, onlyKeys, requiredText } from "../../http/json-fields.ts";
import { ok, Refusal, type Reply } from "../../http/reply.ts";
import { type Call, type Router } from "../../http/router.ts";
import { type EsimAction, flag, readEids, readEsimInput } from "../../provisioning/esim-input.ts";
import { type EsimRequest } from "../../provisioning/esim-request.ts";
import { accountOf, connectivityClient, jsonBody, reaches } from "../access.ts";

const ACCOUNT = "/connectivity/v1/accounts/{account-id}";
const REQUESTS = `${ACCOUNT}/esim-profile-switch-requests`;
const DEFAULT_TAKE = 20; // not stated by KORE

export function addEsimRoutes(router: Router, backend: Backend): void {
  router.add("GET", REQUESTS, (call) => list(backend, call));
  router.add("POST", REQUESTS, (call) => submit(backend, call, "switch"));
  router.add("POST", `${REQUESTS}/retry`, (call) => retry(backend, call));
  router.add("POST", `${REQUESTS}/cancel`, (call) => cancel(backend, call));
  router.add("GET", `${REQUESTS}/{id}`, (call) =>
    ok(detail(backend, requestOf(backend, call, call.params["id"] ?? ""))),
  );
  for (const action of ["download", "enable", "delete"] as const) {
    router.add("POST", `${ACCOUNT}/esim-profile-${action}-requests`, (call) => submit(backend, call, action));
  }
  router.add("GET", "/connectivity/v1/esim/profile-status", (call) => profileStatus(backend, call));
}

function requestOf(backend: Backend, call: Call, id: string): EsimRequest {
  const { account } = accountOf(backend, call);
  const request = backend.fixtures.esims.get(account.id, id);
  if (!request) throw new Refusal(404, "eSIM request not found");
  return request;
}

function submit(backend: Backend, call: Call, action: EsimAction): Reply {
  const { account } = accountOf(backend, call);
  const now = backend.clock.now().getTime();
  const { id } = backend.fixtures.esims.submit({ account, input: readEsimInput(action, jsonBody(call)), now });
  settle(backend); // with delays of zero it is completed before the reply
  const name = action === "switch" ? "esim-profile-switch-request-id" : "request-id";
  return ok({ status: "success", data: { [name]: id, message: "Your request has been acknowledged" } });
}

function list(backend: Backend, call: Call): Reply {
  const { account } = accountOf(backend, call);
  const { firstPage = 1, maxTake = Infinity } = backend.options.paging ?? {};
  const query = new Query(call.query, ["page", "take", "eid"]);
  const page = query.integer("page", { min: firstPage }) ?? firstPage;
  const take = Math.min(query.integer("take", { min: 1 }) ?? DEFAULT_TAKE, maxTake);
  const eid = query.text("eid");
  const found = backend.fixtures.esims
    .list(account.id)
    .filter(({ items }) => eid === undefined || items.some(({ ref }) => ref.eid === eid));
  const start = (page - firstPage) * take;
  return ok({
    "total-records": found.length,
    "total-pages": Math.ceil(found.length / take),
    page,
    records: found.slice(start, start + take).map(record),
  });
}

function record(request: EsimRequest): Record<string, unknown> {
  const { items } = request;
  const count = (...statuses: string[]) => items.filter(({ status }) => statuses.includes(status)).length;
  return {
    "esim-profile-switch-request-id": request.id,
    "activation-profile-id": request.activationProfileId ?? "",
    "switch-request-type": request.type,
    "switch-request-date": new Date(request.createdAt).toISOString(),
    "switch-request-status": statusOf(request),
    "total-switch-requested": items.length,
    "total-switch-processing": count("Created", "Pending", "Acquired new profile"),
    "total-switch-completed": count("Completed"),
    "total-switch-failed": count("Failed"),
    "total-switch-pending-network-connection": count("Waiting for session"),
  };
}

function statusOf({ items }: EsimRequest): string {
  const every = (...statuses: string[]) => items.every(({ status }) => statuses.includes(status));
  if (every("Completed")) return "Completed";
  if (every("Cancelled")) return "Cancelled";
  if (every("Completed", "Failed", "Cancelled")) return "Processed";
  return every("Created") ? "Pending" : "Processing";
}

function detail({ fixtures: { sims } }: Backend, request: EsimRequest): Record<string, unknown> {
  return {
    ...record(request),
    eids: request.items.map((item) => ({
      eid: item.ref.eid,
      "new-subscription-id": item.new ? sims.subscriptionId(item.new) : "",
      "old-subscription-id": item.old ? sims.subscriptionId(item.old) : "",
      "switch-status": item.status,
      "switch-error-message": item.error,
    })),
  };
}

function retry(backend: Backend, call: Call): Reply {
  const body = object(jsonBody(call), "the body");
  onlyKeys(body, ["esim-profile-switch-request-id", "eids", "skip-session-check"], "the body");
  const request = requestOf(backend, call, requiredText(body, "esim-profile-switch-request-id"));
  const { account } = accountOf(backend, call);
  const now = backend.clock.now().getTime();
  const skipsSessionCheck = flag(body, "skip-session-check");
  const outcome = backend.fixtures.esims.retry(account, request, readEids(body) ?? [], { skipsSessionCheck, now });
  settle(backend);
  return outcomeReply("retry-response", outcome, ["Request requeued successfully!", "Request cannot be requeued!"]);
}

function cancel(backend: Backend, call: Call): Reply {
  const body = object(jsonBody(call), "the body");
  onlyKeys(body, ["request-id", "eids", "cancel-autoretry"], "the body");
  const request = requestOf(backend, call, requiredText(body, "request-id"));
  const outcome = backend.fixtures.esims.cancel(request, readEids(body), flag(body, "cancel-autoretry"));
  return outcomeReply("cancel-response", outcome, ["Request cancelled successfully!", "Request cannot be cancelled!"]);
}

/** OURS: a 400 where no EID is accepted. */
function outcomeReply(
  key: string,
  { accepted, rejected }: { accepted: readonly string[]; rejected: readonly string[] },
  [done, refused]: readonly [string, string],
): Reply {
  const isDone = accepted.length > 0;
  const outcome = isDone ? { "accepted-eids": accepted, "rejected-eids": rejected } : { "rejected-eids": rejected };
  return {
    status: isDone ? 200 : 400,
    body: { status: isDone ? "success" : "error", data: { message: isDone ? done : refused, [key]: outcome } },
  };
}

/** As KORE's path names no account: the SIMs of all accounts that the client reaches. */
function profileStatus(backend: Backend, call: Call): Reply {
  const client = connectivityClient(backend, call);
  const { sims } = backend.fixtures;
  const query = new Query(call.query, ["eid", "iccid"]);
  const [eid, iccid] = [query.text("eid"), query.text("iccid")];
  if (eid === undefined && iccid === undefined) throw new Refusal(400, "Invalid input");
  const named = eid === undefined ? [sims.byIccid(iccid ?? "")].filter((sim) => sim !== null) : sims.byEid(eid);
  const found = named
    .filter(({ account }) => reaches(backend, client, account))
    .filter((sim) => iccid === undefined || sims.iccid(sim) === iccid);
  if (found.length === 0) throw new Refusal(404, "No subscription found");
  return ok({
    subscriptions: found.map((sim) => {
      const status = sims.rspStatus(sim);
      return {
        iccid: sims.iccid(sim),
        "product-offer": sim.serviceType.productOffer,
        state: sims.state(sim),
        ...(status === null ? {} : { "profile-status": status }),
        "subscription-id": sims.subscriptionId(sim),
        "is-fallback": sims.eidPosition(sim) === 1,
      };
    }),
  });
}
