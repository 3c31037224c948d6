import { Field, ID, InputType, Int } from "type-graphql";
import { Iccid, Msisdn } from "../../graph/index.ts";
import { SimSelector } from "../order/index.ts";

@InputType({ description: "Filter of diagnostics requests: those of one SIM, by one of its ids." })
export class DiagnosticsRequestFilter {
  @Field(() => ID, { nullable: true, description: "KORE's subscription-id of the SIM." })
  subscriptionId?: string | null;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM." })
  iccid?: string | null;

  @Field(() => Msisdn, { nullable: true, description: "A phone number of the SIM." })
  msisdn?: string | null;
}

/** SIMs of one `resetConnection`: KORE takes one a request. */
export const MAX_RESETS = 100;

@InputType({ description: "SIMs whose devices register with the network anew." })
export class ResetConnectionInput {
  @Field(() => ID, { description: "The account that the SIMs belong to." })
  accountId!: string;

  @Field(() => [SimSelector], {
    description: `The SIMs, each by id or ICCID; at most ${MAX_RESETS}. A SIM that is named twice counts once.`,
  })
  subscriptions!: SimSelector[];

  @Field(() => String, {
    nullable: true,
    description:
      "Idempotency key of yours, 1 to 200 characters, per account. A repetition with the same input does not write again and returns the outcome, also after a restart; with another input it is refused as REQUEST_KEY_REUSED. Without a key, an identical mutation joins one that KORE has not finished.",
  })
  requestKey?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Read the SIMs, return what would be written, and write nothing.",
  })
  dryRun?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "Seconds to wait for KORE to finish before answering, at most the server's limit (`capabilities.limits`). The answer is complete either way: a SIM that KORE has failed by then is FAILED, one that it has not finished is SUBMITTED.",
  })
  waitUpTo?: number | null;
}
