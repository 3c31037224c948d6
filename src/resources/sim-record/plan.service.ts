import { userInputError } from "../../graph/index.ts";
import {
  type Plan,
  type RecordValues,
  type RecordVerb,
  type ShownRecord,
  type SimResult,
  type StateVerdict,
  showsValues,
  wholeValues,
} from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { costCentersByAccount } from "../cost-center/index.ts";
import { type SimSelector, at, findSims, notFound } from "../order/index.ts";
import { SimState, type SimSubscription } from "../subscription/index.ts";

/** A validated change of SIM records. */
export interface PlannedChange {
  verb: RecordVerb;
  accountId: string;
  sims: readonly SimSelector[];
  /** Of each SIM. */
  values: readonly RecordValues[];
  /** Number of SIMs that the caller confirms; null where none has to be. */
  confirm: number | null;
}

/**
 * Reads the SIMs, a hundred per request, and where it matters the cost centers or the SIMs of the destination. Writes
 * nothing.
 *
 * @param notes gets what cannot be checked, by subscription-id
 */
export async function planChange(change: PlannedChange, context: Context, notes: Map<string, string>): Promise<Plan> {
  const { verb, accountId, sims, confirm } = change;
  const [found, costCenter] = await Promise.all([
    findSims(accountId, sims, context),
    verb === "cost-center" ? costCenterOf(change, context) : undefined,
  ]);
  const named = distinct(change, found);
  const arrived = verb === "sim-transfer" ? await transferredOf(named, context) : new Set<number>();
  const written: Plan["sims"][number][] = [];
  const settled: SimResult[] = [];
  for (const { place, selector, sim, values, conflict } of named) {
    if (!sim) {
      const { id = null, iccid = null } = selector;
      if (arrived.has(place)) settled.push({ place, id, iccid, outcome: "ALREADY_SATISFIED" });
      else settled.push(notFound(place, selector));
      continue;
    }
    const { id, iccid } = sim;
    const refusal =
      conflict === undefined ? (costCenter === null ? NO_COST_CENTER : undefined) : conflicting(place, conflict);
    if (refusal) {
      settled.push({ place, id, iccid, ...refusal });
      continue;
    }
    const shown = shownOf(sim);
    const wanted = { ...values, ...(costCenter && { "cost-center-id": costCenter }) };
    const byState = verb === "sim-transfer" ? verdictOfTransfer(sim, place) : verdictOf(shown, wanted);
    const holds = verb === "sim-transfer" && sim.eid !== null ? { holds: [sim.eid] } : {};
    written.push({ place, id, iccid, ...holds, record: wholeValues(shown, wanted), ...(byState && { byState }) });
    note(notes, sim, shown, values);
  }
  if (confirm !== null && confirm !== named.length) {
    throw userInputError(
      `input.confirm: is ${confirm}, but must be ${named.length}, the number of different SIMs named; nothing was written`,
    );
  }
  return { sims: written, settled, options: {} };
}

interface NamedSim {
  /** Index of the first naming. */
  place: number;
  selector: SimSelector;
  sim: SimSubscription | null;
  values: RecordValues;
  /** Index of the first naming with other values. */
  conflict?: number;
}

/** The different SIMs, ordered by their first naming. A SIM may be named by both of its ids. */
function distinct({ sims, values }: PlannedChange, found: readonly (SimSubscription | null)[]): NamedSim[] {
  const named = new Map<string, NamedSim>();
  for (const [place, selector] of sims.entries()) {
    const sim = found[place] ?? null;
    const own = values[place] ?? {};
    const name = sim?.id ?? selector.id ?? selector.iccid ?? "";
    const before = named.get(name);
    if (!before) named.set(name, { place, selector, sim, values: own });
    else if (JSON.stringify(own) !== JSON.stringify(before.values)) before.conflict ??= place;
  }
  return [...named.values()];
}

const shownOf = ({ customFields, imei, device, costCenterId }: SimSubscription): ShownRecord => ({
  customFields,
  imei,
  serialNumber: device?.serialNumber ?? null,
  modelNumber: device?.modelNumber ?? null,
  costCenterId,
});

const verdictOf = (shown: ShownRecord, wanted: RecordValues): StateVerdict | undefined =>
  showsValues(shown, wanted) ? { outcome: "ALREADY_SATISFIED" } : undefined;

/** The only rule that KORE states. Of a SIM without a state KORE decides. */
function verdictOfTransfer({ state }: SimSubscription, place: number): StateVerdict | undefined {
  if (state === null || state === SimState.STOCK) return undefined;
  const message = `A SIM in state ${state} cannot be transferred; only SIMs in state STOCK can.`;
  return { outcome: "REJECTED", reason: "WRONG_STATE", field: at(place), message };
}

function conflicting(place: number, conflict: number) {
  const message = `${at(place)} and ${at(conflict)} name one SIM with different values.`;
  return { outcome: "REJECTED", reason: "CONFLICTING_VALUES", field: at(conflict), message } as const;
}

const NO_COST_CENTER = {
  outcome: "REJECTED",
  reason: "COST_CENTER_NOT_FOUND",
  field: "costCenterKey",
  message: "The account has no such cost center. `Account.costCenters` lists them; their `key` is needed.",
} as const;

/** The id under which SIMs show the cost center; null where the account has none by its key. */
async function costCenterOf({ accountId, values }: PlannedChange, context: Context): Promise<string | null> {
  const key = values[0]?.["cost-center-pk"];
  const all = [...(await costCentersByAccount(context).load(accountId)).values()];
  return all.find((costCenter) => costCenter.key === key)?.id ?? null;
}

/** Indexes of the SIMs that the account lacks and the destination has: they were transferred. */
async function transferredOf(named: readonly NamedSim[], context: Context): Promise<ReadonlySet<number>> {
  const missing = named.filter(({ sim }) => sim === null);
  const [destination] = missing.map(({ values }) => values["destination-account-id"]);
  if (destination === undefined) return new Set();
  const found = await findSims(
    destination,
    missing.map(({ selector }) => selector),
    context,
  );
  return new Set(missing.flatMap(({ place }, index) => (found[index] ? [place] : [])));
}

/** A dry run cannot check the names of custom fields. */
function note(
  notes: Map<string, string>,
  { id }: SimSubscription,
  { customFields }: ShownRecord,
  values: RecordValues,
): void {
  const known = new Set(customFields.map(({ key }) => key));
  const unknown = values["additional-fields"]?.filter(({ key }) => !known.has(key)) ?? [];
  if (unknown.length === 0) return;
  const names = unknown.map(({ key }) => JSON.stringify(key)).join(", ");
  const message = `Not shown by the SIM: ${names}. KORE publishes no list of an account's fields, and fails the request if one does not exist.`;
  notes.set(id, message);
}
