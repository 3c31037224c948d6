import { Field, InterfaceType, ObjectType, registerEnumType } from "type-graphql";

export enum CostCenterOutcome {
  DONE = "DONE",
  WOULD_BE_DONE = "WOULD_BE_DONE",
  ALREADY_SATISFIED = "ALREADY_SATISFIED",
  ADOPTED = "ADOPTED",
  REJECTED = "REJECTED",
  OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN",
}
registerEnumType(CostCenterOutcome, {
  name: "CostCenterOutcome",
  description: "The outcome of creating or renaming a cost center.",
  valuesConfig: {
    DONE: { description: "KORE has done it." },
    WOULD_BE_DONE: { description: "It would be written, but this was a dry run (`dryRun`)." },
    ALREADY_SATISFIED: { description: "It has this name: nothing was written." },
    ADOPTED: { description: "KORE's reply was lost, and the cost center was found in KORE's list." },
    REJECTED: { description: "Nothing was written, or KORE refused; see `reason`." },
    OUTCOME_UNKNOWN: { description: "It is unknown whether it was written; see `message` for what to check." },
  },
});

export enum CostCenterReason {
  NOT_FOUND = "NOT_FOUND",
  NAME_EXISTS = "NAME_EXISTS",
  KORE_REFUSED = "KORE_REFUSED",
  REPLY_LOST = "REPLY_LOST",
}
registerEnumType(CostCenterReason, {
  name: "CostCenterReason",
  description: "Why a cost center was not created or renamed, or possibly not.",
  valuesConfig: {
    NOT_FOUND: { description: "The account has no such cost center." },
    NAME_EXISTS: { description: "The account has a cost center of this name, which `costCenter` shows." },
    KORE_REFUSED: { description: "KORE refused the request; `message` has its words." },
    REPLY_LOST: { description: "KORE's reply was lost, and KORE's list does not show the change." },
  },
});

@InterfaceType({ description: "The outcome of writing a cost center." })
export abstract class CostCenterPayload {
  accountId!: string;
  key!: string | null;

  @Field(() => CostCenterOutcome, { description: "The outcome." })
  outcome!: CostCenterOutcome;

  @Field(() => CostCenterReason, { nullable: true, description: "Why it was not written, or possibly not." })
  reason!: CostCenterReason | null;

  @Field(() => String, { nullable: true, description: "The part of the input that caused it." })
  field!: string | null;

  @Field(() => String, { nullable: true, description: "The reason in words." })
  message!: string | null;
}

@ObjectType({
  implements: CostCenterPayload,
  description: "The outcome of creating a cost center.",
  simpleResolvers: true,
})
export class CreateCostCenterPayload extends CostCenterPayload {}

@ObjectType({
  implements: CostCenterPayload,
  description: "The outcome of renaming a cost center.",
  simpleResolvers: true,
})
export class RenameCostCenterPayload extends CostCenterPayload {}
