import { Field, ID, InputType, Int, registerEnumType } from "type-graphql";
import { Eid, Iccid, Imei } from "../../graph/index.ts";
import { AustralianIpndInput, SimWriteInput } from "../order/index.ts";

/** eSIMs of one order, each of which is read by a call of its own. */
export const MAX_ESIMS = 100;

export enum EsimOldSubscription {
  DEACTIVATE = "DEACTIVATE",
  SUSPEND = "SUSPEND",
  KEEP = "KEEP",
}
registerEnumType(EsimOldSubscription, {
  name: "EsimOldSubscription",
  description: "The fate of an eSIM's old SIM after a switch.",
  valuesConfig: {
    DEACTIVATE: { description: "It is deactivated." },
    SUSPEND: {
      description: "It is suspended, where its state allows that. KORE does not state what happens elsewhere.",
    },
    KEEP: { description: "It stays active, and billed." },
  },
});

@InputType({ description: "An eSIM that gets a profile." })
export class EsimDeviceInput {
  @Field(() => Eid, { description: "The number of the eSIM." })
  eid!: string;

  @Field(() => Imei, {
    nullable: true,
    description: "IMEI of the device that holds it. KORE requires it for a Verizon profile without a SKU.",
  })
  imei?: string | null;
}

@InputType({ description: "A profile on an eSIM." })
export class EsimProfileSelector {
  @Field(() => Eid, { description: "The number of the eSIM." })
  eid!: string;

  @Field(() => Iccid, { description: "The ICCID of the profile's SIM." })
  iccid!: string;
}

/** Input fields of every verb. */
@InputType()
export abstract class EsimOrderInput extends SimWriteInput {
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Skip KORE's check that the device is online. An offline device then fails at the next step.",
  })
  skipSessionCheck?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Do not retry failed steps. KORE retries a step up to 5 times when the device is in a session.",
  })
  disableAutoRetry?: boolean | null;
}

const LIMIT = `at most ${MAX_ESIMS}`;

@InputType()
abstract class EsimProfileGettingInput extends EsimOrderInput {
  @Field(() => ID, { description: "The activation profile with which the new profile's SIM is activated." })
  activationProfileId!: string;

  @Field(() => [EsimDeviceInput], {
    description: `The eSIMs, ${LIMIT}. One that is named twice counts once; with different IMEIs it is REJECTED.`,
  })
  esims!: EsimDeviceInput[];

  @Field(() => String, {
    nullable: true,
    description: "SKU of a device type with an embedded SIM. KORE requires it for a Verizon profile without IMEI.",
  })
  sku?: string | null;

  @Field(() => AustralianIpndInput, { nullable: true, description: "KORE requires it for KORE TELS2." })
  ipnd?: AustralianIpndInput | null;
}

@InputType()
abstract class EsimProfileNamingInput extends EsimOrderInput {
  @Field(() => [EsimProfileSelector], {
    description: `The profiles, ${LIMIT}, one for each eSIM: KORE reports outcomes by EID.`,
  })
  profiles!: EsimProfileSelector[];
}

@InputType({ description: "eSIMs to switch to a new profile." })
export class SwitchEsimProfilesInput extends EsimProfileGettingInput {
  @Field(() => EsimOldSubscription, {
    defaultValue: EsimOldSubscription.DEACTIVATE,
    description: "The fate of the old SIMs.",
  })
  oldSubscription!: EsimOldSubscription;
}

@InputType({ description: "eSIMs that download a profile." })
export class DownloadEsimProfilesInput extends EsimProfileGettingInput {}

@InputType({ description: "Profiles to enable." })
export class EnableEsimProfilesInput extends EsimProfileNamingInput {}

@InputType({ description: "Profiles to delete, for good." })
export class DeleteEsimProfilesInput extends EsimProfileNamingInput {
  @Field(() => Int, { description: "Confirmation: must be the number of different profiles named." })
  confirm!: number;
}
