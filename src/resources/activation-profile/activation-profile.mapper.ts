import {
  type UnknownValues,
  type WireActivationProfile,
  type WireActivationProfileDetail,
  read,
} from "../../kore/index.ts";
import { type ActivationProfile } from "./activation-profile.type.ts";

/** KORE's short form, out of its list. */
export function toActivationProfile(
  accountId: string,
  wire: WireActivationProfile,
  unknown: UnknownValues,
): ActivationProfile {
  return {
    accountId,
    id: read.requiredText(wire["activation-profile-id"], "activation-profile.activation-profile-id"),
    name: read.text(wire["activation-profile-name"], "activation-profile.activation-profile-name"),
    createdAt: read.instant(wire["created-date"], "activation-profile.created-date", unknown),
    createdBy: read.text(wire["created-by"], "activation-profile.created-by"),
  };
}

/** KORE's long form, of one. */
export function toWholeActivationProfile(
  accountId: string,
  wire: WireActivationProfileDetail,
  unknown: UnknownValues,
): ActivationProfile {
  const profile = toActivationProfile(accountId, wire, unknown);
  profile.detail = {
    description: read.text(wire.description, "activation-profile.description"),
    serviceTypeId: read.id(wire["service-type-id"], "activation-profile.service-type-id"),
    productOffer: read.text(wire["product-offer"], "activation-profile.product-offer"),
    planIds: read.ids(wire["plan-ids"], "activation-profile.plan-ids", "plan-id"),
    featureIds: read.ids(wire["feature-ids"], "activation-profile.feature-ids", "feature-id"),
  };
  return profile;
}
