import { type UnknownEnumValues, type WireProfile, decode } from "../../kore/index.ts";
import { type SimPlan, type SimProfile, UsageType } from "./sim-profile.type.ts";

const USAGE_TYPES = { data: UsageType.DATA, sms: UsageType.SMS, voice: UsageType.VOICE };

/** A usage type with KORE's spelling. */
export function usageTypeOf(
  raw: unknown,
  field: string,
  unknown: UnknownEnumValues,
): Pick<SimPlan, "usageType" | "rawUsageType"> {
  const usageType = decode.enumValue(raw, USAGE_TYPES, field, unknown) as UsageType | null;
  return { usageType, rawUsageType: decode.string(raw, field) };
}

/**
 * KORE's reply lacks the requested id.
 *
 * @throws KoreError `contract` for a reply with neither plans nor features: it may be another reply
 */
export function toSimProfile(id: string, wire: WireProfile, unknown: UnknownEnumValues): SimProfile {
  if (wire.plans === undefined && wire.features === undefined) throw decode.contractError("profile.plans");
  return {
    id,
    plans: decode
      .rows(wire.plans, "profile.plans", ["plan-id", "plan-name", "plan-type", "usage-type"])
      .map((plan) => ({
        id: decode.id(plan["plan-id"], "profile.plan-id"),
        name: decode.string(plan["plan-name"], "profile.plan-name"),
        type: decode.string(plan["plan-type"], "profile.plan-type"),
        ...usageTypeOf(plan["usage-type"], "profile.usage-type", unknown),
      })),
    features: decode.rows(wire.features, "profile.features", ["feature-id", "feature-name"]).map((feature) => ({
      id: decode.id(feature["feature-id"], "profile.feature-id"),
      name: decode.string(feature["feature-name"], "profile.feature-name"),
    })),
  };
}
