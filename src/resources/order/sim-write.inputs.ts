import { Field, ID, InputType, Int } from "type-graphql";

/** Input fields of every write on SIMs that KORE acknowledges first and works on later. */
@InputType()
export abstract class SimWriteInput {
  @Field(() => ID, { description: "The account that the SIMs belong to." })
  accountId!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "Idempotency key of yours, 1 to 200 characters, per account and mutation. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished.",
  })
  requestKey?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Read what the write depends on, return what would be written, and write nothing.",
  })
  dryRun?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: what KORE has failed by then is FAILED, what it has not finished is SUBMITTED.",
  })
  waitUpTo?: number | null;
}

export const SIMS = "The SIMs, each by id or ICCID. A SIM that is named twice counts once.";
export const CONFIRM_SIMS = "Confirmation: must be the number of different SIMs named.";
