import {
  type WireActivationProfile,
  type WireCostCenter,
  type WireProfile,
  type WireSubscription,
} from "../../src/kore/index.ts";

/*
 * The stub's answers, as ConnectivityPro's contract spells them. The SIMs are as full as KORE's: fields that are not
 * selected must be read and parsed, too. ASCII only, so that a reply's length is its number of characters.
 */

/** SIMs of an account unless its name states another number. */
export const SIM_COUNT = 100;

const COST_CENTERS = ["Fleet", "Metering", "Retail", "Field service"];
const PROFILE_IDS = [7001, 7002, 7003];

export function iccidOf(index: number): string {
  return `8988303000000${String(index).padStart(6, "0")}`;
}

/** The end of an open period, as a production reply has it. */
const NEVER = "9999-12-31T00:00:00.000Z";

export function sim(index: number): WireSubscription {
  const iccid = iccidOf(index);
  const imsi = `23450${String(index).padStart(10, "0")}`;
  const msisdn = `8823${String(index).padStart(9, "0")}`;
  const profileId = PROFILE_IDS[index % PROFILE_IDS.length] ?? 0;
  const state = index % 10 === 9 ? "Suspend" : "Active";
  return {
    "subscription-id": `cmp-pp-org-subscription-${10_000 + index}`,
    iccid,
    eid: "",
    "product-offer": "OmniSIM, industrial",
    "product-offer-type": "MFF2",
    imei: `35209900${String(index).padStart(7, "0")}`,
    serial: `SN-${String(index).padStart(10, "0")}`,
    model: "Tracker 4 LTE-M",
    imsi,
    msisdns: [{ msisdn }],
    "last-active-profile": [{ "profile-id": profileId, "start-datetime-utc": "2024-03-01T09:30:00Z" }],
    "last-active-imsi-msisdn": [{ msisdn, imsi, "start-datetime-utc": "2024-03-01T09:30:00Z" }],
    "last-effective-date-of-states": [
      { state: "Stock", "start-date-time-utc": "2024-02-01T08:00:00.000Z" },
      { state, "start-date-time-utc": "2024-03-01T09:30:00.000Z" },
    ],
    "service-type-id": "32",
    states: [
      {
        state,
        "state-id": `cmp-pp-state-${state}`,
        "start-datetime-utc": "2024-03-01T09:30:00.000Z",
        "end-datetime-utc": NEVER,
        "is-current": true,
      },
    ],
    "cost-center-id": costCenterId(index % COST_CENTERS.length),
    profiles: [
      {
        "profile-id": "7000",
        "start-datetime-utc": "2024-03-01T09:30:00.000Z",
        "end-datetime-utc": "2024-06-01T00:00:00.000Z",
        "is-current": false,
      },
      {
        "profile-id": String(profileId),
        "start-datetime-utc": "2024-06-01T00:00:00.000Z",
        "end-datetime-utc": NEVER,
        "is-current": true,
      },
    ],
    "apn-data": [
      { "ip-address": `10.64.${index % 256}.17`, "apn-id": "3361" },
      { "ip-address": `10.65.${index % 256}.17`, "apn-id": "3362" },
    ],
    "additional-fields": [
      { key: "asset-tag", value: `FLT-${String(index).padStart(5, "0")}` },
      { key: "site", value: "Rotterdam" },
    ],
  };
}

export function costCenters(): WireCostCenter[] {
  return COST_CENTERS.map((name, index) => ({
    "cost-center-id": costCenterId(index),
    "cost-center-name": name,
    "cost-center-pk": String(500 + index),
  }));
}

export function activationProfiles(): WireActivationProfile[] {
  return ["Trackers", "Meters", "Tills"].map((name, index) => ({
    "activation-profile-id": `cmp-prov-ap-${12_548 + index}`,
    "activation-profile-name": name,
    "created-date": "2024-01-15T10:00:00Z",
    "created-by": "ops@example.com",
  }));
}

/** By profile id, as it stands in the path. */
export function profiles(): ReadonlyMap<string, WireProfile> {
  return new Map(
    PROFILE_IDS.map((id, index) => [
      String(id),
      {
        plans: [plan(`${id}1`, `Data ${25 * (index + 1)} MB`, "DATA"), plan(`${id}2`, "Text messages", "SMS")],
        features: [{ "feature-id": `${id}3`, "feature-name": "LTE-M" }],
      },
    ]),
  );
}

function plan(id: string, name: string, usage: "DATA" | "SMS") {
  return { "plan-id": id, "plan-name": name, "plan-type": "Standard", "usage-type": usage } as const;
}

function costCenterId(index: number): string {
  return String(21_287 + index);
}

/** A page of SIMs as KORE spells it. */
export function page(subscriptions: readonly WireSubscription[], total: number) {
  return {
    "page-info-result": { "total-count": total, "page-index": 0, "max-page-item": subscriptions.length },
    subscriptions,
  };
}
