import { Directive, Field, ID, ObjectType } from "type-graphql";

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    "A KORE account (ConnectivityPro). Known by its id alone: naming one asks nothing of KORE until a field needs it.",
  simpleResolvers: true,
})
export class Account {
  @Field(() => ID, { description: "KORE's account-id, such as `cmp-pp-org-…`." })
  id!: string;

  // Undefined as long as KORE has not been asked.
  number?: string | null;
  name?: string | null;
}
