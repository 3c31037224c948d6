import { type UnknownEnumValues, type WireSubscription, decode } from "../../kore/index.ts";
import { type SimState, type SimStatePeriod, type SimSubscription } from "./subscription.type.ts";

/** KORE's spelling of each state, as in the filter `sim-state`. */
export const KORE_STATES = {
  STOCK: "Stock",
  TEST: "Test",
  READY: "Ready",
  ACTIVE: "Active",
  SUSPENDED: "Suspend",
  SUSPENDED_WITH_CHARGE: "Suspend With Charge",
  DEACTIVATED: "Deactivated",
  PENDING_SCRAP: "Pending Scrap",
  SCRAPPED: "Scrapped",
  BARRED: "Barred",
} as const satisfies Record<Exclude<keyof typeof SimState, "UNKNOWN">, string>;

/** Spellings in KORE's description of OmniSIM states, in lower case for `decode.enumValue`. */
const OTHER_SPELLINGS = {
  suspended: "SUSPENDED",
  "suspended with charge": "SUSPENDED_WITH_CHARGE",
} as const satisfies Record<string, keyof typeof KORE_STATES>;

/** By KORE's spelling, and in lower case. */
const STATES = Object.fromEntries([
  ...Object.entries(KORE_STATES).flatMap(([ours, theirs]) =>
    [theirs, theirs.toLowerCase()].map((word) => [word, ours as SimState]),
  ),
  ...Object.entries(OTHER_SPELLINGS),
]) as Readonly<Record<string, SimState>>;

/** @param hasHistory whether past states were requested from KORE */
export function toSimSubscription(
  accountId: string,
  wire: WireSubscription,
  unknown: UnknownEnumValues,
  hasHistory: boolean,
): SimSubscription {
  return new MappedSim(accountId, wire, unknown, hasHistory);
}

type WireStatePeriod = NonNullable<WireSubscription["states"]>[number];

/** Decodes fields on access: most operations select five of a SIM's thirty fields, and pages are long. */
class MappedSim implements SimSubscription {
  readonly #wire: WireSubscription;
  readonly #unknown: UnknownEnumValues;
  #profileId: { is: string | null } | undefined;
  readonly id: string;

  constructor(
    readonly accountId: string,
    wire: WireSubscription,
    unknown: UnknownEnumValues,
    readonly hasHistory: boolean,
  ) {
    this.#wire = wire;
    this.#unknown = unknown;
    this.id = decode.requiredString(wire["subscription-id"], "subscription.subscription-id");
  }

  get iccid() {
    return decode.id(this.#wire.iccid, "subscription.iccid");
  }

  get eid() {
    return decode.id(this.#wire.eid, "subscription.eid");
  }

  get isEsim() {
    return this.eid !== null;
  }

  get rspState() {
    return decode.string(this.#wire["rsp-state"], "subscription.rsp-state");
  }

  get imei() {
    return decode.id(this.#wire.imei, "subscription.imei");
  }

  get imsi() {
    return decode.id(this.#wire.imsi, "subscription.imsi");
  }

  get msisdns() {
    return decode.ids(this.#wire.msisdns, "subscription.msisdns", "msisdn");
  }

  get state() {
    return simStateOf(this.#currentState?.state, this.#unknown);
  }

  get rawState() {
    return rawStateOf(this.#currentState?.state);
  }

  get currentState() {
    const current = this.#currentState;
    return current ? new MappedStatePeriod(current, this.#unknown) : null;
  }

  get states() {
    return this.#wireStates.map((period) => new MappedStatePeriod(period, this.#unknown));
  }

  get stateDates() {
    return decode
      .rows(this.#wire["last-effective-date-of-states"], "subscription.last-effective-date-of-states", [
        "state",
        "start-date-time-utc",
      ])
      .map((date) => ({
        ...stateOf(date.state, this.#unknown),
        startedAt: this.#instant(date["start-date-time-utc"], "start-date-time-utc"),
      }));
  }

  get serviceTypeId() {
    return decode.id(this.#wire["service-type-id"], "subscription.service-type-id");
  }

  get productOffer() {
    return decode.string(this.#wire["product-offer"], "subscription.product-offer");
  }

  get productOfferType() {
    return decode.string(this.#wire["product-offer-type"], "subscription.product-offer-type");
  }

  get costCenterId() {
    return decode.id(this.#wire["cost-center-id"], "subscription.cost-center-id");
  }

  /** Memoized, because both prefetch and the field read it. */
  get profileId() {
    return (this.#profileId ??= { is: this.#currentProfileId }).is;
  }

  get #currentProfileId() {
    const current = this.#wireProfiles.find((period) =>
      decode.boolean(period["is-current"], "subscription.profiles.is-current"),
    );
    return decode.id(current?.["profile-id"], "subscription.profile-id");
  }

  get profileHistory() {
    return this.#wireProfiles.map((period) => ({
      accountId: this.accountId,
      profileId: decode.id(period["profile-id"], "subscription.profile-id"),
      startedAt: this.#instant(period["start-datetime-utc"], "profiles.start-datetime-utc"),
      endedAt: this.#instant(period["end-datetime-utc"], "profiles.end-datetime-utc"),
      isCurrent: decode.boolean(period["is-current"], "subscription.profiles.is-current"),
    }));
  }

  get lastActiveProfiles() {
    const keys = ["profile-id", "start-datetime-utc"] as const;
    return decode.rows(this.#wire["last-active-profile"], "subscription.last-active-profile", keys).map((last) => ({
      accountId: this.accountId,
      profileId: decode.id(last["profile-id"], "subscription.last-active-profile.profile-id"),
      startedAt: this.#instant(last["start-datetime-utc"], "last-active-profile.start-datetime-utc"),
    }));
  }

  get lastActiveNumbers() {
    const [lasts, keys] = [this.#wire["last-active-imsi-msisdn"], ["imsi", "msisdn", "start-datetime-utc"] as const];
    return decode.rows(lasts, "subscription.last-active-imsi-msisdn", keys).map((last) => ({
      imsi: decode.id(last.imsi, "subscription.last-active-imsi-msisdn.imsi"),
      msisdn: decode.id(last.msisdn, "subscription.last-active-imsi-msisdn.msisdn"),
      startedAt: this.#instant(last["start-datetime-utc"], "last-active-imsi-msisdn.start-datetime-utc"),
    }));
  }

  get apns() {
    return decode.rows(this.#wire["apn-data"], "subscription.apn-data", ["apn-id", "ip-address"]).map((apn) => ({
      apnId: decode.id(apn["apn-id"], "subscription.apn-id"),
      ipAddress: decode.id(apn["ip-address"], "subscription.ip-address"),
    }));
  }

  get customFields() {
    const fields = this.#wire["additional-fields"];
    return decode.rows(fields, "subscription.additional-fields", ["key", "value"]).map((field) => ({
      key: decode.string(field.key, "subscription.additional-fields.key"),
      value: decode.string(field.value, "subscription.additional-fields.value"),
    }));
  }

  get device() {
    const device = {
      imei: this.imei,
      serialNumber: decode.string(this.#wire.serial, "subscription.serial"),
      modelNumber: decode.string(this.#wire.model, "subscription.model"),
    };
    return (device.imei ?? device.serialNumber ?? device.modelNumber) ? device : null;
  }

  get #wireStates() {
    return decode.rows(this.#wire.states, "subscription.states", ["state", "state-id", "is-current"]);
  }

  get #wireProfiles() {
    return decode.rows(this.#wire.profiles, "subscription.profiles", ["profile-id", "is-current"]);
  }

  #instant(value: unknown, field: string) {
    return decode.date(value, `subscription.${field}`, this.#unknown);
  }

  get #currentState() {
    return this.#wireStates.find((period) => decode.boolean(period["is-current"], "subscription.states.is-current"));
  }
}

class MappedStatePeriod implements SimStatePeriod {
  readonly #wire: WireStatePeriod;
  readonly #unknown: UnknownEnumValues;

  constructor(wire: WireStatePeriod, unknown: UnknownEnumValues) {
    this.#wire = wire;
    this.#unknown = unknown;
  }

  get state() {
    return simStateOf(this.#wire.state, this.#unknown);
  }

  get rawState() {
    return rawStateOf(this.#wire.state);
  }

  get stateId() {
    return decode.id(this.#wire["state-id"], "subscription.state-id");
  }

  get startedAt() {
    return decode.date(this.#wire["start-datetime-utc"], "subscription.states.start-datetime-utc", this.#unknown);
  }

  get endedAt() {
    return decode.date(this.#wire["end-datetime-utc"], "subscription.states.end-datetime-utc", this.#unknown);
  }

  get isCurrent() {
    return decode.boolean(this.#wire["is-current"], "subscription.states.is-current");
  }
}

/** A state with KORE's spelling. */
export function stateOf(raw: unknown, unknown: UnknownEnumValues): Pick<SimStatePeriod, "state" | "rawState"> {
  return { state: simStateOf(raw, unknown), rawState: rawStateOf(raw) };
}

function simStateOf(raw: unknown, unknown: UnknownEnumValues): SimState | null {
  return decode.enumValue(raw, STATES, "subscription.state", unknown) as SimState | null;
}

function rawStateOf(raw: unknown): string | null {
  return decode.string(raw, "subscription.state");
}
