import { explainNotFound, userInputError } from "../../graph/index.ts";
import { type SimResult } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { type SimSubscription, subscriptionById, subscriptionByIccid } from "../subscription/index.ts";
import { type OrderInput, type SimActivation } from "./order.inputs.ts";

/** Checks the input that all orders of SIMs have. @throws GraphQLError */
export function checkOrder(
  { subscriptions, ...options }: Pick<OrderInput, "subscriptions" | "requestKey" | "waitUpTo">,
  maxSims: number,
): void {
  if (subscriptions.length === 0 || subscriptions.length > maxSims) {
    throw userInputError(`input.subscriptions: 1 to ${maxSims} SIMs at once; ${subscriptions.length} are given`);
  }
  for (const [place, { id, iccid }] of subscriptions.entries()) {
    if (Boolean(id) === Boolean(iccid)) throw userInputError(`input.${at(place)}: give one of id and iccid`);
  }
  checkOrderOptions(options);
}

/** Checks the options that all orders have. @throws GraphQLError */
export function checkOrderOptions({ requestKey, waitUpTo }: Pick<OrderInput, "requestKey" | "waitUpTo">): void {
  if (typeof requestKey === "string" && (requestKey === "" || requestKey.length > 200)) {
    throw userInputError("input.requestKey: must be 1 to 200 characters");
  }
  if (typeof waitUpTo === "number" && waitUpTo < 0) throw userInputError("input.waitUpTo: must not be negative");
}

/** A SIM that the caller named, possibly more than once. */
interface NamedSim {
  /** Index of the first naming. */
  place: number;
  selector: SimActivation;
  sim: SimSubscription | null;
  imei: string | null;
  /** Index of the first naming with another IMEI. */
  conflict?: number;
}

/** The different SIMs, ordered by their first naming. A SIM may be named by both of its ids. */
export function distinctSims(
  selectors: readonly SimActivation[],
  found: readonly (SimSubscription | null)[],
): NamedSim[] {
  const named = new Map<string, NamedSim>();
  for (const [place, selector] of selectors.entries()) {
    const sim = found[place] ?? null;
    const name = sim?.id ?? selector.id ?? selector.iccid ?? "";
    const before = named.get(name);
    if (!before) named.set(name, { place, selector, sim, imei: selector.imei ?? null });
    else if (selector.imei) {
      before.imei ??= selector.imei;
      if (selector.imei !== before.imei) before.conflict ??= place;
    }
  }
  return [...named.values()];
}

/** The part of the input that names a SIM. */
export const at = (place: number) => `subscriptions[${place}]`;

/** The SIMs as named, a hundred per request; null where the account has none. */
export async function findSims(
  accountId: string,
  sims: readonly SimActivation[],
  context: Context,
): Promise<(SimSubscription | null)[]> {
  const [byIccid, byId] = [subscriptionByIccid(context), subscriptionById(context)];
  return Promise.all(
    sims.map(({ id, iccid }) => (iccid ? byIccid.load({ accountId, iccid }) : byId.load({ accountId, id: id ?? "" }))),
  );
}

export function notFound(place: number, { id, iccid }: SimActivation): SimResult {
  const why = iccid ? explainNotFound("ICCID", iccid) : undefined;
  return {
    place,
    id: id ?? null,
    iccid: iccid ?? null,
    outcome: "REJECTED",
    reason: "NOT_FOUND",
    field: at(place),
    message: why ?? "The account has no such SIM, or there is no such account.",
  };
}
