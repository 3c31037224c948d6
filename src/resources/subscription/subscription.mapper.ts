import { type UnknownValues, type WireSubscription, read } from "../../kore/index.ts";
import { type SimState, type SimStatePeriod, type SimSubscription } from "./subscription.type.ts";

/** KORE's spelling of each state, as the filter `sim-state` takes it. */
export const KORE_STATES = {
  STOCK: "Stock",
  ACTIVE: "Active",
  SUSPENDED: "Suspend",
  SUSPENDED_WITH_CHARGE: "Suspend With Charge",
  DEACTIVATED: "Deactivated",
  PENDING_SCRAP: "Pending Scrap",
  SCRAPPED: "Scrapped",
  BARRED: "Barred",
} as const satisfies Record<Exclude<keyof typeof SimState, "UNKNOWN">, string>;

const STATES = Object.fromEntries(
  Object.entries(KORE_STATES).map(([ours, theirs]) => [theirs.toLowerCase(), ours as SimState]),
);

/** `hasHistory`: whether KORE was asked for past states too. */
export function toSimSubscription(
  accountId: string,
  wire: WireSubscription,
  unknown: UnknownValues,
  hasHistory: boolean,
): SimSubscription {
  const eid = read.text(wire.eid, "subscription.eid");
  const states = read.list(wire.states, "subscription.states").map((period): SimStatePeriod => ({
    ...stateOf(period.state, unknown),
    stateId: read.text(period["state-id"], "subscription.state-id"),
    startedAt: read.instant(period["start-datetime-utc"], "subscription.states.start-datetime-utc"),
    endedAt: read.instant(period["end-datetime-utc"], "subscription.states.end-datetime-utc"),
    isCurrent: read.flag(period["is-current"], "subscription.states.is-current"),
  }));
  const current = states.find((period) => period.isCurrent) ?? null;
  const profileHistory = read.list(wire.profiles, "subscription.profiles").map((period) => ({
    accountId,
    profileId: read.text(period["profile-id"], "subscription.profile-id"),
    startedAt: read.instant(period["start-datetime-utc"], "subscription.profiles.start-datetime-utc"),
    endedAt: read.instant(period["end-datetime-utc"], "subscription.profiles.end-datetime-utc"),
    isCurrent: read.flag(period["is-current"], "subscription.profiles.is-current"),
  }));
  const device = {
    imei: read.text(wire.imei, "subscription.imei"),
    serialNumber: read.text(wire.serial, "subscription.serial"),
    modelNumber: read.text(wire.model, "subscription.model"),
  };
  return {
    accountId,
    id: read.requiredText(wire["subscription-id"], "subscription.subscription-id"),
    iccid: read.text(wire.iccid, "subscription.iccid"),
    eid,
    isEsim: eid !== null,
    rspState: read.text(wire["rsp-state"], "subscription.rsp-state"),
    imei: device.imei,
    imsi: read.text(wire.imsi, "subscription.imsi"),
    msisdns: read
      .list(wire.msisdns, "subscription.msisdns")
      .map(({ msisdn }) => read.text(msisdn, "subscription.msisdn"))
      .filter((msisdn) => msisdn !== null),
    state: current?.state ?? null,
    rawState: current?.rawState ?? null,
    currentState: current,
    states,
    hasHistory,
    stateDates: read
      .list(wire["last-effective-date-of-states"], "subscription.last-effective-date-of-states")
      .map((date) => ({
        ...stateOf(date.state, unknown),
        startedAt: read.instant(date["start-date-time-utc"], "subscription.start-date-time-utc"),
      })),
    serviceTypeId: read.text(wire["service-type-id"], "subscription.service-type-id"),
    productOffer: read.text(wire["product-offer"], "subscription.product-offer"),
    productOfferType: read.text(wire["product-offer-type"], "subscription.product-offer-type"),
    costCenterId: read.text(wire["cost-center-id"], "subscription.cost-center-id"),
    profileId: profileHistory.find((period) => period.isCurrent)?.profileId ?? null,
    profileHistory,
    lastActiveProfiles: read.list(wire["last-active-profile"], "subscription.last-active-profile").map((last) => ({
      accountId,
      profileId: read.text(last["profile-id"], "subscription.last-active-profile.profile-id"),
      startedAt: read.instant(last["start-datetime-utc"], "subscription.last-active-profile.start-datetime-utc"),
    })),
    lastActiveNumbers: read
      .list(wire["last-active-imsi-msisdn"], "subscription.last-active-imsi-msisdn")
      .map((last) => ({
        imsi: read.text(last.imsi, "subscription.last-active-imsi-msisdn.imsi"),
        msisdn: read.text(last.msisdn, "subscription.last-active-imsi-msisdn.msisdn"),
        startedAt: read.instant(last["start-datetime-utc"], "subscription.last-active-imsi-msisdn.start-datetime-utc"),
      })),
    apns: read.list(wire["apn-data"], "subscription.apn-data").map((apn) => ({
      id: read.text(apn["apn-id"], "subscription.apn-id"),
      ipAddress: read.text(apn["ip-address"], "subscription.ip-address"),
    })),
    customFields: read.list(wire["additional-fields"], "subscription.additional-fields").map((field) => ({
      key: read.text(field.key, "subscription.additional-fields.key"),
      value: read.text(field.value, "subscription.additional-fields.value"),
    })),
    device: (device.imei ?? device.serialNumber ?? device.modelNumber) ? device : null,
  };
}

/** A state with KORE's own word for it. */
export function stateOf(raw: unknown, unknown: UnknownValues): Pick<SimStatePeriod, "state" | "rawState"> {
  return {
    state: read.choice(raw, STATES, "subscription.state", unknown) as SimState | null,
    rawState: read.text(raw, "subscription.state"),
  };
}
