import { eachLoader } from "../../graph/index.ts";
import { KoreError, read } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { toSimProfile } from "./sim-profile.mapper.ts";
import { type SimProfile } from "./sim-profile.type.ts";

export interface SimProfileRef {
  accountId: string;
  id: string;
}

/** KORE has no bulk read of profiles, but SIMs share them: a page of SIMs costs one call per different profile. */
export const eachSimProfile = eachLoader({
  name: "simProfile.each",
  key: (ref: SimProfileRef) => `${ref.accountId} ${ref.id}`,
  concurrency: 8,
  load: async ({ accountId, id }, { kore }: Context): Promise<SimProfile | null> => {
    const reply = await kore.connectivity.profile(accountId, id).catch(KoreError.nullIfNotFound);
    return reply && toSimProfile(id, read.record(reply, "profile"), kore.unknown);
  },
});
