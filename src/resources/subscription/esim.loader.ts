import { MAX_PAGE_SIZE } from "../../graph/index.ts";
import { decode } from "../../kore/index.ts";
import { type LoaderContext } from "../resource.ts";
import { walkSims } from "./subscription.loader.ts";
import { SimState, type SimSubscription } from "./subscription.type.ts";

/** States of an eSIM's current profile, most likely first. */
const BY_LIKELIHOOD: readonly ReadonlySet<SimState>[] = [
  new Set([SimState.ACTIVE]),
  new Set([
    SimState.TEST,
    SimState.READY,
    SimState.SUSPENDED,
    SimState.SUSPENDED_WITH_CHARGE,
    SimState.BARRED,
    SimState.UNKNOWN,
  ]),
  new Set([SimState.STOCK]),
  new Set([SimState.DEACTIVATED, SimState.PENDING_SCRAP, SimState.SCRAPPED]),
];

/** SIMs named in a hint. */
const MAX_NAMED = 20;

interface FoundByEid {
  sim: SimSubscription | null;
  /** Why none was chosen although the eSIM holds SIMs. */
  why?: string;
}

/**
 * The current SIM of an eSIM: of several, the one with an enabled profile, else the one whose state shows it in use. KORE
 * may leave `rsp-state` blank on all of them, and documents no other criterion.
 */
export async function subscriptionByEid(accountId: string, eid: string, context: LoaderContext): Promise<FoundByEid> {
  const all = await simsByEid(accountId, eid, context);
  const sim = currentSimOf(all);
  if (sim || all.length === 0) return { sim };
  const named = all.slice(0, MAX_NAMED).map(({ id, rawState }) => `${id} (${rawState ?? "no state"})`);
  const rest = all.length > MAX_NAMED ? `, and ${all.length - MAX_NAMED} more` : "";
  const why = `This eSIM holds ${all.length} SIMs, and KORE does not show which is the current one: ${named.join(", ")}${rest}`;
  return { sim: null, why };
}

/** An account's SIMs on an eSIM. @throws KoreError `contract` when KORE's list ends early */
export async function simsByEid(accountId: string, eid: string, context: LoaderContext): Promise<SimSubscription[]> {
  const sims = new Map<string, SimSubscription>();
  let isWhole = false;
  for await (const page of walkSims(accountId, { eid }, MAX_PAGE_SIZE, context)) {
    for (const sim of page.items) sims.set(sim.id, sim);
    isWhole = page.isWhole;
  }
  if (!isWhole) throw decode.contractError("subscriptions.subscriptions");
  return [...sims.values()];
}

/** Null when KORE does not show which of an eSIM's SIMs is in use. See {@link subscriptionByEid}. */
export function currentSimOf(sims: readonly SimSubscription[]): SimSubscription | null {
  const [only] = sims;
  if (only && sims.length === 1) return only;
  const enabled = sims.filter(({ rspState }) => rspState?.trim().toLowerCase() === "enabled");
  const unstated = sims.filter(({ rspState }) => rspState === null);
  const candidates = [enabled, unstated, sims].find(({ length }) => length > 0) ?? [];
  const states = candidates.map(({ state }) => state ?? SimState.UNKNOWN);
  const likeliest = BY_LIKELIHOOD.find((group) => states.some((state) => group.has(state)));
  const current = candidates.filter((_, index) => likeliest?.has(states[index] ?? SimState.UNKNOWN));
  return (current.length === 1 && current[0]) || null;
}
