import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import {
  Access,
  Costs,
  DateTime,
  type FieldCost,
  Iccid,
  Loads,
  type MaybePromise,
  type Page,
  MAX_PAGE_SIZE,
  mapMaybePromise,
  userInputError,
} from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { MAX_ICCIDS_PER_QUERY, SimSubscription, callsByIccid, costOfSim, simOf } from "../subscription/index.ts";
import { SessionListArgs } from "./session.inputs.ts";
import { costOfSessions, listSessions, presenceBySim, sessionPages, windowQuery } from "./session.loader.ts";
import { type SimSession, SimSessionConnection, SimSessions } from "./session.type.ts";

const DEFAULT_SESSIONS = 10;

const costOfIccids: FieldCost = ({ parent, args: { iccids, newest }, calls }) => {
  const count = Array.isArray(iccids) ? Math.min(iccids.length, MAX_ICCIDS_PER_QUERY) : 1;
  calls.addOwn(callsByIccid({ ...parent, count }));
  return { count, listSizes: { page: typeof newest === "number" ? Math.max(newest, 0) : DEFAULT_SESSIONS } };
};

@Access({ role: "viewer" })
@Resolver(() => SimSubscription)
export class SimSessionResolver {
  @Costs(costOfSessions)
  @FieldResolver(() => SimSessionConnection, {
    nullable: true,
    description:
      "Its data sessions of the last 7 days, the newest first, the present one among them. Empty where the carrier gives KORE no RADIUS data. A page from the start is one KORE call per 100 SIMs.",
  })
  sessions(
    @Root() sim: SimSubscription,
    @Args(() => SessionListArgs) args: SessionListArgs,
    @Ctx() context: Context,
  ): Promise<Page<SimSession>> {
    return listSessions(sim, args, context);
  }

  @Loads(presenceBySim)
  @FieldResolver(() => Boolean, {
    nullable: true,
    description:
      "Whether it is in a data session, by its latest RADIUS event; null when KORE has none. One KORE call per 100 SIMs.",
  })
  isInSession(@Root() sim: SimSubscription, @Ctx() context: Context): MaybePromise<boolean | null> {
    return mapMaybePromise(presenceBySim(context).peekOrLoad(sim), (found) => found?.isInSession ?? null);
  }

  @Loads(presenceBySim)
  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      "When `isInSession` was updated: KORE's last-updated-time. Read with `isInSession`: one KORE call per 100 SIMs.",
  })
  inSessionUpdatedAt(@Root() sim: SimSubscription, @Ctx() context: Context): MaybePromise<Date | null> {
    return mapMaybePromise(presenceBySim(context).peekOrLoad(sim), (found) => found?.updatedAt ?? null);
  }
}

@Access({ role: "viewer" })
@Resolver(() => SimSessions)
export class SimSessionsResolver {
  @Access({ account: { argument: "accountId" } })
  @Costs(costOfIccids)
  @Query(() => [SimSessions], {
    nullable: "items",
    description: `The newest data sessions of up to ${MAX_ICCIDS_PER_QUERY} ICCIDs, in their order, null where KORE has no RADIUS data. One KORE call per 100.`,
  })
  async sessionsByIccid(
    @Arg("accountId", () => ID, { description: "The account that the SIMs belong to." }) accountId: string,
    @Arg("iccids", () => [Iccid], { description: "The numbers printed on the SIMs." }) iccids: string[],
    @Arg("newest", () => Int, { defaultValue: DEFAULT_SESSIONS, description: "Sessions of each SIM, 1 to 1000." })
    newest: number,
    @Ctx() context: Context,
    @Arg("from", () => DateTime, {
      nullable: true,
      description: "Since then, within KORE's last 7 days. Default: the last 7 days.",
    })
    from?: Date | null,
    @Arg("to", () => DateTime, { nullable: true, description: "Until then. Default: now." }) to?: Date | null,
  ): Promise<(SimSessions | Error | null)[]> {
    if (iccids.length > MAX_ICCIDS_PER_QUERY) {
      throw userInputError(`iccids: at most ${MAX_ICCIDS_PER_QUERY} at once; ${iccids.length} are given`);
    }
    if (newest < 1 || newest > MAX_PAGE_SIZE) throw userInputError("newest: must be 1 to 1000");
    const window = windowQuery({ from: from ?? null, to: to ?? null });
    const refs = iccids.map((iccid) => ({ accountId, iccid, window, page: 0, size: newest }));
    const found = await sessionPages(context).loadMany(refs);
    return found.map((page, index) =>
      page === null || page instanceof Error ? page : { ...page, accountId, iccid: iccids[index] ?? "" },
    );
  }

  @Costs(costOfSim)
  @FieldResolver(() => SimSubscription, { nullable: true, description: "The SIM. One KORE call per 100." })
  subscription(
    @Root() { accountId, iccid }: SimSessions,
    @Ctx() context: Context,
  ): Promise<SimSubscription | null> | null {
    return simOf(accountId, { id: null, iccid }, context);
  }
}
