import { type AccountSpec } from "../options.ts";
import { type SimState } from "../state-machine.ts";
import { SERVICE_TYPES, serviceTypeNamed, type ServiceType } from "./service-types.ts";

/** SIM serial numbers are `ordinal * SERIALS_PER_ACCOUNT + index`, and must stay below 10⁹ (see `Permutation`). */
export const SERIALS_PER_ACCOUNT = 1_000_000;
const MAX_ACCOUNTS = 1_000;

export interface Account {
  readonly ordinal: number;
  /** ConnectivityPro's id of the account. */
  readonly id: string;
  /** The same account's id in the clients API. KORE publishes no way from one to the other. */
  readonly clientAccountId: string;
  readonly number: number;
  readonly name: string;
  readonly parentId: string | null;
  readonly sims: number;
  readonly states: SimState | null;
  readonly esims: "none" | "mixed" | "all";
  readonly serviceTypes: readonly ServiceType[];
  readonly profilesPerServiceType: number;
  readonly costCenters: readonly string[];
  /** false: neither listed nor readable with the simulator's credential. */
  readonly visible: boolean;
  /** Whether only an API client of its own reaches it. */
  readonly hasOwnClient: boolean;
  readonly hasPast: boolean;
}

interface Company {
  readonly id: string;
  readonly name: string;
  readonly parentId?: string;
  /** Share of the world's SIMs, in percent; the first account takes what rounding leaves. */
  readonly share: number;
  readonly costCenters: readonly string[];
  readonly visible?: false;
}

/** The default world. Order is identity: serial numbers, and with them all ids, follow from the position. */
const COMPANIES: readonly Company[] = [
  {
    id: "cmp-pp-org-4100",
    name: "Meridian Cold Chain",
    share: 45,
    costCenters: ["Reefer Trailers", "Warehouses", "Pharma Boxes", "Last Mile Vans", "Lab and Pilots"],
  },
  {
    id: "cmp-pp-org-4101",
    name: "Meridian Cold Chain Europe",
    parentId: "cmp-pp-org-4100",
    share: 14,
    costCenters: ["Rotterdam Hub", "Road Fleet", "Rail Containers"],
  },
  {
    id: "cmp-pp-org-4102",
    name: "Meridian Cold Chain Pacific",
    parentId: "cmp-pp-org-4100",
    share: 9,
    costCenters: ["Sydney Depot", "Seafood Export", "Road Trains"],
  },
  {
    id: "cmp-pp-org-4230",
    name: "Brightwater Utilities",
    share: 12,
    costCenters: ["Smart Meters", "Pump Stations", "Leak Detection", "Reservoirs"],
  },
  {
    id: "cmp-pp-org-4231",
    name: "Brightwater Metering Services",
    parentId: "cmp-pp-org-4230",
    share: 8,
    costCenters: ["Residential", "Commercial", "Field Crews"],
  },
  {
    id: "cmp-pp-org-4388",
    name: "Halden Medical Devices",
    share: 7,
    costCenters: ["Infusion Pumps", "Home Monitoring", "Clinical Trials"],
  },
  {
    id: "cmp-pp-org-4412",
    name: "Northgate Telematics",
    share: 4,
    costCenters: ["Insurance Dongles", "Heavy Trucks", "Rental Cars"],
  },
  { id: "cmp-pp-org-4499", name: "Fernhill Parking", share: 0, costCenters: ["Pay Stations", "Barriers", "Kiosks"] },
  {
    id: "cmp-pp-org-9001",
    name: "Osprey Site Security",
    share: 1,
    costCenters: ["Camera Towers", "Alarm Panels", "Guards"],
    visible: false,
  },
];

export function defaultAccounts(sims: number): Account[] {
  const shares = COMPANIES.map((company) => Math.floor((sims * company.share) / 100));
  const rest = sims - shares.reduce((sum, n) => sum + n, 0);
  return COMPANIES.map((company, ordinal) => ({
    ...numbers(ordinal),
    id: company.id,
    name: company.name,
    parentId: company.parentId ?? null,
    sims: (shares[ordinal] ?? 0) + (ordinal === 0 ? rest : 0),
    states: null,
    esims: "mixed",
    serviceTypes: SERVICE_TYPES,
    profilesPerServiceType: 2,
    costCenters: company.costCenters,
    visible: company.visible ?? true,
    hasOwnClient: false,
    hasPast: true,
  }));
}

export function accountsFrom(specs: Readonly<Record<string, AccountSpec>>): Account[] {
  return Object.entries(specs).map(([id, spec], ordinal) => ({
    ...numbers(ordinal),
    id,
    name: spec.name ?? `Account ${id}`,
    parentId: null,
    sims: checkedCount(spec.sims),
    states: spec.states ?? null,
    esims: spec.esims ?? "mixed",
    serviceTypes: [serviceTypeNamed(spec.serviceType ?? "OmniSIM")],
    profilesPerServiceType: 3,
    costCenters: ["Operations", "Field Service", "Research"],
    visible: spec.visible ?? true,
    hasOwnClient: spec.ownClient ?? false,
    hasPast: false, // so that a test can assert the whole list of provisioning requests
  }));
}

export function checkedCount(sims: number): number {
  if (!Number.isInteger(sims) || sims < 0 || sims > SERIALS_PER_ACCOUNT)
    throw new RangeError(`sims must be a whole number from 0 to ${SERIALS_PER_ACCOUNT}`);
  return sims;
}

function numbers(ordinal: number): Pick<Account, "ordinal" | "clientAccountId" | "number"> {
  if (ordinal >= MAX_ACCOUNTS) throw new RangeError(`at most ${MAX_ACCOUNTS} accounts`);
  return {
    ordinal,
    clientAccountId: `acct_01j8sim${String(ordinal).padStart(4, "0")}kq7w`,
    number: 800_411 + ordinal * 97,
  };
}
