import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { Costs, DateTime, Eid, Iccid, Imei, Imsi, Msisdn, connectionType, listOf } from "../../graph/index.ts";
import { ASSUMED_PERIODS } from "../assumed-sizes.ts";

export enum SimState {
  STOCK = "STOCK",
  TEST = "TEST",
  READY = "READY",
  ACTIVE = "ACTIVE",
  SUSPENDED = "SUSPENDED",
  SUSPENDED_WITH_CHARGE = "SUSPENDED_WITH_CHARGE",
  DEACTIVATED = "DEACTIVATED",
  PENDING_SCRAP = "PENDING_SCRAP",
  SCRAPPED = "SCRAPPED",
  BARRED = "BARRED",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(SimState, {
  name: "SimState",
  description: "State of a SIM at KORE. KORE names the states and explains none of them.",
  valuesConfig: {
    STOCK: { description: "KORE's `Stock`: not yet activated. The only state from which a SIM can be transferred." },
    TEST: { description: "KORE's `Test`: where activation to TEST leads." },
    READY: { description: "KORE's `Ready`: where activation to READY leads." },
    ACTIVE: { description: "KORE's `Active`." },
    SUSPENDED: { description: "KORE's `Suspend`." },
    SUSPENDED_WITH_CHARGE: { description: "KORE's `Suspend With Charge`, also written `Suspended with charge`." },
    DEACTIVATED: { description: "KORE's `Deactivated`." },
    PENDING_SCRAP: { description: "KORE's `Pending Scrap`." },
    SCRAPPED: { description: "KORE's `Scrapped`." },
    BARRED: { description: "KORE's `Barred`." },
    UNKNOWN: { description: "A state that this graph does not know; see `rawState`." },
  },
});

@ObjectType({ description: "The number of an account's SIMs in one state.", simpleResolvers: true })
export class SimCount {
  @Field(() => SimState, { description: "The state." })
  state!: SimState;

  @Field(() => Int, {
    nullable: true,
    description: "Number of SIMs; null when KORE's replies do not state it, or contradict each other.",
  })
  count!: number | null;
}

@ObjectType({ description: "A span of time in which a SIM was in one state.", simpleResolvers: true })
export class SimStatePeriod {
  @Field(() => SimState, { nullable: true, description: "The state." })
  state!: SimState | null;

  @Field(() => String, { nullable: true, description: "KORE's state as it came." })
  rawState!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's state-id. KORE does not state its values." })
  stateId!: string | null;

  @Field(() => DateTime, { nullable: true, description: "When it began." })
  startedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "When it ended; null while it lasts, for which KORE also writes a day in 9999.",
  })
  endedAt!: Date | null;

  @Field(() => Boolean, { nullable: true, description: "Whether it is the present one." })
  isCurrent!: boolean | null;
}

@ObjectType({ description: "When a SIM last entered a state.", simpleResolvers: true })
export class SimStateDate {
  @Field(() => SimState, { nullable: true, description: "The state." })
  state!: SimState | null;

  @Field(() => String, { nullable: true, description: "KORE's state as it came." })
  rawState!: string | null;

  @Field(() => DateTime, { nullable: true, description: "When the SIM last entered it." })
  startedAt!: Date | null;
}

@ObjectType({ description: "A span of time in which a SIM was on one profile.", simpleResolvers: true })
export class SimProfilePeriod {
  accountId!: string;

  @Field(() => ID, { nullable: true, description: "KORE's profile-id." })
  profileId!: string | null;

  @Field(() => DateTime, { nullable: true, description: "When it began." })
  startedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "When it ended; null while it lasts, for which KORE also writes a day in 9999.",
  })
  endedAt!: Date | null;

  @Field(() => Boolean, { nullable: true, description: "Whether it is the present one." })
  isCurrent!: boolean | null;
}

@ObjectType({ description: "The profile that a SIM last had in one of its states.", simpleResolvers: true })
export class SimProfileDate {
  accountId!: string;

  @Field(() => ID, { nullable: true, description: "KORE's profile-id." })
  profileId!: string | null;

  @Field(() => DateTime, { nullable: true, description: "When it began." })
  startedAt!: Date | null;
}

@ObjectType({ description: "The numbers that a SIM last had in one of its states.", simpleResolvers: true })
export class SimNumberDate {
  @Field(() => Imsi, { nullable: true, description: "The IMSI." })
  imsi!: string | null;

  @Field(() => Msisdn, { nullable: true, description: "The MSISDN." })
  msisdn!: string | null;

  @Field(() => DateTime, { nullable: true, description: "When they began." })
  startedAt!: Date | null;
}

@ObjectType({ description: "An access point name (APN) of a SIM, with its address there.", simpleResolvers: true })
export class SimApn {
  @Field(() => ID, { nullable: true, description: "KORE's apn-id, which SIMs share." })
  apnId!: string | null;

  @Field(() => String, { nullable: true, description: "The SIM's IP address on it, as KORE writes it." })
  ipAddress!: string | null;
}

@ObjectType({ description: "A field of the customer's own on a SIM.", simpleResolvers: true })
export class SimCustomField {
  @Field(() => String, { nullable: true, description: "The field's name." })
  key!: string | null;

  @Field(() => String, { nullable: true, description: "Its value." })
  value!: string | null;
}

@ObjectType({ description: "The device that holds a SIM, as recorded at KORE.", simpleResolvers: true })
export class SimDevice {
  @Field(() => Imei, { nullable: true, description: "The device's IMEI." })
  imei!: string | null;

  @Field(() => String, { nullable: true, description: "The device's serial number." })
  serialNumber!: string | null;

  @Field(() => String, { nullable: true, description: "The device's model number." })
  modelNumber!: string | null;
}

/** Limit of KORE's list call. */
export const MAX_ICCIDS_PER_CALL = 100;

@Directive('@key(fields: "accountId id")')
@Directive('@key(fields: "accountId iccid")')
@ObjectType({
  description: "A SIM with its service: what KORE calls a subscription. GraphQL keeps that name for live updates.",
  simpleResolvers: true,
})
export class SimSubscription {
  @Field(() => ID, { description: "The account that it belongs to." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's subscription-id." })
  id!: string;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM." })
  iccid!: string | null;

  @Field(() => Eid, { nullable: true, description: "The eSIM that holds it; null when it is not an eSIM." })
  eid!: string | null;

  @Field(() => Boolean, { description: "Whether it is an eSIM, which KORE shows by giving an EID." })
  isEsim!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      "State of the profile on the eSIM (remote SIM provisioning), such as `enabled`. KORE does not state the values.",
  })
  rspState!: string | null;

  @Field(() => Imei, { nullable: true, description: "The IMEI of the device that holds the SIM." })
  imei!: string | null;

  @Field(() => Imsi, { nullable: true, description: "The SIM's IMSI." })
  imsi!: string | null;

  @Field(() => [Msisdn], { nullable: true, description: "The SIM's phone numbers." })
  msisdns!: string[];

  @Field(() => SimState, { nullable: true, description: "The present state." })
  state!: SimState | null;

  @Field(() => String, { nullable: true, description: "KORE's present state as it came." })
  rawState!: string | null;

  @Field(() => SimStatePeriod, { nullable: true, description: "The present state with its dates." })
  currentState!: SimStatePeriod | null;

  @Field(() => [SimStateDate], { nullable: true, description: "When the SIM last entered each of its states." })
  stateDates!: SimStateDate[];

  @Field(() => ID, { nullable: true, description: "KORE's service-type-id." })
  serviceTypeId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "KORE's product-offer: a mix of plans, features and SIM formats.",
  })
  productOffer!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "KORE's product-offer-type, which distinguishes offers by manufacturer.",
  })
  productOfferType!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's cost-center-id." })
  costCenterId!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's profile-id of the present profile." })
  profileId!: string | null;

  @Costs(listOf(ASSUMED_PERIODS))
  @Field(() => [SimProfilePeriod], {
    nullable: true,
    description: "The profiles that KORE lists, the present one among them.",
  })
  profileHistory!: SimProfilePeriod[];

  @Costs(listOf(ASSUMED_PERIODS))
  @Field(() => [SimProfileDate], {
    nullable: true,
    description: "The profile that the SIM last had in each of its states.",
  })
  lastActiveProfiles!: SimProfileDate[];

  @Field(() => [SimNumberDate], {
    nullable: true,
    description: "The IMSI and MSISDN that the SIM last had in each of its states.",
  })
  lastActiveNumbers!: SimNumberDate[];

  @Field(() => [SimApn], { nullable: true, description: "The SIM's access point names." })
  apns!: SimApn[];

  @Field(() => [SimCustomField], {
    nullable: true,
    description: "The customer's own fields: KORE's additional-fields.",
  })
  customFields!: SimCustomField[];

  @Field(() => SimDevice, { nullable: true, description: "The device that holds the SIM; null when none is recorded." })
  device!: SimDevice | null;

  // All states in KORE's reply, and whether past states were requested.
  states!: SimStatePeriod[];
  hasHistory!: boolean;
}

export const SimSubscriptionConnection = connectionType("SimSubscription", SimSubscription);
