import { ArgsType, Field } from "type-graphql";
import { DateTime, PageArgs } from "../../graph/index.ts";

/** Arguments of a SIM's sessions. */
@ArgsType()
export class SessionListArgs extends PageArgs {
  @Field(() => DateTime, { nullable: true, description: "Until then. Default: now." })
  to?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "Since then, within KORE's last 7 days. Default: the last 7 days.",
  })
  from?: Date | null;
}
