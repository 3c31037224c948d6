import { type Backend } from "../backend.ts";
import { Query } from "../http/query.ts";
import { ok, Refusal, type Reply } from "../http/reply.ts";
import { type Call, type Router } from "../http/router.ts";
import { type Offer } from "../fixtures/catalog.ts";
import { accountOf, connectivityClient, reaches } from "./access.ts";

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
    return ok(costCenters.map((c) => ({ "cost-center-id": c.id, "cost-center-name": c.name, "cost-center-pk": c.pk })));
  });
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
