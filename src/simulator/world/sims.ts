import { type SimState } from "../state-machine.ts";
import { type Account, SERIALS_PER_ACCOUNT } from "./accounts.ts";
import { type Catalog, catalogOf } from "./catalog.ts";
import { createdAt, pastStates, type Period } from "./history.ts";
import { Numbering } from "./numbering.ts";
import { hash } from "./random.ts";
import { type ServiceType } from "./service-types.ts";

/** A SIM's constant fields. */
export interface Sim {
  readonly account: Account;
  readonly index: number;
  readonly serial: number;
  readonly serviceType: ServiceType;
}

/** A SIM's variable fields. Derived from the seed, and stored only after a change. */
export interface SimRecord {
  readonly states: readonly Period<SimState>[];
  readonly profiles: readonly Period<number>[];
  readonly imei: string | null;
  readonly modifiedAt: number;
}

/** Of 50 SIMs: 29 Active, 7 Stock, 4 Suspend, 3 Deactivated, 2 Suspend With Charge, one of each of the rest. */
const STATE_LETTERS = "ASAUAWDPXBTR" + "SAAUAAASAADAAASAAAAUAASAAAWAASAAAUAADS"; // the first twelve show all ten
const STATE_OF_LETTER: Readonly<Record<string, SimState>> = {
  A: "Active",
  S: "Stock",
  T: "Test",
  R: "Ready",
  U: "Suspend",
  W: "Suspend With Charge",
  D: "Deactivated",
  P: "Pending Scrap",
  X: "Scrapped",
  B: "Barred",
};
const STATE_PATTERN: readonly SimState[] = Array.from(STATE_LETTERS, (letter) => STATE_OF_LETTER[letter] ?? "Active");
const STRIDES = [1, 3, 7, 9, 11, 13, 17, 19, 21, 23, 27, 29, 31, 33, 37, 39, 41, 43, 47, 49]; // coprime to 50

/** Devices: four digits that start the TAC, then what the SIM reports as `model`. */
const MODELS = [
  { tac: "35284", name: "Telit LE910C4-WWX" },
  { tac: "35694", name: "Quectel BG95-M3" },
  { tac: "35732", name: "u-blox SARA-R510S" },
  { tac: "35911", name: "Sierra RV55" },
  { tac: "86701", name: "SIMCom SIM7600G-H" },
] as const;

/** How many of 20 SIMs are of which of five service types. */
const SERVICE_TYPE_MIX = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4];

/**
 * Every SIM of every account. Nothing is kept per SIM but what changed: identifiers, state, history and the rest are
 * functions of (seed, serial number). Measured on Node 20: a world of 1,000,000 SIMs starts in about 10 ms (a process's
 * first, code loading aside; 1 ms after that) and takes 0.6 MB of heap; the first sort of such an account takes a third
 * of a second and 4 bytes per SIM.
 */
export class Sims {
  readonly numbering: Numbering;
  readonly #seed: number;
  readonly #accounts: readonly Account[];
  readonly #byId: ReadonlyMap<string, Account>;
  readonly #catalogs = new Map<string, Catalog>();
  readonly #changed = new Map<number, SimRecord>();
  readonly #serialsByNewImei = new Map<string, number>();

  constructor(seed: number, accounts: readonly Account[]) {
    this.#seed = seed;
    this.#accounts = accounts;
    this.#byId = new Map(accounts.map((account) => [account.id, account]));
    this.numbering = new Numbering(seed);
  }

  get accounts(): readonly Account[] {
    return this.#accounts;
  }

  account(id: string): Account | undefined {
    return this.#byId.get(id);
  }

  catalog(account: Account): Catalog {
    let catalog = this.#catalogs.get(account.id);
    if (!catalog) this.#catalogs.set(account.id, (catalog = catalogOf(account)));
    return catalog;
  }

  at(account: Account, index: number): Sim {
    const serial = account.ordinal * SERIALS_PER_ACCOUNT + index;
    return { account, index, serial, serviceType: this.serviceType(account, serial) };
  }

  /** A number in 0…2³²-1 that belongs to this SIM and purpose. */
  draw(serial: number, salt: number): number {
    return hash(this.#seed, salt, serial);
  }

  serviceType(account: Account, serial: number): ServiceType {
    const types = account.serviceTypes;
    const n = types.length === 1 ? 0 : (SERVICE_TYPE_MIX[this.draw(serial, 10) % SERVICE_TYPE_MIX.length] ?? 0);
    const type = types[n % types.length];
    if (!type) throw new RangeError(`account ${account.id} has no service type`);
    return type;
  }

  // By identifier, in whichever account.

  bySubscriptionId(id: string): Sim | null {
    return this.#bySerial(this.numbering.serialOfSubscriptionId(id));
  }

  byIccid(iccid: string): Sim | null {
    const sim = this.#bySerial(this.numbering.serialOfIccid(iccid));
    return sim && this.iccid(sim) === iccid ? sim : null;
  }

  byImsi(imsi: string): Sim | null {
    const sim = this.#bySerial(this.numbering.serialOfImsi(imsi));
    return sim && this.imsi(sim) === imsi ? sim : null;
  }

  byMsisdn(msisdn: string): Sim | null {
    const sim = this.#bySerial(this.numbering.serialOfMsisdn(msisdn));
    return sim && this.msisdns(sim).includes(msisdn) ? sim : null;
  }

  byImei(imei: string): Sim | null {
    const sim = this.#bySerial(this.#serialsByNewImei.get(imei) ?? this.numbering.serialOfImei(imei));
    return sim && this.record(sim).imei === imei ? sim : null;
  }

  /** All SIMs (ICCIDs) that an eSIM's EID holds, in order of creation. */
  byEid(eid: string): Sim[] {
    const lead = this.#bySerial(this.numbering.leadSerialOfEid(eid));
    if (!lead || this.eid(lead) !== eid) return [];
    const members: Sim[] = [];
    for (let index = lead.index; index < Math.min(lead.index + 3, lead.account.sims); index++) {
      const sim = this.at(lead.account, index);
      if (this.eid(sim) === eid) members.push(sim);
    }
    return members;
  }

  #bySerial(serial: number | null): Sim | null {
    if (serial === null) return null;
    const account = this.#accounts[Math.floor(serial / SERIALS_PER_ACCOUNT)];
    const index = serial % SERIALS_PER_ACCOUNT;
    return account && index < account.sims ? this.at(account, index) : null;
  }

  // Constant fields.

  subscriptionId(sim: Sim): string {
    return this.numbering.subscriptionId(sim.serial);
  }

  iccid(sim: Sim): string {
    return this.numbering.iccid(sim.serial, sim.serviceType);
  }

  imsi(sim: Sim): string {
    return this.numbering.imsi(sim.serial, sim.serviceType);
  }

  /** A SIM gets its number when it is first activated. */
  msisdns(sim: Sim): string[] {
    return this.state(sim.account, sim.index) === "Stock" ? [] : [this.numbering.msisdn(sim.serial, sim.serviceType)];
  }

  model(sim: Sim): string {
    return this.#model(sim.serial).name;
  }

  costCenter(account: Account, serial: number): number {
    return this.draw(serial, 11) % account.costCenters.length;
  }

  /** The EID that holds this SIM, or null when it is not an eSIM. */
  eid(sim: Sim): string | null {
    const lead = this.#lead(sim);
    if (lead === null) return null;
    const leadSim = this.at(sim.account, lead);
    return this.numbering.eid(leadSim.serial, leadSim.serviceType);
  }

  /** Position of this SIM on its EID: the first one is the enabled profile, the others wait on the same chip. */
  eidPosition(sim: Sim): number {
    return sim.index - (this.#lead(sim) ?? sim.index);
  }

  /** Of ten SIMs the 1st is an eSIM alone and the 3rd and 4th share an EID, which the 25th of every 50 joins. */
  #lead({ account, index }: Sim): number | null {
    if (account.esims === "none") return null;
    if (account.esims === "all") return index;
    if (index % 50 === 24) return index - 2;
    const last = index % 10;
    if (last === 0 || last === 2) return index;
    return last === 3 ? index - 1 : null;
  }

  // Variable fields.

  state(account: Account, index: number): SimState {
    const changed = this.#changed.size > 0 && this.#changed.get(account.ordinal * SERIALS_PER_ACCOUNT + index);
    return (changed && changed.states.at(-1)?.value) || this.#seedState(account, index);
  }

  #seedState(account: Account, index: number): SimState {
    if (account.states !== null) return account.states;
    const block = Math.floor(index / 50);
    const salt = block === 0 ? 0 : this.draw(account.ordinal * SERIALS_PER_ACCOUNT + block, 12);
    const stride = STRIDES[salt % STRIDES.length] ?? 1;
    return STATE_PATTERN[(index * stride + (salt >>> 8)) % 50] ?? "Active";
  }

  record(sim: Sim): SimRecord {
    return this.#changed.get(sim.serial) ?? this.#seedRecord(sim);
  }

  /** The record's `modifiedAt` without the rest of the record: the list's filter asks it of every SIM. */
  modifiedAt(account: Account, index: number): number {
    const serial = account.ordinal * SERIALS_PER_ACCOUNT + index;
    const changed = this.#changed.get(serial);
    if (changed) return changed.modifiedAt;
    return pastStates(this.#seed, serial, index, this.#seedState(account, index)).at(-1)?.from ?? createdAt(index);
  }

  #seedRecord(sim: Sim): SimRecord {
    const states = pastStates(this.#seed, sim.serial, sim.index, this.#seedState(sim.account, sim.index));
    const activated = states.find((period) => period.value !== "Stock");
    return {
      states,
      profiles: activated ? this.#seedProfiles(sim, activated) : [],
      imei: activated ? this.numbering.imei(sim.serial, this.#model(sim.serial).tac) : null,
      modifiedAt: states.at(-1)?.from ?? createdAt(sim.index),
    };
  }

  #seedProfiles(sim: Sim, activated: Period<SimState>): Period<number>[] {
    const offers = this.catalog(sim.account).offers.filter((offer) => offer.serviceType === sim.serviceType);
    const nth = (n: number): number => offers[n % offers.length]?.profileId ?? 0;
    const n = this.draw(sim.serial, 13);
    const { from } = activated;
    if (n % 4 !== 0) return [{ value: nth(n >>> 4), from, to: null }];
    // A quarter changed plan once, halfway through their first active period or a year on.
    const changed = activated.to === null ? from + 20 * 86_400_000 : Math.floor((from + activated.to) / 2);
    return [
      { value: nth((n >>> 4) + 1), from, to: changed },
      { value: nth(n >>> 4), from: changed, to: null },
    ];
  }

  #model(serial: number): (typeof MODELS)[number] {
    return MODELS[this.draw(serial, 14) % MODELS.length] ?? MODELS[0];
  }

  change(sim: Sim, change: Partial<SimRecord> & { readonly modifiedAt: number }): void {
    this.#changed.set(sim.serial, { ...this.record(sim), ...change });
    if (change.imei) this.#serialsByNewImei.set(change.imei, sim.serial);
  }
}
