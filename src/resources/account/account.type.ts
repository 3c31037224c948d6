import { Directive, Field, ID, ObjectType } from "type-graphql";

@Directive('@key(fields: "id")')
@ObjectType({
  description: "A KORE account (ConnectivityPro). KORE is called only when a field other than its id is selected.",
  simpleResolvers: true,
})
export class Account {
  @Field(() => ID, { description: "KORE's account-id, such as `cmp-pp-org-…`." })
  id!: string;

  // Undefined until read from KORE.
  number?: string | null;
  name?: string | null;
}
