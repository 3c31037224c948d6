import { eachLoader } from "../../graph/index.ts";
import { KoreError, decode } from "../../kore/index.ts";
import { type LoaderContext, type Ref, refKey } from "../resource.ts";
import { toSimProfile } from "./sim-profile.mapper.ts";
import { type SimProfile } from "./sim-profile.type.ts";

/** Profiles by id. KORE has no bulk read, but SIMs share profiles: one call per different profile. */
export const eachSimProfile = eachLoader({
  key: refKey,
  per: "key",
  concurrency: 8,
  load: ({ accountId, id }: Ref, { kore }: LoaderContext): Promise<SimProfile | null> =>
    kore.connectivity
      .profile(accountId, id, (wire) => toSimProfile(id, decode.record(wire, "profile"), kore.unknown))
      .catch(KoreError.nullIfNotFound),
});
