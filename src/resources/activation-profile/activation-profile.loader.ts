import { batchLoader, eachLoader } from "../../graph/index.ts";
import { KoreError, decode } from "../../kore/index.ts";
import { type Context, type Ref, refKey } from "../context.ts";
import { toActivationProfile, toWholeActivationProfile } from "./activation-profile.mapper.ts";
import { type ActivationProfile, BY_ACCOUNT, EACH_WHOLE } from "./activation-profile.type.ts";

/** All activation profiles of an account in short form: one call. */
export const activationProfilesByAccount = eachLoader({
  name: BY_ACCOUNT,
  key: (accountId: string) => accountId,
  concurrency: 4,
  load: (accountId, { kore }: Context): Promise<ActivationProfile[]> =>
    kore.connectivity.activationProfiles(accountId, (reply) =>
      decode.rows(reply, "activation-profiles").map((wire) => toActivationProfile(accountId, wire, kore.unknown)),
    ),
});

/** Activation profiles in long form, which KORE reads only one at a time. */
export const eachWholeActivationProfile = eachLoader({
  name: EACH_WHOLE,
  key: refKey,
  concurrency: 8,
  load: ({ accountId, id }, { kore }: Context): Promise<ActivationProfile | null> =>
    kore.connectivity
      .activationProfile(accountId, id, (wire) =>
        toWholeActivationProfile(accountId, decode.record(wire, "activation-profile"), kore.unknown),
      )
      .catch(KoreError.nullIfNotFound),
});

/** Activation profiles in whatever form is cheapest: several of one account cost the one call of its list. */
export const activationProfileById = batchLoader({
  name: "activationProfile.byId",
  key: refKey,
  groupBy: (ref: Ref) => ref.accountId,
  maxBatch: Infinity,
  concurrency: 4,
  load: async (accountId, refs, context: Context): Promise<ReadonlyMap<string, ActivationProfile>> => {
    const found =
      refs.length === 1
        ? [await eachWholeActivationProfile(context).load(refs[0])]
        : await activationProfilesByAccount(context).load(accountId);
    return new Map(found.filter((profile) => profile !== null).map((profile) => [profile.id, profile]));
  },
  pick: (found, { id }) => found.get(id) ?? null,
});
