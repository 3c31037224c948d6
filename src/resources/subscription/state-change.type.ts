import { Field, ID, ObjectType } from "type-graphql";
import { type CallerSignal } from "../../common/abort.ts";
import { DateTime } from "../../graph/index.ts";
import { SimState } from "./subscription.type.ts";

@ObjectType({ description: "A state change of a SIM, from a webhook of KORE's.", simpleResolvers: true })
export class SimStateChange {
  @Field(() => ID, { description: "The account that the SIM belongs to." })
  accountId!: string;

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

  @Field(() => DateTime, { nullable: true, description: "When it happened." })
  at!: Date | null;
}

/** Publish/subscribe for state changes, with one topic per account. */
export interface StateChanges {
  publish(accountId: string, change: SimStateChange): void;
  /** Subscribed before the first read, until `return()` or the signal's abort. */
  subscribe(accountId: string, signal?: CallerSignal): AsyncIterable<SimStateChange>;
}
