import { type CostedLoader, reference, userInputError } from "../../graph/index.ts";
import { type LoaderContext, type Ref, defineResource } from "../resource.ts";
import { AccountCatalogResolver } from "./account-catalog.resolver.ts";
import { features, planTypeOf, planTypesByAccount, plans, serviceTypes } from "./catalog.loader.ts";
import { FeatureResolver, PlanResolver, PlanTypeResolver, ServiceTypeResolver } from "./catalog.resolver.ts";
import { Feature, Plan, PlanType, ServiceType } from "./catalog.type.ts";
import {
  ActivationProfileCatalogResolver,
  SimProfileDateCatalogResolver,
  SimProfilePeriodCatalogResolver,
  SubscriptionCatalogResolver,
} from "./profile-catalog.resolver.ts";

export { Plan } from "./catalog.type.ts";

/** An entity with KORE's id under `key`. */
const entity = (
  type: NewableFunction,
  key: string,
  loads: CostedLoader,
  load: (ref: Ref, context: LoaderContext) => Promise<unknown>,
) =>
  reference(type, {
    access: { role: "viewer", account: { argument: "accountId" } },
    loads,
    resolve({ accountId, [key]: id }: Readonly<Record<string, string>>, context: LoaderContext) {
      if (accountId === undefined || id === undefined)
        throw userInputError(`representations: accountId and ${key} are needed`);
      return load({ accountId, id }, context);
    },
  });

export const catalog = defineResource(
  [
    ServiceTypeResolver,
    PlanTypeResolver,
    PlanResolver,
    FeatureResolver,
    AccountCatalogResolver,
    SubscriptionCatalogResolver,
    SimProfilePeriodCatalogResolver,
    SimProfileDateCatalogResolver,
    ActivationProfileCatalogResolver,
  ],
  {
    references: [
      entity(ServiceType, "serviceTypeId", serviceTypes.byId, (ref, context) => serviceTypes.byId(context).load(ref)),
      entity(PlanType, "planTypeId", planTypesByAccount, planTypeOf),
      entity(Plan, "planId", plans.byId, (ref, context) => plans.byId(context).load(ref)),
      entity(Feature, "featureId", features.byId, (ref, context) => features.byId(context).load(ref)),
    ],
  },
);
