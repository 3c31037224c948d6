import { Field, ID, ObjectType } from "type-graphql";
import { KoreEvent } from "../event/index.ts";
import { SimState } from "./subscription.type.ts";

@ObjectType({
  implements: KoreEvent,
  description: "A state change of a SIM, from a webhook of KORE's.",
  simpleResolvers: true,
})
export class SimStateChange extends KoreEvent {
  @Field(() => ID, { description: "KORE's subscription-id of the SIM." })
  subscriptionId!: string;

  @Field(() => SimState, { nullable: true, description: "The state before." })
  oldState!: SimState | null;

  @Field(() => String, { nullable: true, description: "KORE's state before, as it came." })
  rawOldState!: string | null;

  @Field(() => SimState, { nullable: true, description: "The state now." })
  newState!: SimState | null;

  @Field(() => String, { nullable: true, description: "KORE's state now, as it came." })
  rawNewState!: string | null;
}
