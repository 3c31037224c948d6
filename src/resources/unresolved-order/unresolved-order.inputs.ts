import { Field, ID, InputType, Int } from "type-graphql";

@InputType({
  description: "The finding about an order in doubt: exactly one of `arrivedAs` and `didNotArrive`.",
})
export class ResolveOrderInput {
  @Field(() => ID, { description: "The account of the order's SIMs." })
  accountId!: string;

  @Field(() => ID, { description: "`UnresolvedOrder.intentId`." })
  intentId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      "The order arrived as this provisioning request of KORE's. It is checked against what KORE shows of the request.",
  })
  arrivedAs?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "True: the order did not arrive. Its SIMs can be written again, so make sure of it: a second order is not undone.",
  })
  didNotArrive?: boolean | null;

  @Field(() => Int, {
    description: "How many SIMs the order has: must be the number of `UnresolvedOrder.subscriptions`.",
  })
  confirm!: number;
}
