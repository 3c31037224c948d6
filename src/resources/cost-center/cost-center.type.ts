import { Field, ID, ObjectType } from "type-graphql";

@ObjectType({ description: "A cost center of an account, to which SIMs are assigned.", simpleResolvers: true })
export class CostCenter {
  @Field(() => ID, { description: "KORE's cost-center-id: the id that SIMs carry." })
  id!: string;

  @Field(() => ID, { nullable: true, description: "KORE's cost-center-pk: the permanent key that writes take." })
  key!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's cost-center-name." })
  name!: string | null;
}
