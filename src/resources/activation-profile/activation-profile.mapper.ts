import {
  type UnknownEnumValues,
  type WireActivationProfile,
  type WireActivationProfileDetail,
  decode,
} from "../../kore/index.ts";
import { type ActivationProfile } from "./activation-profile.type.ts";

/** Maps KORE's short form, from its list. */
export function toActivationProfile(
  accountId: string,
  wire: WireActivationProfile,
  unknown: UnknownEnumValues,
): ActivationProfile {
  return {
    accountId,
    id: decode.requiredString(wire["activation-profile-id"], "activation-profile.activation-profile-id"),
    name: decode.string(wire["activation-profile-name"], "activation-profile.activation-profile-name"),
    createdAt: decode.date(wire["created-date"], "activation-profile.created-date", unknown),
    createdBy: decode.string(wire["created-by"], "activation-profile.created-by"),
  };
}

/** Maps KORE's long form, from a detail. */
export function toWholeActivationProfile(
  accountId: string,
  wire: WireActivationProfileDetail,
  unknown: UnknownEnumValues,
): ActivationProfile {
  const profile = toActivationProfile(accountId, wire, unknown);
  profile.detail = {
    description: decode.string(wire.description, "activation-profile.description"),
    serviceTypeId: decode.id(wire["service-type-id"], "activation-profile.service-type-id"),
    productOffer: decode.string(wire["product-offer"], "activation-profile.product-offer"),
    planIds: decode.ids(wire["plan-ids"], "activation-profile.plan-ids", "plan-id"),
    featureIds: decode.ids(wire["feature-ids"], "activation-profile.feature-ids", "feature-id"),
  };
  return profile;
}
