import { type CostContext, batchLoader, eachLoader } from "../../graph/index.ts";
import { KoreError, decode } from "../../kore/index.ts";
import { type LoaderContext, type Ref, refKey } from "../resource.ts";
import { toActivationProfile, toWholeActivationProfile } from "./activation-profile.mapper.ts";
import { type ActivationProfile, type ActivationProfileDetail } from "./activation-profile.type.ts";

/** All activation profiles of an account in short form: one call. */
export const activationProfilesByAccount = eachLoader({
  key: (accountId: string) => accountId,
  per: "account",
  concurrency: 4,
  load: (accountId, { kore }: LoaderContext): Promise<ActivationProfile[]> =>
    kore.connectivity.activationProfiles(accountId, (reply) =>
      decode.rows(reply, "activation-profiles").map((wire) => toActivationProfile(accountId, wire, kore.unknown)),
    ),
});

/** Activation profiles in long form, which KORE reads one at a time. */
export const eachWholeActivationProfile = eachLoader({
  key: refKey,
  per: "key",
  concurrency: 8,
  load: ({ accountId, id }, { kore }: LoaderContext): Promise<ActivationProfile | null> =>
    kore.connectivity
      .activationProfile(accountId, id, (wire) =>
        toWholeActivationProfile(accountId, decode.record(wire, "activation-profile"), kore.unknown),
      )
      .catch(KoreError.nullIfNotFound),
});

/** Undefined where KORE knows none by this id. */
export async function detailOf(
  profile: ActivationProfile,
  context: LoaderContext,
): Promise<ActivationProfileDetail | undefined> {
  return profile.detail ?? (await eachWholeActivationProfile(context).load(profile))?.detail;
}

/** Activation profiles with the fewest calls: a single one in long form, several of an account from its list. */
export const activationProfileById = batchLoader({
  key: refKey,
  groupBy: (ref: Ref) => ref.accountId,
  per: Infinity,
  concurrency: 4,
  cost: costOfProfiles,
  load: async (accountId, refs, context: LoaderContext): Promise<ReadonlyMap<string, ActivationProfile>> => {
    const found =
      refs.length === 1
        ? [await eachWholeActivationProfile(context).load(refs[0])]
        : await activationProfilesByAccount(context).load(accountId);
    return new Map(found.filter((profile) => profile !== null).map((profile) => [profile.id, profile]));
  },
  pick: (found, { id }) => found.get(id) ?? null,
});

function costOfProfiles({ parent, calls, path }: CostContext): undefined {
  const { accounts, count, batches } = parent;
  if (count === 1) calls.addIfRepeated(activationProfilesByAccount, accounts.key, 1, path);
  else calls.add(activationProfilesByAccount, accounts.key, accounts.count);
  if (count === 1 || batches > 1) calls.add(eachWholeActivationProfile, path, Math.min(count, batches));
}
