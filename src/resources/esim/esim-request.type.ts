import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { DateTime, Eid, connectionType } from "../../graph/index.ts";

export enum EsimRequestType {
  SWITCH = "SWITCH",
  DOWNLOAD = "DOWNLOAD",
  ENABLE = "ENABLE",
  DELETE = "DELETE",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(EsimRequestType, {
  name: "EsimRequestType",
  description: "The type of an eSIM request.",
  valuesConfig: {
    SWITCH: { description: "KORE's `SwitchProfile`. See `switchEsimProfiles`." },
    DOWNLOAD: { description: "KORE's `DownloadProfile`. See `downloadEsimProfiles`." },
    ENABLE: { description: "KORE's `EnableProfile`. See `enableEsimProfiles`." },
    DELETE: { description: "KORE's `DeleteProfile`. See `deleteEsimProfiles`." },
    UNKNOWN: { description: "A type that this graph does not know; see `rawType`." },
  },
});

export enum EsimRequestStatus {
  PENDING = "PENDING",
  PROCESSED = "PROCESSED",
  COMPLETED = "COMPLETED",
  FAILED = "FAILED",
  CANCELLED = "CANCELLED",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(EsimRequestStatus, {
  name: "EsimRequestStatus",
  description: "Status of an eSIM request as a whole. KORE's status is an open string, in `rawStatus`.",
  valuesConfig: {
    PENDING: { description: "In progress: KORE's `Pending`, `Processing` and the like." },
    PROCESSED: { description: "Done, with errors." },
    COMPLETED: { description: "Done." },
    FAILED: { description: "Failed as a whole." },
    CANCELLED: { description: "Cancelled." },
    UNKNOWN: { description: "A status that this graph does not know; see `rawStatus`." },
  },
});

export enum EsimOutcome {
  PENDING = "PENDING",
  SUCCEEDED = "SUCCEEDED",
  FAILED = "FAILED",
  CANCELLED = "CANCELLED",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(EsimOutcome, {
  name: "EsimOutcome",
  description: "The outcome of one eSIM of a request. KORE's status is an open string, in `rawStatus`.",
  valuesConfig: {
    PENDING: {
      description:
        "In progress: KORE's `Created`, `Pending`, `Waiting for session`, `Acquired new profile` and the like.",
    },
    SUCCEEDED: { description: "Done." },
    FAILED: { description: "Not done; see `message`. `retryEsimRequest` tries again." },
    CANCELLED: { description: "Cancelled." },
    UNKNOWN: { description: "KORE's status is unknown to this graph, or missing; see `rawStatus`." },
  },
});

@ObjectType({ description: "An eSIM of a request.", simpleResolvers: true })
export class EsimRequestItem {
  accountId!: string;

  @Field(() => Eid, { nullable: true, description: "The eSIM's number." })
  eid!: string | null;

  @Field(() => EsimOutcome, { description: "The outcome." })
  outcome!: EsimOutcome;

  @Field(() => String, {
    nullable: true,
    description:
      "KORE's switch-status as it came, which shows the step. At `Waiting for session` KORE waits up to an hour for the device to come online.",
  })
  rawStatus!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's switch-error-message." })
  message!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's subscription-id of the SIM whose profile it gets." })
  newSubscriptionId!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's subscription-id of the SIM that it had." })
  oldSubscriptionId!: string | null;
}

/** Fields of KORE's detail call only. */
interface EsimRequestDetail {
  /** Whether KORE has finished the request, by its status or its EIDs. */
  isFinal: boolean;
  items: EsimRequestItem[];
}

@Directive('@key(fields: "accountId id")')
@ObjectType({
  description:
    "An order to KORE to change the profiles of eSIMs. KORE acknowledges it at once and processes it afterwards; a switch may take ten minutes.",
  simpleResolvers: true,
})
export class EsimRequest {
  @Field(() => ID, { description: "The account whose eSIMs it changes." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's esim-profile-switch-request-id, whatever the type." })
  id!: string;

  @Field(() => EsimRequestType, { nullable: true, description: "The type." })
  type!: EsimRequestType | null;

  @Field(() => String, { nullable: true, description: "KORE's switch-request-type as it came." })
  rawType!: string | null;

  @Field(() => EsimRequestStatus, { nullable: true, description: "Its status." })
  status!: EsimRequestStatus | null;

  @Field(() => String, { nullable: true, description: "KORE's switch-request-status as it came." })
  rawStatus!: string | null;

  @Field(() => DateTime, { nullable: true, description: "When it was made: KORE's switch-request-date." })
  createdAt!: Date | null;

  @Field(() => ID, { nullable: true, description: "KORE's id of the activation profile that it names." })
  activationProfileId!: string | null;

  @Field(() => Int, { nullable: true, description: "Number of its eSIMs." })
  requested!: number | null;

  @Field(() => Int, { nullable: true, description: "Number of its eSIMs in progress." })
  processing!: number | null;

  @Field(() => Int, { nullable: true, description: "Number of its eSIMs that are done." })
  completed!: number | null;

  @Field(() => Int, { nullable: true, description: "Number of its eSIMs that have failed." })
  failed!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: "Number of its eSIMs whose device has to come online first.",
  })
  waitingForDevice!: number | null;

  // Undefined when it came out of a list.
  detail?: EsimRequestDetail;
}

export const EsimRequestConnection = connectionType("EsimRequest", EsimRequest);
