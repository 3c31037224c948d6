import DataLoader from "dataloader";
import pMap from "p-map";
import { type CostContext, type CostedLoader, type FieldCost, costPer } from "./cost/cost.ts";
import { type GraphContext } from "./context.ts";
import { type MaybePromise } from "./maybe-promise.ts";

/** Returns the loader of one operation, which is created at first use and kept in its context. */
export interface LoaderOf<Context extends GraphContext, Ref, Value> extends CostedLoader {
  (context: Context): Loader<Ref, Value>;
  /** Loads the value of an account by the account's id alone, so that it can be prefetched. Undefined: not possible. */
  readonly loadForAccount: ((accountId: string, context: Context) => Promise<Value>) | undefined;
}

type Batch<Ref, Value> = (refs: readonly Ref[]) => Promise<readonly (Value | Error)[]>;

/** A DataLoader that also returns loaded values synchronously, so that rows of a list need no promise. */
class Loader<Ref, Value> extends DataLoader<Ref, Value, string> {
  readonly #key: (ref: Ref) => string;
  readonly #promises: ReadonlyMap<string, Promise<Value>>;
  #values: ReadonlyMap<string, Value | Error>;

  constructor(batch: Batch<Ref, Value>, { name, key }: Pick<LoaderSpec<never, Ref>, "name" | "key">) {
    const values = new Map<string, Value | Error>();
    const remembering: Batch<Ref, Value> = (refs) =>
      batch(refs).then((loaded) => {
        for (const [index, ref] of refs.entries()) values.set(key(ref), loaded[index] as Value | Error);
        return loaded;
      });
    const promises = new Map<string, Promise<Value>>();
    super(remembering, { name, cacheKeyFn: key, cacheMap: promises });
    this.#key = key;
    this.#promises = promises;
    this.#values = values;
  }

  /** The loaded value, synchronously, or throws its error; else as `load`, with one promise for all callers. */
  peekOrLoad(ref: Ref): MaybePromise<Value> {
    const key = this.#key(ref);
    const value = this.#values.get(key);
    if (value instanceof Error) throw value;
    if (value !== undefined || this.#values.has(key)) return value as Value;
    return this.#promises.get(key) ?? this.load(ref);
  }

  /** Replaces the map of values: a batch in flight must not set a cleared key again. */
  override clear(ref: Ref): this {
    this.#values = new Map();
    return super.clear(ref);
  }
}

interface LoaderSpec<Context, Ref> {
  /** For traces. */
  name: string;
  /** References with equal keys are loaded once. */
  key: (ref: Ref) => string;
  /** Calls to KORE at once, of one loader in one operation. */
  concurrency: number;
  /** Cost of a field that loads by this. @default follows from `per` */
  cost?: FieldCost<Context>;
  /** The key of an account's value. @default the account's id for a loader per account, else none */
  keyOfAccount?: (accountId: string, context: Context) => Ref;
}

interface BatchLoaderSpec<Context, Ref, Value, Found> extends LoaderSpec<Context, Ref> {
  /** Only references of one group can share a call; usually one account's. */
  groupBy: (ref: Ref) => string;
  /** References that one call can take. */
  per: number;
  load: (group: string, refs: readonly [Ref, ...Ref[]], context: Context) => Promise<Found>;
  /** Picks a reference's value from the result of its call. An `Error` fails this reference alone. */
  pick: (found: Found, ref: Ref) => Value | Error;
}

/**
 * For bulk reads. DataLoader collects the references of one tick; they become one call per group and `per` references. A
 * failed call fails its own references only.
 */
export function batchLoader<Context extends GraphContext, Ref, Value, Found>(
  spec: BatchLoaderSpec<Context, Ref, Value, Found>,
): LoaderOf<Context, Ref, Value> {
  return loaderOf(spec, async (refs, context) => {
    const answers = new Map<Ref, Value | Error>();
    await eachOf(
      batches(refs, spec),
      async ({ group, members }) => {
        try {
          const found = await spec.load(group, members, context);
          for (const ref of members) answers.set(ref, spec.pick(found, ref));
        } catch (error) {
          for (const ref of members) answers.set(ref, error as Error);
        }
      },
      spec.concurrency,
    );
    return refs.map((ref) => answers.get(ref) as Value | Error);
  });
}

interface EachLoaderSpec<Context, Ref, Value> extends LoaderSpec<Context, Ref> {
  /** One call for each key, or for each account, whose id is then the key. */
  per: "key" | "account";
  load: (ref: Ref, context: Context) => Promise<Value>;
}

/** For reads of one key a call: each key is read once, and at most `concurrency` at a time. */
export function eachLoader<Context extends GraphContext, Ref, Value>(
  spec: EachLoaderSpec<Context, Ref, Value>,
): LoaderOf<Context, Ref, Value> {
  return loaderOf(spec, (refs, context) =>
    eachOf(refs, (ref) => spec.load(ref, context).catch((error: unknown) => error as Error), spec.concurrency),
  );
}

/** Without `pMap` for small batches, which need no limit. */
function eachOf<Item, Made>(
  items: readonly Item[],
  work: (item: Item) => Promise<Made>,
  concurrency: number,
): Promise<Made[]> {
  return items.length <= concurrency ? Promise.all(items.map(work)) : pMap(items, work, { concurrency });
}

function loaderOf<Context extends GraphContext, Ref, Value>(
  spec: LoaderSpec<Context, Ref> & { per: "key" | "account" | number },
  batch: (refs: readonly Ref[], context: Context) => Promise<(Value | Error)[]>,
): LoaderOf<Context, Ref, Value> {
  const { name, key, per, cost } = spec;
  const keyOfAccount = spec.keyOfAccount ?? (per === "account" ? (accountId: string) => accountId as Ref : undefined);
  const of = (context: Context): Loader<Ref, Value> => {
    let loader = context.loaders.get(of) as Loader<Ref, Value> | undefined;
    if (!loader) {
      loader = new Loader<Ref, Value>((refs) => batch(refs, context), { name, key });
      context.loaders.set(of, loader);
    }
    return loader;
  };
  const declared: LoaderOf<Context, Ref, Value> = Object.assign(of, {
    cost: cost ?? ((place: CostContext) => costPer(declared, per)(place)),
    loadForAccount:
      keyOfAccount && ((accountId: string, context: Context) => of(context).load(keyOfAccount(accountId, context))),
  });
  return declared;
}

function batches<Ref>(
  refs: readonly Ref[],
  { groupBy, per }: { groupBy: (ref: Ref) => string; per: number },
): { group: string; members: [Ref, ...Ref[]] }[] {
  const made: { group: string; members: [Ref, ...Ref[]] }[] = [];
  const open = new Map<string, [Ref, ...Ref[]]>();
  for (const ref of refs) {
    const group = groupBy(ref);
    const members = open.get(group);
    if (members && members.length < per) {
      members.push(ref);
    } else {
      const started: [Ref, ...Ref[]] = [ref];
      open.set(group, started);
      made.push({ group, members: started });
    }
  }
  return made;
}
