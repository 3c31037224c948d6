import {
  type UnknownEnumValues,
  type WireFeature,
  type WirePlan,
  type WirePlanType,
  type WireServiceType,
  decode,
} from "../../kore/index.ts";
import { usageTypeOf } from "../sim-profile/index.ts";
import { type Feature, type Plan, type PlanType, type ServiceType } from "./catalog.type.ts";

export function toServiceType(accountId: string, wire: WireServiceType): ServiceType {
  return {
    accountId,
    serviceTypeId: decode.requiredString(wire["service-type-id"], "service-type.service-type-id"),
    name: decode.string(wire["service-type-name"], "service-type.service-type-name"),
  };
}

export function toPlanType(accountId: string, wire: WirePlanType): PlanType {
  return {
    accountId,
    planTypeId: decode.requiredString(wire["plan-type-id"], "plan-types.plan-type-id"),
    name: decode.string(wire["plan-type-name"], "plan-types.plan-type-name"),
  };
}

export function toPlan(accountId: string, wire: WirePlan, unknown: UnknownEnumValues): Plan {
  return {
    accountId,
    planId: decode.requiredString(wire["plan-id"], "plan.plan-id"),
    name: decode.string(wire["plan-name"], "plan.plan-name"),
    planTypeId: decode.id(wire["plan-type-id"], "plan.plan-type-id"),
    ...usageTypeOf(wire["usage-type"], "plan.usage-type", unknown),
    serviceTypeId: decode.id(wire["service-type-id"], "plan.service-type-id"),
  };
}

export function toFeature(accountId: string, wire: WireFeature, unknown: UnknownEnumValues): Feature {
  return {
    accountId,
    featureId: decode.requiredString(wire["feature-id"], "feature.feature-id"),
    name: decode.string(wire["feature-name"], "feature.feature-name"),
    description: decode.string(wire.description, "feature.description"),
    ...usageTypeOf(wire["usage-type"], "feature.usage-type", unknown),
    serviceTypeId: decode.id(wire["service-type-id"], "feature.service-type-id"),
  };
}
