import { Extensions } from "type-graphql";

/**
 * Like things that an operation comes upon together, such as the SIMs of a page. Every number is the most that there
 * can be.
 */
export interface Things {
  /** Things with the same key are the same things: a loader asks for them once. */
  readonly key: string;
  readonly count: number;
  /** Into how many batches a loader that gathers them must part them: by account, and by when they come. */
  readonly batches: number;
  readonly accounts: { readonly key: string; readonly count: number };
  /** What came along with them, so that a field below need not ask for it. */
  readonly known: readonly string[];
  /** Lengths of the lists below that an argument further up has set. */
  readonly lengths: Readonly<Record<string, number>>;
}

/** Where a field stands in an operation. */
export interface Site<Context = unknown> {
  /** The things whose field it is. */
  readonly parent: Things;
  /** As the caller gave them: neither checked nor parsed, since this comes before both. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Its response path, which no other field has. */
  readonly path: string;
  /** Names of the fields that are selected below it. */
  readonly selected: () => readonly string[];
  readonly asks: Asks;
  readonly context: Context;
}

/** Notes what a field asks of KORE at most, and answers in what the things below differ from those above. */
export type FieldCost<Context = unknown> = (site: Site<Context>) => Partial<Things> | undefined;

const EXTENSION = "koreCost";

/**
 * Says what a field costs in requests to KORE, or on an object type what finding one by reference costs. KORE's
 * failures are not counted: what is sent again after one, and the search for a write whose reply was lost.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each field knows its own context
export function Costs(cost: FieldCost<any>): MethodDecorator & PropertyDecorator & ClassDecorator {
  return Extensions({ [EXTENSION]: cost });
}

/** What is declared for a field or a type; undefined: nothing. */
export function costOf({ extensions }: { extensions: Readonly<Record<string, unknown>> }): FieldCost | undefined {
  return extensions[EXTENSION] as FieldCost | undefined;
}

/** The requests that an operation may make, each counted once though several fields ask for it. */
export class Asks {
  readonly #calls = new Map<string, number>();
  readonly #ifRepeated = new Map<string, { calls: number; places: Set<string> }>();

  /** `of`: for what. A loader asks once for the same. */
  add(loader: string, of: string, calls: number): void {
    const key = `${loader} ${of}`;
    this.#calls.set(key, Math.max(calls, this.#calls.get(key) ?? 0));
  }

  /** Calls that are only made when at least two places want the same. */
  addIfRepeated(loader: string, of: string, calls: number, place: string): void {
    const key = `${loader} ${of}`;
    const wanted = this.#ifRepeated.get(key) ?? { calls, places: new Set() };
    this.#ifRepeated.set(key, { ...wanted, places: wanted.places.add(place) });
  }

  get total(): number {
    let total = 0;
    for (const calls of this.#calls.values()) total += calls;
    for (const [key, { calls, places }] of this.#ifRepeated) {
      if (places.size > 1 && !this.#calls.has(key)) total += calls;
    }
    return total;
  }
}

/** For a field that asks nothing of KORE. */
export const free: FieldCost = () => undefined;

/** For a list that costs nothing: so many for each thing, or as many as an argument further up has said. */
export function listOf(length: number | string): FieldCost {
  return ({ parent }) => ({
    count: parent.count * (typeof length === "number" ? length : (parent.lengths[length] ?? 1)),
  });
}

/** For what costs nothing when it came along already. */
export function unlessKnown<Context>(fact: string, cost: FieldCost<Context>): FieldCost<Context> {
  return (site) => (site.parent.known.includes(fact) ? undefined : cost(site));
}

/** For what KORE reads one at a time. */
export function oncePerThing(loader: string): FieldCost {
  return ({ parent, asks }) => {
    asks.add(loader, parent.key, parent.count);
    return undefined;
  };
}

/** For what a field reads by itself. */
export function oncePerField(loader: string): FieldCost {
  return ({ parent, path, asks }) => {
    asks.add(loader, path, parent.count);
    return undefined;
  };
}

/** For what KORE reads whole for an account, whatever number of its things need it. */
export function oncePerAccount(loader: string): FieldCost {
  return ({ parent: { accounts }, asks }) => {
    asks.add(loader, accounts.key, accounts.count);
    return undefined;
  };
}

/** Calls for so many things when each call takes some. Worst is when every batch leaves one call nearly empty. */
export function callsInBatches({ count, batches }: Pick<Things, "count" | "batches">, size: number): number {
  const least = Math.min(count, batches);
  return least + Math.floor((count - least) / size);
}

/** The one account that an argument names. What is no id at all is refused later, and must not fail here. */
export function accountNamed(id: unknown): Things["accounts"] {
  return { key: `account ${typeof id === "string" || typeof id === "number" ? id : "?"}`, count: 1 };
}
