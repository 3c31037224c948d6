import { Field, ID, InputType } from "type-graphql";
import { Iccid } from "../../graph/index.ts";

@InputType({ description: "Filter of provisioning requests: those of one SIM, by one of its ids." })
export class ProvisioningRequestFilter {
  @Field(() => ID, { nullable: true, description: "KORE's subscription-id of the SIM." })
  subscriptionId?: string | null;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM." })
  iccid?: string | null;
}
