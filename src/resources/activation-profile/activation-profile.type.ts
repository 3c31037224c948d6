import { Directive, Field, ID, ObjectType } from "type-graphql";
import { DateTime } from "../../graph/index.ts";

/** Fields of KORE's detail call only. */
export interface ActivationProfileDetail {
  description: string | null;
  serviceTypeId: string | null;
  productOffer: string | null;
  planIds: string[];
  featureIds: string[];
}

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

  @Field(() => DateTime, {
    nullable: true,
    description: "When it was created; null when KORE's date has an unknown form.",
  })
  createdAt!: Date | null;

  @Field(() => String, { nullable: true, description: "Its creator, as KORE names it." })
  createdBy!: string | null;

  // Undefined when it was read from a list.
  detail?: ActivationProfileDetail;
}
