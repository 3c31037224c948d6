import { ArgsType, Field, InputType, registerEnumType } from "type-graphql";
import { DateTime, Eid, Iccid, Imei, Imsi, Msisdn, PageArgs } from "../../graph/index.ts";
import { SimState } from "./subscription.type.ts";

@InputType({ description: "Filter of SIMs. All given conditions must hold." })
export class SimSubscriptionFilter {
  @Field(() => [Iccid], { nullable: true, description: "Any of these, at most 100." })
  iccids?: string[] | null;

  @Field(() => Imsi, { nullable: true, description: "The SIM's IMSI." })
  imsi?: string | null;

  @Field(() => Imei, { nullable: true, description: "The device's IMEI." })
  imei?: string | null;

  @Field(() => Eid, { nullable: true, description: "The eSIM's EID." })
  eid?: string | null;

  @Field(() => Msisdn, { nullable: true, description: "A phone number of the SIM." })
  msisdn?: string | null;

  @Field(() => SimState, { nullable: true, description: "The present state. `UNKNOWN` cannot be used as a filter." })
  state?: SimState | null;

  @Field(() => [SimState], {
    nullable: true,
    description:
      "Any of these present states, in place of `state`. KORE lists one state a call, so the list has the SIMs of the first state, in the given order, then those of the next; each state costs a call.",
  })
  states?: SimState[] | null;

  @Field(() => DateTime, { nullable: true, description: "Modified since. Whether inclusive, KORE does not state." })
  modifiedFrom?: Date | null;

  @Field(() => DateTime, { nullable: true, description: "Modified until. Whether inclusive, KORE does not state." })
  modifiedTo?: Date | null;
}

export enum SimSubscriptionSortField {
  ID = "ID",
  ICCID = "ICCID",
  SERVICE_TYPE_ID = "SERVICE_TYPE_ID",
  COST_CENTER_ID = "COST_CENTER_ID",
}
registerEnumType(SimSubscriptionSortField, {
  name: "SimSubscriptionSortField",
  description: "The field to order SIMs by.",
  valuesConfig: {
    ID: { description: "KORE's subscription-id." },
    ICCID: { description: "The ICCID." },
    SERVICE_TYPE_ID: { description: "KORE's service-type-id." },
    COST_CENTER_ID: { description: "KORE's cost-center-id." },
  },
});

export enum SortDirection {
  ASC = "ASC",
  DESC = "DESC",
}
registerEnumType(SortDirection, {
  name: "SortDirection",
  description: "Direction of an order.",
  valuesConfig: { ASC: { description: "Smallest first." }, DESC: { description: "Largest first." } },
});

@InputType({ description: "Order of SIMs." })
export class SimSubscriptionSort {
  @Field(() => SimSubscriptionSortField, { description: "The field to order by." })
  field!: SimSubscriptionSortField;

  @Field(() => SortDirection, { defaultValue: SortDirection.ASC, description: "Ascending or descending." })
  direction!: SortDirection;
}

/** Arguments of a list of SIMs. */
@ArgsType()
export class SimSubscriptionListArgs extends PageArgs {
  @Field(() => SimSubscriptionSort, { nullable: true, description: "Order of the list. Default: by creation time." })
  orderBy?: SimSubscriptionSort | null;

  @Field(() => SimSubscriptionFilter, { nullable: true, description: "Filter. Default: all SIMs." })
  filter?: SimSubscriptionFilter | null;
}
