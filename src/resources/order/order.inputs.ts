import { Field, ID, InputType, Int, registerEnumType } from "type-graphql";
import { EmailAddress, Iccid, Imei } from "../../graph/index.ts";
import { CONFIRM_SIMS, SIMS, SimWriteInput } from "./sim-write.inputs.ts";

export enum ActivationState {
  ACTIVE = "ACTIVE",
  TEST = "TEST",
  READY = "READY",
}
registerEnumType(ActivationState, {
  name: "ActivationState",
  description: "A state to activate a SIM to. The SIM then has the state of the same name.",
  valuesConfig: {
    ACTIVE: { description: "In service, and billed." },
    TEST: { description: "KORE's `test`: SIM state TEST." },
    READY: { description: "KORE's `ready`: SIM state READY." },
  },
});

@InputType({ description: "A SIM, by exactly one of its ids." })
export class SimSelector {
  @Field(() => ID, { nullable: true, description: "KORE's subscription-id." })
  id?: string | null;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM." })
  iccid?: string | null;
}

@InputType({ description: "A SIM to activate, by exactly one of its ids." })
export class SimActivation extends SimSelector {
  @Field(() => Imei, {
    nullable: true,
    description: "IMEI of the device that will hold the SIM. KORE requires it for Verizon without a SKU, and for APEX.",
  })
  imei?: string | null;
}

@InputType({ description: "An entry for Australia's public number database (IPND)." })
export class AustralianIpndInput {
  @Field(() => String, { nullable: true, description: "Title of the person, such as Ms." })
  title?: string | null;

  @Field(() => String, { nullable: true, description: "First name." })
  firstName?: string | null;

  @Field(() => String, { nullable: true, description: "Last name." })
  lastName?: string | null;

  @Field(() => String, { nullable: true, description: "Address." })
  address?: string | null;
}

/** Input fields of every verb. */
@InputType()
export abstract class OrderInput extends SimWriteInput {
  @Field(() => [EmailAddress], {
    nullable: true,
    description: "Addresses that KORE notifies of every change of the request's status; at most 20.",
  })
  notifyEmails?: string[] | null;

  abstract subscriptions: SimSelector[];
}

const ACTIVATED_SIMS = `${SIMS} With different IMEIs it is REJECTED.`;

@InputType()
abstract class SelectingOrderInput extends OrderInput {
  @Field(() => [SimSelector], { description: SIMS })
  subscriptions!: SimSelector[];
}

@InputType({ description: "SIMs to activate." })
export class ActivateSubscriptionsInput extends OrderInput {
  @Field(() => ActivationState, { description: "The state after activation." })
  activationState!: ActivationState;

  @Field(() => [SimActivation], { description: ACTIVATED_SIMS })
  subscriptions!: SimActivation[];

  @Field(() => ID, {
    nullable: true,
    description: "The activation profile to use. See `SimSubscription.eligibleActivationProfiles`.",
  })
  activationProfileId?: string | null;

  @Field(() => String, { nullable: true, description: "KORE requires it for Verizon activation by SKU." })
  sku?: string | null;

  @Field(() => AustralianIpndInput, { nullable: true, description: "KORE requires it for KORE TELS2." })
  ipnd?: AustralianIpndInput | null;
}

@InputType({ description: "SIMs to suspend." })
export class SuspendSubscriptionsInput extends SelectingOrderInput {}

@InputType({ description: "SIMs to reactivate." })
export class ReactivateSubscriptionsInput extends SelectingOrderInput {}

@InputType({ description: "SIMs to deactivate." })
export class DeactivateSubscriptionsInput extends SelectingOrderInput {
  @Field(() => Int, { description: CONFIRM_SIMS })
  confirm!: number;
}

@InputType({ description: "SIMs to change to the plans and features of an activation profile." })
export class ChangeSubscriptionPlanInput extends SelectingOrderInput {
  @Field(() => ID, { description: "The activation profile whose plans and features they get." })
  activationProfileId!: string;
}

@InputType({ description: "SIMs to terminate, for good." })
export class TerminateSubscriptionsInput extends SelectingOrderInput {
  @Field(() => Int, { description: CONFIRM_SIMS })
  confirm!: number;

  @Field(() => Boolean, {
    nullable: true,
    description: "Terminate a SIM of an eSIM even if its profile is enabled and the EID holds several ICCIDs.",
  })
  forceEnabledEsimProfileTermination?: boolean | null;
}
