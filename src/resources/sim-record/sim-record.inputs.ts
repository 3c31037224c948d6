import { Field, ID, InputType, Int } from "type-graphql";
import { Imei } from "../../graph/index.ts";
import { CONFIRM_SIMS, SIMS, SimSelector, SimWriteInput } from "../order/index.ts";

/** KORE states no lengths; these keep a request of 1,000 SIMs within what servers accept. */
export const MAX_KEY_LENGTH = 100;
export const MAX_VALUE_LENGTH = 1000;
export const MAX_HARDWARE_LENGTH = 100;
export const MAX_FIELDS = 50;

@InputType({ description: "A custom field and its new value." })
export class CustomFieldInput {
  @Field(() => String, {
    description: `The field's name, 1 to ${MAX_KEY_LENGTH} characters. KORE publishes no list of an account's fields: one that it does not know fails the request.`,
  })
  key!: string;

  @Field(() => String, {
    description: `Its value, at most ${MAX_VALUE_LENGTH} characters. An empty one empties the field.`,
  })
  value!: string;
}

@InputType({ description: "A SIM, by exactly one of its ids, with the custom fields that it gets." })
export class SimCustomFieldsInput extends SimSelector {
  @Field(() => [CustomFieldInput], {
    description: `The fields to set, 1 to ${MAX_FIELDS}, each once. The SIM's other fields stay.`,
  })
  fields!: CustomFieldInput[];
}

@InputType({ description: "A SIM, by exactly one of its ids, with its device. Data that are not given stay." })
export class SimHardwareInput extends SimSelector {
  @Field(() => Imei, { nullable: true, description: "The device's IMEI." })
  imei?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `The device's serial number, 1 to ${MAX_HARDWARE_LENGTH} characters.`,
  })
  serialNumber?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `The device's model number, 1 to ${MAX_HARDWARE_LENGTH} characters.`,
  })
  modelNumber?: string | null;
}

/** Input fields of every change of SIM records. */
@InputType()
export abstract class RecordInput extends SimWriteInput {
  abstract subscriptions: SimSelector[];
}

const SIMS_WITH_VALUES = `${SIMS} With different values it is REJECTED.`;

@InputType({ description: "SIMs whose custom fields are set." })
export class SetCustomFieldsInput extends RecordInput {
  @Field(() => [SimCustomFieldsInput], { description: SIMS_WITH_VALUES })
  subscriptions!: SimCustomFieldsInput[];
}

@InputType({ description: "SIMs whose devices are recorded." })
export class SetConnectedHardwareInput extends RecordInput {
  @Field(() => [SimHardwareInput], { description: SIMS_WITH_VALUES })
  subscriptions!: SimHardwareInput[];
}

@InputType({ description: "SIMs that are assigned to a cost center." })
export class AssignCostCenterInput extends RecordInput {
  @Field(() => ID, { description: "`CostCenter.key` of the cost center." })
  costCenterKey!: string;

  @Field(() => [SimSelector], { description: SIMS })
  subscriptions!: SimSelector[];
}

@InputType({ description: "SIMs that another account gets." })
export class TransferSubscriptionsInput extends RecordInput {
  @Field(() => ID, { description: "The account that gets them." })
  destinationAccountId!: string;

  @Field(() => [SimSelector], { description: SIMS })
  subscriptions!: SimSelector[];

  @Field(() => Int, { description: CONFIRM_SIMS })
  confirm!: number;
}
