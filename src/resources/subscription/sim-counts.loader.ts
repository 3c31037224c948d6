import { type FieldCost, eachLoader, userInputError } from "../../graph/index.ts";
import { KoreError } from "../../kore/index.ts";
import { type LoaderContext } from "../resource.ts";
import { decodePage } from "./subscription-list.loader.ts";
import { KORE_STATES } from "./subscription.mapper.ts";
import { type SimCount, SimState } from "./subscription.type.ts";

/** A state of which KORE can be asked for the SIMs. */
type KoreState = keyof typeof KORE_STATES;

const KNOWN_STATES = Object.keys(KORE_STATES) as KoreState[];

/** SIMs of all states, from which those in unknown states follow. */
const ALL = "ALL";

/**
 * The number of an account's SIMs, in one state or in all. KORE describes `sim-state` as one string, and only `iccid` as
 * several in one, so each state is a call: the shortest page, which states the total.
 */
const simTotal = eachLoader({
  key: ({ accountId, state }: { accountId: string; state: KoreState | typeof ALL }) => `${state} ${accountId}`,
  per: "key",
  concurrency: 8,
  load: ({ accountId, state }, { kore }: LoaderContext): Promise<number | null> =>
    kore.connectivity.simCount(accountId, state === ALL ? undefined : KORE_STATES[state], (reply) => {
      if (reply === null) return 0;
      const page = decodePage(accountId, reply, { unknown: kore.unknown, index: 0, hasHistory: false });
      const { items, total } = page;
      const shown = items[0]?.state ?? null;
      // A SIM in another state shows that KORE has ignored the filter, so that the total is that of other SIMs.
      const isFiltered = state === ALL || shown === null || shown === SimState[state];
      return isFiltered && total !== null && total >= items.length ? total : null;
    }),
});

const wantedStates = (states: unknown): readonly unknown[] =>
  Array.isArray(states) ? [...new Set(states)] : [...KNOWN_STATES, SimState.UNKNOWN];

/** SIMs in unknown states are those of the account that are in no known one. */
const statesToRead = (wanted: readonly unknown[]): (KoreState | typeof ALL)[] =>
  wanted.includes(SimState.UNKNOWN) ? [...KNOWN_STATES, ALL] : (wanted as KoreState[]);

export const costOfCounts: FieldCost = ({ parent: { accounts }, args: { states }, calls }) => {
  const wanted = wantedStates(states);
  for (const state of statesToRead(wanted)) calls.add(simTotal, `${state} ${accounts.key}`, accounts.count);
  return { count: accounts.count * wanted.length };
};

/** The number of an account's SIMs in each state. @param states @default all */
export async function countSims(
  accountId: string,
  states: readonly SimState[] | null | undefined,
  context: LoaderContext,
): Promise<SimCount[]> {
  if (states?.length === 0) throw userInputError("states: give at least one state, or leave it out for all");
  const wanted = wantedStates(states) as SimState[];
  const read = statesToRead(wanted);
  const totals = await simTotal(context).loadMany(read.map((state) => ({ accountId, state })));
  const failed = totals.filter((total) => total instanceof Error);
  // KORE may answer a search without results with a 404; where every reply is one, there is no such account.
  const fatal = failed.length === totals.length ? failed[0] : failed.find((error) => !isNotFound(error));
  if (fatal) throw fatal;
  const byState = new Map(read.map((state, index) => [state, countOf(totals[index] ?? null)]));
  const unknown = () =>
    rest(
      byState.get(ALL) ?? null,
      KNOWN_STATES.map((state) => byState.get(state) ?? null),
    );
  return wanted.map((state) => ({
    state,
    count: state === SimState.UNKNOWN ? unknown() : (byState.get(state) ?? null),
  }));
}

const isNotFound = (error: Error): boolean => error instanceof KoreError && error.kind === "not-found";

const countOf = (total: number | Error | null): number | null => (total instanceof Error ? 0 : total);

/** Null where a number is missing, or where the parts exceed the whole: SIMs have changed between the calls. */
function rest(whole: number | null, parts: readonly (number | null)[]): number | null {
  let left = whole;
  for (const part of parts) left = left === null || part === null ? null : left - part;
  return left !== null && left >= 0 ? left : null;
}
