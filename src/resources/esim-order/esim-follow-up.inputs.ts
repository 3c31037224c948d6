import { Field, ID, InputType } from "type-graphql";
import { Eid } from "../../graph/index.ts";

@InputType()
abstract class EsimFollowUpInput {
  @Field(() => ID, { description: "The account whose eSIMs the request changes." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's id of the eSIM request, of any type." })
  id!: string;

  @Field(() => [Eid], {
    nullable: true,
    description: "eSIMs of the request. Default: all of them to which it applies.",
  })
  eids?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Read the request, return what would be written, and write nothing.",
  })
  dryRun?: boolean | null;
}

@InputType({ description: "An eSIM request to retry." })
export class RetryEsimRequestInput extends EsimFollowUpInput {
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description:
      "Do not wait for the device to be online; also for eSIMs that wait for it now. An offline device then fails at the next step.",
  })
  skipSessionCheck?: boolean | null;
}

@InputType({ description: "An eSIM request to cancel." })
export class CancelEsimRequestInput extends EsimFollowUpInput {
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Cancel pending automatic retries only, and not the request.",
  })
  retriesOnly?: boolean | null;
}
