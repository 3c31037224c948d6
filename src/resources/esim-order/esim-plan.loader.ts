import { explainNotFound } from "../../graph/index.ts";
import { type CommandOptions, type EsimVerb, type Plan, type SimResult, type StateVerdict } from "../../kore/index.ts";
import { type ActivationProfile, eachWholeActivationProfile } from "../activation-profile/index.ts";
import { type Context } from "../context.ts";
import { simsOfEsim } from "../esim/index.ts";
import { requirementsOfNetwork } from "../order/index.ts";
import { SimState, type SimSubscription, currentSimOf, plainIccid } from "../subscription/index.ts";

/** An eSIM that the caller named, possibly more than once. */
export interface NamedEsim {
  /** Index of the first naming. */
  place: number;
  /** The part of the input that names it first. */
  field: string;
  eid: string;
  /** Of the profile to enable or to delete. */
  iccid: string | null;
  imei: string | null;
  /** The part of the input that names it with another IMEI. */
  conflict?: string;
}

/** A validated order. */
export interface ParsedEsimOrder {
  verb: EsimVerb;
  accountId: string;
  /** The different eSIMs, ordered by their first naming. */
  esims: readonly NamedEsim[];
  options: CommandOptions;
}

/** KORE: the SIM must be test, ready or active. A state that KORE does not give, or that is unknown here, KORE judges. */
const SUITABLE: ReadonlySet<SimState | null> = new Set([
  SimState.TEST,
  SimState.READY,
  SimState.ACTIVE,
  SimState.UNKNOWN,
  null,
]);

/** Reads the SIMs of each eSIM, one call each, and the activation profile. Writes nothing. */
export async function planEsimOrder(order: ParsedEsimOrder, context: Context): Promise<Plan> {
  const { verb, accountId, esims, options } = order;
  const [simsOf, profile] = await Promise.all([
    Promise.all(esims.map(({ eid }) => simsOfEsim(context).load({ accountId, eid }))),
    activationProfileOf(accountId, options, context),
  ]);
  const written: Plan["sims"][number][] = [];
  const settled: SimResult[] = [];
  for (const [index, esim] of esims.entries()) {
    const { place, eid, iccid, imei } = esim;
    const sims = simsOf[index] ?? [];
    const named = iccid === null ? undefined : sims.find((sim) => plainIccid(sim.iccid ?? "") === plainIccid(iccid));
    const refusal = notFoundIn(esim, sims, named) ?? refusalOf(esim, profile, options);
    if (refusal) {
      settled.push({ place, id: eid, iccid, ...refusal });
      continue;
    }
    const current = currentSimOf(sims);
    const byState =
      verb === "esim-enable" && named?.rspState?.trim().toLowerCase() === "enabled"
        ? ({ outcome: "ALREADY_SATISFIED" } as const)
        : verdictOf(esim, current ? [current] : sims);
    const first = current ?? named ?? sims[0];
    const group = first?.productOffer ?? undefined;
    written.push({
      place,
      id: eid,
      iccid: named?.iccid ?? null,
      holds: [...new Set([...(first ? [first.id] : []), ...sims.map(({ id }) => id)])],
      ...(group !== undefined && { group }),
      ...(imei !== null && { imei }),
      ...(byState && { byState }),
    });
  }
  return { sims: written, settled, options };
}

/** Undefined: none is named. Null: the account has none by this id. */
async function activationProfileOf(accountId: string, options: CommandOptions, context: Context) {
  const id = options["activation-profile-id"];
  return id === undefined ? undefined : eachWholeActivationProfile(context).load({ accountId, id });
}

function notFoundIn(
  { eid, iccid, field }: NamedEsim,
  sims: readonly SimSubscription[],
  named: SimSubscription | undefined,
): StateVerdict | undefined {
  if (sims.length === 0) {
    const message = explainNotFound("EID", eid) ?? "The account has no SIM on this eSIM, or there is no such account.";
    return { outcome: "REJECTED", reason: "NOT_FOUND", field: `${field}.eid`, message };
  }
  if (iccid === null || named) return undefined;
  const message = explainNotFound("ICCID", iccid) ?? "The eSIM holds no SIM of the account by this ICCID.";
  return { outcome: "REJECTED", reason: "NOT_FOUND", field: `${field}.iccid`, message };
}

/** A refusal that no state of the eSIM changes. */
function refusalOf(
  { field, imei, conflict }: NamedEsim,
  profile: ActivationProfile | null | undefined,
  options: CommandOptions,
): StateVerdict | undefined {
  if (profile === null) {
    const message = "The account has no such activation profile.";
    return { outcome: "REJECTED", reason: "ACTIVATION_PROFILE_NOT_FOUND", field: "activationProfileId", message };
  }
  if (conflict !== undefined) {
    const message = `${field} and ${conflict} name one eSIM with different IMEIs; a device has one IMEI.`;
    return { outcome: "REJECTED", reason: "CONFLICTING_IMEI", field: `${conflict}.imei`, message };
  }
  const missing = requirementsOfNetwork(profile?.detail?.productOffer ?? null);
  if (missing.includes("IMEI_OR_SKU") && imei === null && options.sku === undefined) {
    const message = "KORE requires an IMEI or a SKU for a Verizon profile, which the activation profile is for.";
    return { outcome: "REJECTED", reason: "REQUIREMENT_MISSING", field: `${field}.imei`, message };
  }
  if (missing.includes("IPND") && options["service-type-info"] === undefined) {
    const message = "KORE requires IPND details for a KORE TELS2 profile, which the activation profile is for.";
    return { outcome: "REJECTED", reason: "REQUIREMENT_MISSING", field: "ipnd", message };
  }
  return undefined;
}

/** @param sims the current one, or all where KORE does not show which that is */
function verdictOf({ field }: NamedEsim, sims: readonly SimSubscription[]): StateVerdict | undefined {
  if (sims.some(({ state }) => SUITABLE.has(state))) return undefined;
  const states = [...new Set(sims.map(({ state }) => state))].join(", ");
  const message = `The eSIM's SIM is in state ${states}; KORE changes profiles in TEST, READY and ACTIVE.`;
  return { outcome: "REJECTED", reason: "WRONG_STATE", field: `${field}.eid`, message };
}
