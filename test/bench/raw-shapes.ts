import {
  type WireActivationProfile,
  type WireCostCenter,
  type WireProfile,
  type WireSubscription,
} from "../../src/kore/index.ts";

/* The answers of the hand-written server, in the order of fields that the operations select. */

const STATES: Readonly<Record<string, string>> = { Stock: "STOCK", Active: "ACTIVE", Suspend: "SUSPENDED" };

export function flat(sims: readonly WireSubscription[]) {
  return {
    subscriptions: {
      nodes: sims.map((sim) => ({
        id: sim["subscription-id"],
        iccid: sim.iccid,
        state: STATES[currentState(sim)?.state ?? ""],
        msisdns: sim.msisdns?.map(({ msisdn }) => msisdn),
        imsi: sim.imsi,
      })),
    },
  };
}

export function related(
  sims: readonly WireSubscription[],
  costCenters: readonly WireCostCenter[],
  activationProfiles: readonly WireActivationProfile[],
) {
  const byId = new Map(costCenters.map((one) => [one["cost-center-id"], one]));
  return {
    account: {
      activationProfiles: activationProfiles.map((one) => ({
        id: one["activation-profile-id"],
        name: one["activation-profile-name"],
      })),
      subscriptions: {
        nodes: sims.map((sim) => {
          const costCenter = byId.get(sim["cost-center-id"]);
          return {
            id: sim["subscription-id"],
            iccid: sim.iccid,
            state: STATES[currentState(sim)?.state ?? ""],
            costCenter: costCenter && { id: costCenter["cost-center-id"], name: costCenter["cost-center-name"] },
          };
        }),
      },
    },
  };
}

export function plans(
  sims: readonly WireSubscription[],
  costCenters: readonly WireCostCenter[],
  profiles: ReadonlyMap<string, WireProfile | undefined>,
) {
  const names = new Map(costCenters.map((one) => [one["cost-center-id"], one["cost-center-name"]]));
  return {
    subscriptions: {
      nodes: sims.map((sim) => ({
        id: sim["subscription-id"],
        iccid: sim.iccid,
        costCenter: { name: names.get(sim["cost-center-id"]) },
        profile: {
          plans: profiles.get(profileIdOf(sim))?.plans?.map((plan) => ({
            id: plan["plan-id"],
            name: plan["plan-name"],
            usageType: plan["usage-type"],
          })),
        },
      })),
    },
  };
}

export function single([sim]: readonly WireSubscription[]) {
  if (!sim) return { subscription: null };
  const state = currentState(sim);
  return {
    subscription: {
      id: sim["subscription-id"],
      iccid: sim.iccid,
      state: STATES[state?.state ?? ""],
      imsi: sim.imsi,
      msisdns: sim.msisdns?.map(({ msisdn }) => msisdn),
      productOffer: sim["product-offer"],
      currentState: { startedAt: new Date(state?.["start-datetime-utc"] ?? "") },
      device: { imei: sim.imei },
      apns: sim["apn-data"]?.map((apn) => ({ apnId: apn["apn-id"], ipAddress: apn["ip-address"] })),
      customFields: sim["additional-fields"]?.map(({ key, value }) => ({ key, value })),
    },
  };
}

export function profileIdOf(sim: WireSubscription): string {
  return sim.profiles?.find((period) => period["is-current"])?.["profile-id"] ?? "";
}

function currentState(sim: WireSubscription) {
  return sim.states?.find((period) => period["is-current"]);
}
