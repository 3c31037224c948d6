import { type UnknownValues, type WireProfile, read } from "../../kore/index.ts";
import { type SimProfile, UsageType } from "./sim-profile.type.ts";

const USAGE_TYPES = { data: UsageType.DATA, sms: UsageType.SMS, voice: UsageType.VOICE };

/** KORE's reply does not repeat the id it was asked for. */
export function toSimProfile(id: string, wire: WireProfile, unknown: UnknownValues): SimProfile {
  return {
    id,
    plans: read.list(wire.plans, "profile.plans").map((plan) => ({
      id: read.text(plan["plan-id"], "profile.plan-id"),
      name: read.text(plan["plan-name"], "profile.plan-name"),
      type: read.text(plan["plan-type"], "profile.plan-type"),
      usageType: read.choice(plan["usage-type"], USAGE_TYPES, "profile.usage-type", unknown) as UsageType | null,
      rawUsageType: read.text(plan["usage-type"], "profile.usage-type"),
    })),
    features: read.list(wire.features, "profile.features").map((feature) => ({
      id: read.text(feature["feature-id"], "profile.feature-id"),
      name: read.text(feature["feature-name"], "profile.feature-name"),
    })),
  };
}
