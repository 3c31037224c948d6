import { type FieldCost, eachLoader } from "../../graph/index.ts";
import { KoreError, decode } from "../../kore/index.ts";
import { ASSUMED_ESIM_PROFILES } from "../assumed-sizes.ts";
import { type LoaderContext, refKey } from "../resource.ts";
import { type SimSubscription, plainIccid, simsByEid } from "../subscription/index.ts";
import { toEsimProfile } from "./esim.mapper.ts";
import { type EsimProfile } from "./esim.type.ts";

/** Names an eSIM of an account. */
export interface EsimRef {
  accountId: string;
  eid: string;
}

const esimKey = ({ accountId, eid }: EsimRef): string => refKey({ accountId, id: eid });

/** An account's SIMs on an eSIM; empty when the account has none. KORE's list takes one EID a call. */
export const simsOfEsim = eachLoader({
  key: esimKey,
  per: "key",
  concurrency: 8,
  load: ({ accountId, eid }: EsimRef, context: LoaderContext): Promise<SimSubscription[]> =>
    simsByEid(accountId, eid, context),
});

/**
 * The profiles of an eSIM. KORE's read of their statuses names no account, so the account's list is read first: without a
 * SIM of the account on the eSIM no status is read, and of the statuses only those of the account's SIMs are kept.
 */
export const profilesOfEsim = eachLoader({
  key: esimKey,
  per: "key",
  concurrency: 8,
  load: async (ref: EsimRef, context: LoaderContext): Promise<EsimProfile[]> => {
    const sims = await simsOfEsim(context).load(ref);
    if (sims.length === 0) return [];
    const { kore } = context;
    const reply = await kore.connectivity.esimProfiles(ref.accountId, ref.eid).catch(KoreError.nullIfNotFound);
    const wires = reply ? decode.rows(reply.subscriptions, "profile-status.subscriptions", KEYS) : [];
    return sims.map((sim) => {
      const wire = wires.find((each) => {
        const id = decode.id(each["subscription-id"], "profile-status.subscription-id");
        const iccid = decode.id(each.iccid, "profile-status.iccid");
        return id === null ? iccid !== null && plainIccid(iccid) === plainIccid(sim.iccid ?? "") : id === sim.id;
      });
      return toEsimProfile(sim, wire ?? {}, kore.unknown);
    });
  },
});

const KEYS = ["subscription-id", "iccid", "profile-status"] as const;

/** The account's list, and KORE's read of the statuses. */
export const costOfProfiles: FieldCost = ({ parent, path, calls }) => {
  calls.add(simsOfEsim, path, parent.count);
  calls.add(profilesOfEsim, path, parent.count);
  return { count: parent.count * ASSUMED_ESIM_PROFILES };
};
