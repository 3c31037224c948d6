import { type UnknownEnumValues, type WireEsimProfile, decode } from "../../kore/index.ts";
import { type SimSubscription, stateOf } from "../subscription/index.ts";
import { type EsimProfile, EsimProfileStatus } from "./esim.type.ts";

const STATUSES = {
  enabled: EsimProfileStatus.ENABLED,
  disabled: EsimProfileStatus.DISABLED,
  created: EsimProfileStatus.CREATED,
};

/** @param wire KORE's row of the SIM's profile; empty where it gives none */
export function toEsimProfile(
  subscription: SimSubscription,
  wire: WireEsimProfile,
  unknown: UnknownEnumValues,
): EsimProfile {
  const { accountId, id: subscriptionId, iccid } = subscription;
  const status = wire["profile-status"];
  const hasState = decode.string(wire.state, "profile-status.state") !== null;
  return {
    accountId,
    subscription,
    subscriptionId,
    iccid,
    status: decode.enumValue(status, STATUSES, "profile-status.profile-status", unknown) as EsimProfileStatus | null,
    rawStatus: decode.string(status, "profile-status.profile-status"),
    isFallback: decode.boolean(wire["is-fallback"], "profile-status.is-fallback"),
    state: hasState ? stateOf(wire.state, unknown).state : subscription.state,
    rawState: hasState ? stateOf(wire.state, unknown).rawState : subscription.rawState,
    productOffer: decode.string(wire["product-offer"], "profile-status.product-offer") ?? subscription.productOffer,
  };
}
