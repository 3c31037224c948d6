import { Extensions } from "type-graphql";

/** Items of one selection, such as the SIMs of a page. All numbers are upper bounds. */
export interface CostItems {
  /** Identifies the items: a loader loads those of equal keys once. */
  readonly key: string;
  readonly count: number;
  /** Batches into which a loader must split them: by account, and by when they arrive. */
  readonly batches: number;
  readonly accounts: { readonly key: string; readonly count: number };
  /** Loaders whose values are loaded with the items. */
  readonly preloaded: readonly CostedLoader[];
  /** Sizes of lists below that an argument determines. */
  readonly listSizes: Readonly<Record<string, number>>;
}

/** A loader, with the cost of a field that loads by it. */
export interface CostedLoader {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each loader has its own context
  readonly cost: FieldCost<any>;
}

/** A field of an operation, for its cost. */
export interface CostContext<Context = unknown> {
  /** The items whose field it is. */
  readonly parent: CostItems;
  /** Arguments as given: costs are computed before validation and parsing. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The response path, unique in the operation. */
  readonly path: string;
  /** Names of the fields that are selected below. */
  readonly selected: () => readonly string[];
  readonly calls: UpstreamCalls;
  readonly context: Context;
}

/** Adds a field's calls, and returns the changes of the items below against the parent. */
export type FieldCost<Context = unknown> = (place: CostContext<Context>) => Partial<CostItems> | undefined;

const COST = "cost";
const LOADS = "loads";

interface Extended {
  readonly extensions: Readonly<Record<string, unknown>>;
}

/**
 * Declares the upstream calls of a field that do not follow from its loader (see `Loads`), and how many items it gives.
 * Retries, and reads that reconcile a write, are not counted.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each field has its own context
export function Costs(cost: FieldCost<any>): MethodDecorator & PropertyDecorator {
  return Extensions({ [COST]: cost });
}

/** For an entity type: the cost of its references. */
export const costExtension = (cost: FieldCost) => ({ [COST]: cost });

const REFERENCES = "references";

/** The references of a field that returns entities of any type: each has `__typename` and the fields of a key. */
export type ReferencesOf = (args: Readonly<Record<string, unknown>>) => readonly unknown[];

/** For a field whose cost is that of the references in its arguments. */
export const referencesExtension = (references: ReferencesOf) => ({ [REFERENCES]: references });

export function referencesOf({ extensions }: Extended): ReferencesOf | undefined {
  return extensions[REFERENCES] as ReferencesOf | undefined;
}

/** How a field loads. */
export interface LoadsRule<Loader extends CostedLoader = CostedLoader> {
  readonly loader: Loader;
  /** The key of an item, for prefetching it once the item is loaded; null: nothing to load. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each field has its own parent
  readonly keyOf?: (item: any) => unknown;
  /** The field also loads by other loaders. */
  readonly isPartial?: boolean;
}

/** Declares the loader by which a field loads. Its cost and what is prefetched follow from the loader. */
export function Loads(
  loader: CostedLoader,
  options: Omit<LoadsRule, "loader"> = {},
): MethodDecorator & PropertyDecorator {
  return Extensions({ [LOADS]: { loader, ...options } satisfies LoadsRule });
}

export function loadsRuleOf({ extensions }: Extended): LoadsRule | undefined {
  return extensions[LOADS] as LoadsRule | undefined;
}

/** The declared cost of a field, or of references to a type; undefined: none. */
export function fieldCostOf(declared: Extended): FieldCost | undefined {
  const own = declared.extensions[COST] as FieldCost | undefined;
  const loader = loadsRuleOf(declared)?.loader;
  if (!loader) return own;
  const load: FieldCost = (place) => (place.parent.preloaded.includes(loader) ? undefined : loader.cost(place));
  return own ? (place) => ({ ...load(place), ...own(place) }) : load;
}

/** The maximum calls of an operation. Calls that several fields share count once. */
export class UpstreamCalls {
  readonly #ofLoaders = new Map<CostedLoader, Map<string, number>>();
  readonly #ifRepeated = new Map<CostedLoader, Map<string, { calls: number; places: Set<string> }>>();
  #ofFields = 0;

  /** Adds calls of a loader. Those with equal keys are made once. */
  add(loader: CostedLoader, key: string, calls: number): void {
    const ofLoader = entryOf(this.#ofLoaders, loader, () => new Map<string, number>());
    ofLoader.set(key, Math.max(calls, ofLoader.get(key) ?? 0));
  }

  /** Adds calls of a field without a loader. */
  addOwn(calls: number): void {
    this.#ofFields += calls;
  }

  /** Adds calls of a loader that are made only if at least two fields need them. */
  addIfRepeated(loader: CostedLoader, key: string, calls: number, place: string): void {
    const ofLoader = entryOf(this.#ifRepeated, loader, () => new Map<string, { calls: number; places: Set<string> }>());
    const { places } = entryOf(ofLoader, key, () => ({ calls, places: new Set<string>() }));
    ofLoader.set(key, { calls, places: places.add(place) });
  }

  get total(): number {
    let total = this.#ofFields;
    for (const ofLoader of this.#ofLoaders.values()) for (const calls of ofLoader.values()) total += calls;
    for (const [loader, ofLoader] of this.#ifRepeated) {
      for (const [key, { calls, places }] of ofLoader) {
        if (places.size > 1 && !this.#ofLoaders.get(loader)?.has(key)) total += calls;
      }
    }
    return total;
  }
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** No calls, and nothing to prefetch. */
export const free: FieldCost = () => undefined;

/** The size of a list: a number for each item, or the one that an argument further up has set. */
export function listOf(size: number | string): FieldCost {
  return ({ parent }) => ({
    count: parent.count * (typeof size === "number" ? size : (parent.listSizes[size] ?? 1)),
  });
}

/** Calls of a field without a loader, per item. */
export function ownCalls(calls: number): FieldCost {
  return ({ parent, calls: all }) => {
    all.addOwn(parent.count * calls);
    return undefined;
  };
}

/**
 * The cost of a loader by how it batches: one call per account, per key, or per number of keys of an account. Its items do
 * not need it again.
 */
export function costPer(loader: CostedLoader, per: "account" | "key" | number): FieldCost {
  return ({ parent, calls }) => {
    if (per === "account") calls.add(loader, parent.accounts.key, parent.accounts.count);
    else calls.add(loader, parent.key, per === "key" ? parent.count : callsInBatches(parent, per));
    return { preloaded: [loader] };
  };
}

/** Calls for a number of items if each call takes `size`. At worst the last call of each batch is nearly empty. */
export function callsInBatches({ count, batches }: Pick<CostItems, "count" | "batches">, size: number): number {
  const least = Math.min(count, batches);
  return least + Math.floor((count - least) / size);
}

/** The account that an argument names. A malformed id is refused later and must not throw here. */
export function accountNamed(id: unknown): CostItems["accounts"] {
  return { key: `account ${typeof id === "string" || typeof id === "number" ? id : "?"}`, count: 1 };
}
