import { ArgsType, Field } from "type-graphql";
import { CalendarDate } from "../../graph/index.ts";
import { MAX_USAGE_DAYS } from "./usage-spans.service.ts";

/** In reverse: see `withArgumentsInOrder`. */
@ArgsType()
export class UsageArgs {
  @Field(() => CalendarDate, {
    description: `The last day, at most ${MAX_USAGE_DAYS} days in all. KORE does not state whether it includes its usage.`,
  })
  to!: string;

  @Field(() => CalendarDate, { description: "The first day." })
  from!: string;
}
