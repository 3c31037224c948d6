import { type Backend } from "../backend.ts";
import { Query } from "../http/query.ts";
import { ok, Refusal, type Reply } from "../http/reply.ts";
import { type Call, type Router } from "../http/router.ts";
import { type CostCenter, type Offer } from "../fixtures/catalog.ts";
import { object, onlyKeys, requiredText } from "../http/json-fields.ts";
import { accountOf, connectivityClient, jsonBody, reaches } from "./access.ts";

const ACCOUNT = "/connectivity/v1/accounts/{account-id}";

export function addAccountRoutes(router: Router, backend: Backend): void {
  router.add("GET", "/connectivity/v1/ping", (call) => {
    connectivityClient(backend, call);
    return ok({ status: "OK" });
  });
  router.add("GET", "/connectivity/v1/accounts", (call) => accounts(backend, call));
  router.add("GET", `${ACCOUNT}/cost-centers`, (call) => {
    const { account } = accountOf(backend, call);
    const { costCenters } = backend.fixtures.sims.catalog(account);
    return ok(costCenters.map(costCenterJson));
  });
  router.add("POST", `${ACCOUNT}/cost-centers`, (call) => createCostCenter(backend, call));
  router.add("PUT", `${ACCOUNT}/cost-centers`, (call) => renameCostCenter(backend, call));
  router.add("GET", `${ACCOUNT}/activation-profiles`, (call) => ok(offers(backend, call).map(brief)));
  router.add("GET", `${ACCOUNT}/activation-profiles/{id}`, (call) => {
    const offer = offers(backend, call).find((o) => o.activationProfileId === call.params["id"]);
    if (!offer) throw new Refusal(404, "Activation profile not found");
    return ok(detail(offer));
  });
  router.add("GET", `${ACCOUNT}/profiles/{id}`, (call) => {
    const offer = offers(backend, call).find((o) => String(o.profileId) === call.params["id"]);
    if (!offer) throw new Refusal(404, "Profile not found");
    return ok(profile(offer));
  });
}

function accounts(backend: Backend, call: Call): Reply {
  const client = connectivityClient(backend, call);
  const email = new Query(call.query, ["email"]).requiredText("email");
  // OURS: an unknown address is the 404 that this call declares, not an empty list.
  if (email.toLowerCase() !== backend.credentials.accountEmail.toLowerCase())
    throw new Refusal(404, "No account found for this e-mail address");
  const visible = backend.fixtures.sims.accounts.filter((account) => reaches(backend, client, account));
  return ok({
    account: visible.map((a) => ({ "account-id": a.id, "account-number": a.number, "account-name": a.name })),
  });
}

const costCenterJson = ({ id, name, pk }: CostCenter) => ({
  "cost-center-id": id,
  "cost-center-name": name,
  "cost-center-pk": pk,
});

/** Numbers of created cost centers, above those of the seed data. */
const FIRST_CREATED = 900_000;

/** OURS: a name exists once in an account, and has at most 100 characters. KORE states neither. */
function createCostCenter(backend: Backend, call: Call): Reply {
  const { account } = accountOf(backend, call);
  const body = object(jsonBody(call), "the body");
  onlyKeys(body, ["cost-center-name"], "the body");
  const { costCenters } = backend.fixtures.sims.catalog(account);
  const name = freeName(costCenters, body);
  const number = FIRST_CREATED + account.ordinal * 1000 + costCenters.length;
  const created = { id: String(number), name, pk: String(7_000_000 + number) };
  costCenters.push(created);
  return ok({ message: "Cost center created", ...costCenterJson(created) });
}

function renameCostCenter(backend: Backend, call: Call): Reply {
  const { account } = accountOf(backend, call);
  const body = object(jsonBody(call), "the body");
  onlyKeys(body, ["cost-center-pk", "cost-center-name"], "the body");
  const { costCenters } = backend.fixtures.sims.catalog(account);
  const pk = requiredText(body, "cost-center-pk");
  const place = costCenters.findIndex((costCenter) => costCenter.pk === pk);
  const found = costCenters[place];
  if (!found) throw new Refusal(404, "Cost center not found");
  const renamed = { ...found, name: freeName(costCenters, body) };
  costCenters[place] = renamed;
  return ok({ message: "Cost center updated", ...costCenterJson(renamed) });
}

function freeName(costCenters: readonly CostCenter[], body: Record<string, unknown>): string {
  const name = requiredText(body, "cost-center-name");
  if (name.length > 100) throw new Refusal(400, "cost-center-name has at most 100 characters");
  if (costCenters.some((costCenter) => costCenter.name === name))
    throw new Refusal(409, "A cost center of this name exists");
  return name;
}

function offers(backend: Backend, call: Call): readonly Offer[] {
  return backend.fixtures.sims.catalog(accountOf(backend, call).account).offers;
}

function brief(offer: Offer): Record<string, unknown> {
  return {
    "activation-profile-id": offer.activationProfileId,
    "activation-profile-name": offer.name,
    "created-date": new Date(offer.createdAt).toISOString().slice(0, 19), // format not stated; no zone is OURS
    "created-by": offer.createdBy,
  };
}

function detail(offer: Offer): Record<string, unknown> {
  return {
    ...brief(offer),
    description: offer.description,
    "service-type-id": offer.serviceType.id,
    "product-offer": offer.serviceType.productOffer,
    "plan-ids": offer.plans.map((plan) => ({ "plan-id": plan.id })),
    "feature-ids": offer.features.map((feature) => ({ "feature-id": feature.id })),
  };
}

/** KORE's reply does not repeat the id it was asked for. */
function profile(offer: Offer): Record<string, unknown> {
  return {
    plans: offer.plans.map((p) => ({
      "plan-id": p.id,
      "plan-name": p.name,
      "plan-type": p.type,
      "usage-type": p.usage,
    })),
    features: offer.features.map((f) => ({ "feature-id": f.id, "feature-name": f.name })),
  };
}
