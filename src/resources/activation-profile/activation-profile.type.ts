import { Directive, Field, ID, ObjectType } from "type-graphql";
import { Costs, DateTime, type FieldCost } from "../../graph/index.ts";

/** Names of the loaders, for counting what they ask. */
export const BY_ACCOUNT = "activationProfile.eachAccount";
export const EACH_WHOLE = "activationProfile.eachWhole";

/** What only KORE's detail call tells. */
export interface ActivationProfileDetail {
  description: string | null;
  serviceTypeId: string | null;
  productOffer: string | null;
  planIds: string[];
  featureIds: string[];
}

/**
 * What looking profiles up by id costs: one alone is read for itself, in long form; several of an account are its list,
 * and then each that is asked for its long form.
 */
export const costOfProfileById: FieldCost = ({ parent: { accounts, count, batches }, asks, path }) => {
  if (count === 1) asks.addIfRepeated(BY_ACCOUNT, accounts.key, 1, path);
  else asks.add(BY_ACCOUNT, accounts.key, accounts.count);
  if (count === 1 || batches > 1) asks.add(EACH_WHOLE, path, Math.min(count, batches));
  return undefined;
};

@Costs(costOfProfileById)
@Directive('@key(fields: "accountId id")')
@ObjectType({
  description:
    "A named set of plans, features and product offer with which SIMs are activated. Not the profile that a SIM is on.",
  simpleResolvers: true,
})
export class ActivationProfile {
  @Field(() => ID, { description: "The account that it belongs to." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's activation-profile-id." })
  id!: string;

  @Field(() => String, { nullable: true, description: "KORE's activation-profile-name." })
  name!: string | null;

  @Field(() => DateTime, { nullable: true, description: "When it was made; null when KORE's text has no known form." })
  createdAt!: Date | null;

  @Field(() => String, { nullable: true, description: "Who made it, as KORE says." })
  createdBy!: string | null;

  // Undefined when it came out of a list.
  detail?: ActivationProfileDetail;
}
