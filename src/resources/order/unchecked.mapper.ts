import { type ActivationNeed, type CommandOptions } from "../../kore/index.ts";
import { ActivationRequirement, RequirementBasis, type UncheckedRequirement } from "./order.type.ts";

/** A SIM that would be activated. */
export interface SimToActivate {
  /** Index among the SIMs of the input. */
  place: number;
  imei?: string | undefined;
  productOffer: string | null;
  /** Needs for lack of which KORE has failed SIMs of the same service type. */
  learned: ReadonlySet<ActivationNeed>;
}

/** KORE's rules name networks, which product offers are named after: that is our reading. */
const NEEDS_OF_NETWORK: readonly (readonly [network: RegExp, needs: readonly ActivationNeed[]])[] = [
  [/\bVZW\b|\bVerizon\b/i, ["IMEI_OR_SKU"]],
  [/\bAPEX\b/i, ["IMEI"]],
  [/\bTELS2\b/i, ["IPND"]],
];

const MESSAGES: Readonly<Record<ActivationNeed, string>> = {
  IMEI: "an IMEI, which KORE requires for APEX",
  SKU: "a SKU, which KORE requires for Verizon activation by SKU",
  IMEI_OR_SKU: "an IMEI or a SKU: KORE requires one of them for Verizon, and the IMEI for APEX",
  IPND: "IPND details, which KORE requires for KORE TELS2",
};

/** The requirements of an activation that a dry run cannot check, each with its number of SIMs. */
export function uncheckedOf(sims: readonly SimToActivate[], options: CommandOptions): UncheckedRequirement[] {
  const found = new Map<string, UncheckedRequirement>();
  for (const sim of sims) {
    for (const [need, basis] of missingOf(sim, options)) {
      const known = found.get(`${need} ${basis}`);
      if (known) known.count += 1;
      else found.set(`${need} ${basis}`, unchecked(need, basis, sim.place));
    }
  }
  return [...found.values()];
}

function missingOf(
  { imei, productOffer, learned }: SimToActivate,
  { sku, "service-type-info": info }: CommandOptions,
): [ActivationNeed, RequirementBasis][] {
  const given: Readonly<Record<ActivationNeed, boolean>> = {
    IMEI: imei !== undefined,
    SKU: sku !== undefined,
    IMEI_OR_SKU: imei !== undefined || sku !== undefined,
    IPND: info !== undefined,
  };
  const missing = (needs: Iterable<ActivationNeed>, basis: RequirementBasis) =>
    [...needs].filter((need) => !given[need]).map((need): [ActivationNeed, RequirementBasis] => [need, basis]);
  if (learned.size > 0) return missing(learned, RequirementBasis.EARLIER_FAILURE);
  const ofNetwork = requirementsOfNetwork(productOffer);
  if (ofNetwork.length > 0) return missing(ofNetwork, RequirementBasis.PRODUCT_OFFER);
  return missing([sku === undefined ? "IMEI_OR_SKU" : "IMEI", "IPND"], RequirementBasis.NOT_KNOWN);
}

/** KORE's requirements for the network that a product offer is named after. */
export function requirementsOfNetwork(productOffer: string | null): readonly ActivationNeed[] {
  const [, needs = []] = NEEDS_OF_NETWORK.find(([network]) => network.test(productOffer ?? "")) ?? [];
  return needs;
}

const REASONS: Readonly<Record<RequirementBasis, string>> = {
  [RequirementBasis.EARLIER_FAILURE]: "KORE has failed activations of SIMs of this service type for lack of",
  [RequirementBasis.PRODUCT_OFFER]: "By the name of the SIM's product offer, KORE will fail it without",
  [RequirementBasis.NOT_KNOWN]: "Whether the SIM's service type needs it was not checked:",
};

function unchecked(need: ActivationNeed, basis: RequirementBasis, place: number): UncheckedRequirement {
  const ofSim = `subscriptions[${place}].imei`;
  const field = need === "IPND" ? "ipnd" : need === "SKU" ? "sku" : ofSim;
  const message = `${REASONS[basis]} ${MESSAGES[need]}.`;
  return { requirement: ActivationRequirement[need], basis, count: 1, field, message };
}
