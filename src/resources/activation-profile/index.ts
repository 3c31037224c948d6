import { type Context, type Ref, type Resource } from "../context.ts";
import { activationProfileById, activationProfilesByAccount } from "./activation-profile.loader.ts";
import { AccountActivationProfilesResolver, ActivationProfileResolver } from "./activation-profile.resolver.ts";

export {
  activationProfileById,
  activationProfilesByAccount,
  eachWholeActivationProfile,
} from "./activation-profile.loader.ts";
export { ActivationProfile } from "./activation-profile.type.ts";

export const activationProfile: Resource = {
  resolvers: [ActivationProfileResolver, AccountActivationProfilesResolver],
  references: {
    ActivationProfile: (ref: Ref, context: Context) => activationProfileById(context).load(ref),
  },
  foresights: {
    "ActivationProfile.account": {},
    "Account.activationProfiles": {
      ofAccount: (accountId, context: Context) => activationProfilesByAccount(context).load(accountId),
    },
  },
};
