import { reference } from "../../graph/index.ts";
import { type LoaderContext, type Ref, defineResource } from "../resource.ts";
import { activationProfileById } from "./activation-profile.loader.ts";
import { AccountActivationProfilesResolver, ActivationProfileResolver } from "./activation-profile.resolver.ts";
import { ActivationProfile } from "./activation-profile.type.ts";

export {
  activationProfileById,
  activationProfilesByAccount,
  detailOf,
  eachWholeActivationProfile,
} from "./activation-profile.loader.ts";
export { ActivationProfile } from "./activation-profile.type.ts";

export const activationProfile = defineResource([ActivationProfileResolver, AccountActivationProfilesResolver], {
  references: [
    reference(ActivationProfile, {
      access: { role: "viewer", account: { argument: "accountId" } },
      loads: activationProfileById,
      resolve: (ref: Ref, context: LoaderContext) => activationProfileById(context).load(ref),
    }),
  ],
});
