import { type Account } from "./accounts.ts";
import { EPOCH } from "./history.ts";
import { type ServiceType } from "./service-types.ts";

interface Plan {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly usage: "DATA" | "SMS" | "VOICE";
}
interface Feature {
  readonly id: string;
  readonly name: string;
}

/**
 * A combination of plans and features (KORE's profile) with the activation profile that leads to it. OURS: KORE does
 * not say how the two notions relate; here each activation profile leads to one profile.
 */
export interface Offer {
  readonly profileId: number;
  readonly activationProfileId: string;
  readonly name: string;
  readonly description: string;
  readonly serviceType: ServiceType;
  readonly plans: readonly Plan[];
  readonly features: readonly Feature[];
  readonly createdAt: number;
  readonly createdBy: string;
}

interface CostCenter {
  readonly id: string;
  readonly name: string;
  readonly pk: string;
}

export interface Catalog {
  readonly offers: readonly Offer[];
  readonly costCenters: readonly CostCenter[];
}

const SIZES = [
  { name: "Pay as you go", data: "Data 1 MB pooled", voice: false },
  { name: "Standard 25 MB", data: "Data 25 MB", voice: false },
  { name: "Streaming 2 GB", data: "Data 2 GB", voice: true },
] as const;

const FEATURES = ["LTE", "SMS mobile terminated", "Private APN", "Static IP", "LTE-M", "Roaming"] as const;

/** An account's catalog. Small, so it is built once per account, on first use. */
export function catalogOf(account: Account): Catalog {
  const offers: Offer[] = [];
  for (const serviceType of account.serviceTypes) {
    for (let size = 0; size < account.profilesPerServiceType; size++)
      offers.push(offer(account, serviceType, size, offers.length));
  }
  const costCenters = account.costCenters.map((name, i) => ({
    id: String(21_287 + account.ordinal * 20 + i),
    name,
    pk: String(6_400_000 + account.ordinal * 20 + i),
  }));
  return { offers, costCenters };
}

function offer(account: Account, serviceType: ServiceType, sizeIndex: number, n: number): Offer {
  const size = SIZES[sizeIndex % SIZES.length] ?? SIZES[0];
  const code = account.ordinal * 100 + n;
  const plan = (k: number, name: string, usage: Plan["usage"]): Plan => ({
    id: `cmp-k1-plan-${200_000 + code * 10 + k}`,
    name: `${serviceType.name} ${name}`,
    type: usage === "DATA" ? "Base" : "Add-on",
    usage,
  });
  const features = FEATURES.filter((_, i) => i === 0 || i === 1 || (n + i) % 3 === 0);
  return {
    profileId: 480_000 + code,
    activationProfileId: `cmp-prov-ap-${12_548 + code}`,
    name: `${serviceType.name} ${size.name}`,
    description: `${size.data} with SMS${size.voice ? " and voice" : ""} on ${serviceType.productOffer}`,
    serviceType,
    plans: [
      plan(0, size.data, "DATA"),
      plan(1, "SMS per message", "SMS"),
      ...(size.voice ? [plan(2, "Voice per minute", "VOICE")] : []),
    ],
    features: features.map((name) => ({ id: `cmp-k1-feature-${300 + FEATURES.indexOf(name)}`, name })),
    createdAt: EPOCH - (900 - n * 11) * 86_400_000 + (n + 9) * 3_181_000,
    createdBy: n % 3 === 0 ? "kore.onboarding@kore.example" : "ops@meridian.example",
  };
}
