import { type Period } from "./history.ts";
import { type Sim, type Sims } from "./sims.ts";

/** As in a production reply, though KORE declares `format: date` for some of them. */
const instant = (ms: number): string => new Date(ms).toISOString();
export const withoutZone = (ms: number): string => instant(ms).slice(0, 19);

/** Where an open period ends in a production reply. */
const NEVER = "9999-12-31T00:00:00.000Z";

/** A SIM as ConnectivityPro spells it. */
export function simJson(sims: Sims, sim: Sim, withHistory: boolean): Record<string, unknown> {
  const record = sims.record(sim);
  const eid = sims.eid(sim);
  const imsi = sims.imsi(sim);
  const msisdns = sims.msisdns(sim);
  const costCenter = sims.catalog(sim.account).costCenters[sims.costCenter(sim.account, sim.serial)];
  const last = lastOfEach(record.states);
  const active = record.profiles.at(-1);
  return {
    "subscription-id": sims.subscriptionId(sim),
    iccid: sims.iccid(sim),
    eid: eid ?? "", // what is unknown or does not apply is blank, not absent
    "rsp-state": eid === null ? "" : rspState(sims, sim),
    "product-offer": sim.serviceType.productOffer,
    "product-offer-type": sim.serviceType.productOfferType,
    imei: record.imei ?? "",
    serial: record.imei === null ? "" : `SN-${String(sims.draw(sim.serial, 30)).padStart(10, "0")}`,
    model: record.imei === null ? "" : sims.model(sim),
    imsi,
    msisdns: msisdns.map((msisdn) => ({ msisdn })),
    "last-active-profile": active
      ? [{ "profile-id": active.value, "start-datetime-utc": instant(active.from) }] // an integer here only
      : [],
    "last-active-imsi-msisdn": msisdns.map((msisdn) => ({
      msisdn,
      imsi,
      "start-datetime-utc": instant(record.states.find((p) => p.value !== "Stock")?.from ?? record.modifiedAt),
    })),
    "last-effective-date-of-states": last.map((p) => ({ state: p.value, "start-date-time-utc": instant(p.from) })),
    "service-type-id": sim.serviceType.id,
    states: (withHistory ? record.states : record.states.slice(-1)).map((p) => ({
      state: p.value,
      "state-id": `cmp-pp-state-${p.value.replaceAll(" ", "")}`,
      ...period(p),
    })),
    ...(costCenter ? { "cost-center-id": costCenter.id } : {}),
    profiles: record.profiles.map((p) => ({ "profile-id": String(p.value), ...period(p) })),
    "apn-data": active ? apns(sims, sim) : [],
    "additional-fields": customFields(sims, sim, costCenter?.name ?? ""),
  };
}

function period(p: Period<unknown>): Record<string, unknown> {
  return {
    "start-datetime-utc": instant(p.from),
    "end-datetime-utc": p.to === null ? NEVER : instant(p.to),
    "is-current": p.to === null,
  };
}

function lastOfEach<T>(periods: readonly Period<T>[]): Period<T>[] {
  return [...new Map(periods.map((p) => [p.value, p])).values()];
}

function rspState(sims: Sims, sim: Sim): string {
  return ["enabled", "disabled", "created"][sims.eidPosition(sim)] ?? "disabled";
}

function apns(sims: Sims, sim: Sim): Record<string, unknown>[] {
  const n = sims.draw(sim.serial, 31);
  return sim.serviceType.apns.map((apn, i) => ({
    "ip-address": `${sim.serviceType.ipPrefix}.${(n >>> 8) & 0xff}.${((n + i * 7) % 253) + 1}`,
    "apn-id": apn,
  }));
}

function customFields(sims: Sims, sim: Sim, costCenter: string): Record<string, unknown>[] {
  const n = sims.draw(sim.serial, 32);
  const fields = [
    { key: "asset-tag", value: `${costCenter.slice(0, 3).toUpperCase()}-${String(n % 100_000).padStart(5, "0")}` },
    { key: "site", value: ["Rotterdam", "Atlanta", "Geelong", "Tromsø", "Monterrey"][n % 5] ?? "" },
    { key: "installed-by", value: ["field team 1", "field team 2", "partner"][n % 3] ?? "" },
  ];
  return fields.slice(0, (n >>> 16) % 4);
}
