import { type Backend } from "../../backend.ts";
import { type Catalog } from "../../fixtures/catalog.ts";
import { type ServiceType } from "../../fixtures/service-types.ts";
import { ok, Refusal } from "../../http/reply.ts";
import { type Call, type Router } from "../../http/router.ts";
import { accountOf } from "../access.ts";

const ACCOUNT = "/connectivity/v1/accounts/{account-id}";

/** The names behind the ids of service types, plan types, plans and features. */
export function addCatalogRoutes(router: Router, backend: Backend): void {
  const catalog = (call: Call): Catalog => backend.fixtures.sims.catalog(accountOf(backend, call).account);
  const types = (call: Call): readonly ServiceType[] => accountOf(backend, call).account.serviceTypes;

  router.add("GET", `${ACCOUNT}/service-types`, (call) => ok({ "service-types": types(call).map(serviceType) }));
  router.add("GET", `${ACCOUNT}/service-types/{id}`, (call) => ok(serviceType(named(types(call), call))));
  router.add("GET", `${ACCOUNT}/plan-types`, (call) =>
    ok({ "plan-types": catalog(call).planTypes.map((t) => ({ "plan-type-id": t.id, "plan-type-name": t.name })) }),
  );
  router.add("GET", `${ACCOUNT}/plans`, (call) =>
    ok({ plans: catalog(call).plans.map((one) => plan(catalog(call), one)) }),
  );
  router.add("GET", `${ACCOUNT}/plans/{id}`, (call) => ok(plan(catalog(call), named(catalog(call).plans, call))));
  router.add("GET", `${ACCOUNT}/features`, (call) =>
    ok({ features: catalog(call).features.map((one) => ({ feature: feature(one) })) }),
  );
  // Not wrapped as in the list.
  router.add("GET", `${ACCOUNT}/features/{id}`, (call) => ok(feature(named(catalog(call).features, call))));
}

function named<Item extends { readonly id: string }>(items: readonly Item[], call: Call): Item {
  const found = items.find(({ id }) => id === call.params["id"]);
  if (!found) throw new Refusal(404, "Not found");
  return found;
}

function serviceType({ id, name }: ServiceType): Record<string, unknown> {
  return { "service-type-id": id, "service-type-name": name };
}

function plan({ planTypes }: Catalog, one: Catalog["plans"][number]): Record<string, unknown> {
  return {
    plan: {
      "plan-id": one.id,
      "plan-name": one.name,
      "plan-type-id": planTypes.find(({ name }) => name === one.type)?.id ?? "",
      "usage-type": one.usage,
      "service-type-id": one.serviceType.id,
    },
  };
}

function feature(one: Catalog["features"][number]): Record<string, unknown> {
  return {
    "feature-id": one.id,
    "feature-name": one.name,
    description: one.description,
    "usage-type": one.usage,
    "service-type-id": one.serviceType.id,
  };
}
