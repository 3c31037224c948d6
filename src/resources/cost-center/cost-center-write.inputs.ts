import { Field, ID, InputType } from "type-graphql";

/** KORE states no length. */
export const MAX_NAME_LENGTH = 100;

const NAME = `1 to ${MAX_NAME_LENGTH} characters, which no other cost center of the account has.`;
const DRY_RUN = "Read the cost centers, return what would be done, and write nothing.";

@InputType({ description: "A cost center to create." })
export class CreateCostCenterInput {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => String, { description: `Its name: ${NAME}` })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "Idempotency key of yours, 1 to 200 characters, per account. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, a repetition is REJECTED as NAME_EXISTS.",
  })
  requestKey?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: DRY_RUN })
  dryRun?: boolean | null;
}

@InputType({ description: "A cost center and its new name." })
export class RenameCostCenterInput {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => ID, { description: "`CostCenter.key`." })
  key!: string;

  @Field(() => String, { description: `The new name: ${NAME}` })
  name!: string;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: DRY_RUN })
  dryRun?: boolean | null;
}
