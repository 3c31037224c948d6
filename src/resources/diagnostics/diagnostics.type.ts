import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { DateTime, Iccid, connectionType } from "../../graph/index.ts";

export enum DiagnosticsType {
  CANCEL_DEVICE_LOCATION = "CANCEL_DEVICE_LOCATION",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(DiagnosticsType, {
  name: "DiagnosticsType",
  description: "The type of a diagnostics request.",
  valuesConfig: {
    CANCEL_DEVICE_LOCATION: {
      description: "KORE's `CancelDeviceLocation`: the device registers with the network anew. See `resetConnection`.",
    },
    UNKNOWN: { description: "A type that this graph does not know; see `rawType`." },
  },
});

export enum DiagnosticsStatus {
  SUBMITTED = "SUBMITTED",
  PENDING = "PENDING",
  COMPLETED = "COMPLETED",
  FAILED = "FAILED",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(DiagnosticsStatus, {
  name: "DiagnosticsStatus",
  description: "Status of a diagnostics request as a whole.",
  valuesConfig: {
    SUBMITTED: { description: "Acknowledged." },
    PENDING: { description: "Created, and in progress." },
    COMPLETED: { description: "Done. The result of the SIM is in its outcome." },
    FAILED: { description: "Could not be created." },
    UNKNOWN: { description: "A status that this graph does not know; see `rawStatus`." },
  },
});

export enum DiagnosticsOutcome {
  PENDING = "PENDING",
  SUCCEEDED = "SUCCEEDED",
  FAILED = "FAILED",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(DiagnosticsOutcome, {
  name: "DiagnosticsOutcome",
  description:
    "The outcome of one SIM of a diagnostics request. KORE does not document the values; they are derived from KORE's status and error message.",
  valuesConfig: {
    PENDING: { description: "Not finished." },
    SUCCEEDED: { description: "Done." },
    FAILED: { description: "Not done; see the request's `message`." },
    UNKNOWN: { description: "KORE's status is unknown to this graph, or missing; see `rawOutcome`." },
  },
});

@ObjectType({ description: "A SIM of a diagnostics request.", simpleResolvers: true })
export class DiagnosticsRequestSubscription {
  accountId!: string;

  @Field(() => ID, { nullable: true, description: "KORE's subscription-id of the SIM." })
  subscriptionId!: string | null;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM." })
  iccid!: string | null;

  @Field(() => DiagnosticsOutcome, { description: "The outcome." })
  outcome!: DiagnosticsOutcome;

  @Field(() => String, { nullable: true, description: "KORE's completion-status as it came." })
  rawOutcome!: string | null;
}

/** Fields of KORE's detail call only. */
interface DiagnosticsRequestDetail {
  /** Whether KORE has finished the request, by its status, its completed date or its SIM. */
  isFinal: boolean;
  message: string | null;
  subscriptions: DiagnosticsRequestSubscription[];
}

@Directive('@key(fields: "accountId id")')
@ObjectType({
  description: "An order to KORE to diagnose a SIM. KORE acknowledges it at once and processes it afterwards.",
  simpleResolvers: true,
})
export class DiagnosticsRequest {
  @Field(() => ID, { description: "The account whose SIM it is about." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's diagnostics-request-id." })
  id!: string;

  @Field(() => DiagnosticsType, { nullable: true, description: "The type." })
  type!: DiagnosticsType | null;

  @Field(() => String, { nullable: true, description: "KORE's request-type as it came." })
  rawType!: string | null;

  @Field(() => DiagnosticsStatus, { nullable: true, description: "Its status." })
  status!: DiagnosticsStatus | null;

  @Field(() => String, { nullable: true, description: "KORE's status as it came." })
  rawStatus!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's service-type of the SIM." })
  serviceType!: string | null;

  @Field(() => Int, { nullable: true, description: "Number of its SIMs." })
  numberOfSubscriptions!: number | null;

  @Field(() => DateTime, { nullable: true, description: "When it was created. KORE states no time zone; read as UTC." })
  createdAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "When it was done. KORE states no time zone; read as UTC." })
  completedAt!: Date | null;

  @Field(() => String, { nullable: true, description: "Where it was created." })
  source!: string | null;

  @Field(() => String, { nullable: true, description: "Its creator, as KORE names it." })
  requestedBy!: string | null;

  // Undefined when it came out of a list.
  detail?: DiagnosticsRequestDetail;
}

export const DiagnosticsRequestConnection = connectionType("DiagnosticsRequest", DiagnosticsRequest);
