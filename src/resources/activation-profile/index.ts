import { type Context, type Ref, type Resource } from "../context.ts";
import { activationProfileById, activationProfilesByAccount } from "./activation-profile.loader.ts";
import { AccountActivationProfilesResolver, ActivationProfileResolver } from "./activation-profile.resolver.ts";

export {
  activationProfileById,
  activationProfilesByAccount,
  eachWholeActivationProfile,
} from "./activation-profile.loader.ts";
export { ActivationProfile, BY_ACCOUNT, EACH_WHOLE, costOfProfileById } from "./activation-profile.type.ts";

export const activationProfile: Resource = {
  resolvers: [ActivationProfileResolver, AccountActivationProfilesResolver],
  access: {
    "Query.activationProfile": { role: "viewer", account: { at: "accountId" } },
    "Account.activationProfiles": { role: "viewer", account: "parent" },
    "ActivationProfile.account": { role: "viewer", account: "parent" },
    "ActivationProfile.description": { role: "viewer", account: "parent" },
    "ActivationProfile.serviceTypeId": { role: "viewer", account: "parent" },
    "ActivationProfile.productOffer": { role: "viewer", account: "parent" },
    "ActivationProfile.planIds": { role: "viewer", account: "parent" },
    "ActivationProfile.featureIds": { role: "viewer", account: "parent" },
    ActivationProfile: { role: "viewer", account: { at: "accountId" } },
  },
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
