import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { Eid, Iccid } from "../../graph/index.ts";
import { SimState, type SimSubscription } from "../subscription/index.ts";

export enum EsimProfileStatus {
  ENABLED = "ENABLED",
  DISABLED = "DISABLED",
  CREATED = "CREATED",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(EsimProfileStatus, {
  name: "EsimProfileStatus",
  description: "Status of a profile on an eSIM. KORE names the values and explains none of them.",
  valuesConfig: {
    ENABLED: { description: "KORE's `ENABLED`: the profile in use." },
    DISABLED: { description: "KORE's `DISABLED`." },
    CREATED: { description: "KORE's `CREATED`." },
    UNKNOWN: { description: "A status that this graph does not know; see `rawStatus`." },
  },
});

@ObjectType({ description: "A SIM on an eSIM, and the status of its profile there.", simpleResolvers: true })
export class EsimProfile {
  accountId!: string;
  subscription!: SimSubscription;

  @Field(() => ID, { description: "KORE's subscription-id of the SIM." })
  subscriptionId!: string;

  @Field(() => Iccid, { nullable: true, description: "The SIM's number." })
  iccid!: string | null;

  @Field(() => EsimProfileStatus, {
    nullable: true,
    description: "Status of the profile; null when it was never downloaded, or was deleted.",
  })
  status!: EsimProfileStatus | null;

  @Field(() => String, { nullable: true, description: "KORE's profile-status as it came." })
  rawStatus!: string | null;

  @Field(() => Boolean, { nullable: true, description: "KORE's is-fallback, which KORE does not explain." })
  isFallback!: boolean | null;

  @Field(() => SimState, { nullable: true, description: "The SIM's state, in KORE's reply about the profile." })
  state!: SimState | null;

  @Field(() => String, { nullable: true, description: "KORE's state as it came." })
  rawState!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "KORE's product-offer: a mix of plans, features and SIM formats.",
  })
  productOffer!: string | null;
}

@Directive('@key(fields: "accountId eid")')
@ObjectType({ description: "An eSIM: a chip that holds profiles, each of which is a SIM.", simpleResolvers: true })
export class Esim {
  @Field(() => ID, { description: "The account that its SIMs belong to." })
  accountId!: string;

  @Field(() => Eid, { description: "Its number." })
  eid!: string;
}
