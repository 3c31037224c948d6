import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { DateTime, Iccid, connectionType } from "../../graph/index.ts";

export enum ProvisioningAction {
  ACTIVATION = "ACTIVATION",
  STATE_CHANGE = "STATE_CHANGE",
  DEACTIVATION = "DEACTIVATION",
  REACTIVATION = "REACTIVATION",
  PLAN_CHANGE = "PLAN_CHANGE",
  PROFILE_CHANGE = "PROFILE_CHANGE",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(ProvisioningAction, {
  name: "ProvisioningAction",
  description:
    "The action of a provisioning request. Terminations are shown as DEACTIVATION. KORE does not state which action suspensions have.",
  valuesConfig: {
    ACTIVATION: { description: "KORE's `Activation`." },
    STATE_CHANGE: { description: "KORE's `StateChange`." },
    DEACTIVATION: { description: "KORE's `Deactivation`, also of terminations." },
    REACTIVATION: { description: "KORE's `Reactivation`." },
    PLAN_CHANGE: { description: "KORE's `PlanChange`." },
    PROFILE_CHANGE: { description: "KORE's `ProfileChange`." },
    UNKNOWN: { description: "A type that this graph does not know; see `rawAction`." },
  },
});

export enum ProvisioningStatus {
  SUBMITTED = "SUBMITTED",
  PENDING = "PENDING",
  COMPLETED = "COMPLETED",
  FAILED = "FAILED",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(ProvisioningStatus, {
  name: "ProvisioningStatus",
  description: "Status of a provisioning request as a whole.",
  valuesConfig: {
    SUBMITTED: { description: "Acknowledged." },
    PENDING: { description: "Created, and in progress." },
    COMPLETED: { description: "Done. The result of each SIM is in its outcome." },
    FAILED: { description: "Could not be created." },
    UNKNOWN: { description: "A status that this graph does not know; see `rawStatus`." },
  },
});

export enum ProvisioningOutcome {
  PENDING = "PENDING",
  SUCCEEDED = "SUCCEEDED",
  FAILED = "FAILED",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(ProvisioningOutcome, {
  name: "ProvisioningOutcome",
  description:
    "The outcome of one SIM of a provisioning request. KORE does not document the values; they are derived from KORE's status and error message.",
  valuesConfig: {
    PENDING: { description: "Not finished." },
    SUCCEEDED: { description: "Done." },
    FAILED: { description: "Not done; see `message`." },
    UNKNOWN: { description: "KORE's status is unknown to this graph, or missing; see `rawOutcome`." },
  },
});

@ObjectType({ description: "One SIM of a provisioning request.", simpleResolvers: true })
export class ProvisioningRequestSubscription {
  accountId!: string;

  @Field(() => ID, { nullable: true, description: "KORE's subscription-id of the SIM." })
  subscriptionId!: string | null;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM." })
  iccid!: string | null;

  @Field(() => ProvisioningOutcome, { description: "The outcome." })
  outcome!: ProvisioningOutcome;

  @Field(() => String, { nullable: true, description: "KORE's completion-status as it came." })
  rawOutcome!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's error-message for this SIM." })
  message!: string | null;
}

@ObjectType({ description: "SIMs of a provisioning request, counted by outcome.", simpleResolvers: true })
export class ProvisioningProgress {
  @Field(() => Int, { description: "SIMs that are done." })
  done!: number;

  @Field(() => Int, { description: "SIMs that failed." })
  failed!: number;

  @Field(() => Int, { description: "SIMs that are not finished." })
  pending!: number;

  @Field(() => Int, { description: "SIMs with an unknown status." })
  unknown!: number;

  @Field(() => Int, { description: "All SIMs." })
  total!: number;
}

/** Fields of KORE's detail call only. */
export interface ProvisioningRequestDetail {
  /** Whether KORE has finished the request, by its status, its completed date or its SIMs. */
  isFinal: boolean;
  subscriptions: ProvisioningRequestSubscription[];
}

@Directive('@key(fields: "accountId id")')
@ObjectType({
  description: "An order to KORE to change SIMs. KORE acknowledges it at once and processes it afterwards.",
  simpleResolvers: true,
})
export class ProvisioningRequest {
  @Field(() => ID, { description: "The account whose SIMs it changes." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's provisioning-request-id." })
  id!: string;

  @Field(() => ProvisioningAction, { nullable: true, description: "The action." })
  action!: ProvisioningAction | null;

  @Field(() => String, { nullable: true, description: "KORE's request-type as it came." })
  rawAction!: string | null;

  @Field(() => ProvisioningStatus, { nullable: true, description: "Its status." })
  status!: ProvisioningStatus | null;

  @Field(() => String, { nullable: true, description: "KORE's status as it came." })
  rawStatus!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's service-type of the SIMs." })
  serviceType!: string | null;

  @Field(() => Int, { nullable: true, description: "Number of its SIMs." })
  numberOfSubscriptions!: number | null;

  @Field(() => DateTime, { nullable: true, description: "When it was created. KORE states no time zone; read as UTC." })
  createdAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "When it was done. KORE states no time zone; read as UTC." })
  completedAt!: Date | null;

  @Field(() => String, { nullable: true, description: "Its creator, as KORE names it." })
  provisionedBy!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's id of its activation profile." })
  activationProfileId!: string | null;

  // Undefined when it was read by its id.
  source?: string | null;
  // Undefined when it came out of a list.
  detail?: ProvisioningRequestDetail;
}

export const ProvisioningRequestConnection = connectionType("ProvisioningRequest", ProvisioningRequest);
