import { type Backend, settle } from "../../backend.ts";
import { ok, Refusal, type Reply } from "../../http/reply.ts";
import { type Call, type Router } from "../../http/router.ts";
import { RECORD_PARTS, type RecordChange, type RecordPart, readChanges } from "../../records/input.ts";
import { type SubscriptionRequest } from "../../records/subscription-requests.ts";
import { type ApiClient } from "../../clients/client.ts";
import { type Account } from "../../fixtures/accounts.ts";
import { accountOf, jsonBody, reaches } from "../access.ts";

const PATH = "/connectivity/v1/accounts/{account-id}/subscription-requests";

export function addSubscriptionRequestRoutes(router: Router, backend: Backend): void {
  for (const part of RECORD_PARTS) {
    const path = part === "additional-fields" ? PATH : `${PATH}/${part}`;
    router.add("POST", path, (call) => submit(backend, call, part));
  }
  router.add("GET", `${PATH}/{id}`, (call) => {
    const { account } = accountOf(backend, call);
    const request = backend.fixtures.subscriptionRequests.get(account.id, call.params["id"] ?? "");
    if (!request) throw new Refusal(404, "Subscription request not found");
    return ok({ "subscription-request": detail(request) });
  });
}

function submit(backend: Backend, call: Call, part: RecordPart): Reply {
  const { account, client } = accountOf(backend, call);
  const body = jsonBody(call);
  const changes = readChanges(part, body);
  for (const change of changes) check(backend, change, account, client);
  const now = backend.clock.now().getTime();
  const { id, status } = backend.fixtures.subscriptionRequests.submit({ account, part, changes, body, now });
  settle(backend); // with delays of zero it is completed before the next read
  return ok({
    "subscription-request-id": id,
    "subscription-request-type": [part],
    "subscription-request-status": status,
  });
}

/** The checks that refuse a request at once. OURS: KORE states none of them. */
function check(
  backend: Backend,
  { costCenterPk, destinationAccountId }: RecordChange,
  account: Account,
  client: ApiClient,
): void {
  const { sims } = backend.fixtures;
  const { costCenters } = sims.catalog(account);
  if (costCenterPk !== undefined && !costCenters.some(({ pk }) => pk === costCenterPk))
    throw new Refusal(400, "The account has no such cost center");
  if (destinationAccountId === undefined) return;
  const destination = sims.account(destinationAccountId);
  if (!destination || destination === account || !reaches(backend, client, destination))
    throw new Refusal(400, "destination-account-id is not another account of yours");
}

function detail({ id, part, status, items, errors }: SubscriptionRequest): Record<string, unknown> {
  return {
    "subscription-request-type": part,
    "subscription-request-status": status,
    source: "API",
    "total-subscriptions": items.length,
    subscriptions: items.map((item) => ({
      "subscription-request-id": id,
      status: item.status,
      error: item.error,
      "subscription-identifier": "subscription-id",
      "subscription-identifier-value": item.change.subscriptionId,
      "property-type": part,
    })),
    ...(errors.length > 0 && {
      "subscription-request-error": errors.map(({ type, code, message }) => ({
        "error-type": type,
        "error-code": code,
        "error-message": message,
      })),
    }),
  };
}
