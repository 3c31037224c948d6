import { Field, ID, InputType, Int } from "type-graphql";

@InputType({
  description: "The decision on an unresolved order: exactly one of `arrivedAs` and `didNotArrive`.",
})
export class ResolveOrderInput {
  @Field(() => ID, { description: "The account of the order's SIMs." })
  accountId!: string;

  @Field(() => ID, { description: "`UnresolvedOrder.intentId`." })
  intentId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      "The order arrived as this request of KORE's: its provisioning-request-id, diagnostics-request-id or subscription-request-id. It is checked against KORE's detail of the request.",
  })
  arrivedAs?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "True: the order did not arrive. Its SIMs can be written again, so make sure: a second order cannot be undone.",
  })
  didNotArrive?: boolean | null;

  @Field(() => Int, {
    description: "Confirmation: must be the number of `UnresolvedOrder.subscriptions`.",
  })
  confirm!: number;
}
