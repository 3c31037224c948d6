import { Field, ID, InputType } from "type-graphql";
import { Iccid, Msisdn } from "../../graph/index.ts";
import { SIMS, SimSelector, SimWriteInput } from "../order/index.ts";

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
export class ResetConnectionInput extends SimWriteInput {
  @Field(() => [SimSelector], {
    description: `${SIMS} At most ${MAX_RESETS}.`,
  })
  subscriptions!: SimSelector[];
}
