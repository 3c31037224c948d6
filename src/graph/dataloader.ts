import DataLoader from "dataloader";
import pMap from "p-map";
import { type CostContext, type CostedLoader, type FieldCost, costPer } from "./cost/cost.ts";
import { type GraphContext } from "./context.ts";

/** Gives the loader of one operation: made at first use, kept in its context. */
export interface LoaderOf<Context extends GraphContext, Ref, Value> extends CostedLoader {
  (context: Context): Loader<Ref, Value>;
  /** Loads the value of an account by its id alone, where that is known: so it can be prefetched. */
  readonly loadForAccount: ((accountId: string, context: Context) => Promise<Value>) | undefined;
}

type Batch<Ref, Value> = (refs: readonly Ref[]) => Promise<readonly (Value | Error)[]>;

/** A DataLoader that also gives what has come without a promise, so that a row of a list need not wait for any. */
class Loader<Ref, Value> extends DataLoader<Ref, Value, string> {
  readonly #key: (ref: Ref) => string;
  readonly #asked: ReadonlyMap<string, Promise<Value>>;
  #come: ReadonlyMap<string, Value | Error>;

  constructor(batch: Batch<Ref, Value>, { name, key }: Pick<LoaderSpec<never, Ref>, "name" | "key">) {
    const come = new Map<string, Value | Error>();
    const remembered: Batch<Ref, Value> = (refs) =>
      batch(refs).then((values) => {
        for (const [index, ref] of refs.entries()) come.set(key(ref), values[index] as Value | Error);
        return values;
      });
    const asked = new Map<string, Promise<Value>>();
    super(remembered, { name, cacheKeyFn: key, cacheMap: asked });
    this.#key = key;
    this.#asked = asked;
    this.#come = come;
  }

  /** The value when it is there, or throws its error; else as `load` does, with one promise for all who ask. */
  peekOrLoad(ref: Ref): MaybePromise<Value> {
    const key = this.#key(ref);
    const value = this.#come.get(key);
    if (value instanceof Error) throw value;
    if (value !== undefined || this.#come.has(key)) return value as Value;
    return this.#asked.get(key) ?? this.load(ref);
  }

  /** A cleared key must not be set again by a batch in flight, so promises are kept. */
  override clear(ref: Ref): this {
    this.#come = new Map();
    return super.clear(ref);
  }
}

export type MaybePromise<Value> = Value | Promise<Value>;

/** Maps a value synchronously, or a promise's value later. */
export function mapMaybePromise<Value, Made>(
  value: MaybePromise<Value>,
  make: (value: Value) => Made,
): MaybePromise<Made> {
  return value instanceof Promise ? value.then(make) : make(value);
}

interface LoaderSpec<Context, Ref> {
  /** For people reading a trace. */
  name: string;
  /** References with the same key are the same thing. */
  key: (ref: Ref) => string;
  /** Calls to KORE at once, of one loader in one operation. */
  concurrency: number;
  /** Declared where the calls do not follow from `per`: those of a field that loads by this. */
  cost?: FieldCost<Context>;
  /** The key of an account's value. @default the account's id, of a loader per account; else there is none */
  keyOfAccount?: (accountId: string, context: Context) => Ref;
}

interface BatchLoaderSpec<Context, Ref, Value, Found> extends LoaderSpec<Context, Ref> {
  /** Only references of one group can share a call; usually one account's. */
  groupBy: (ref: Ref) => string;
  /** References that one call can take. */
  per: number;
  load: (group: string, refs: readonly [Ref, ...Ref[]], context: Context) => Promise<Found>;
  /** Finds a reference's value in what its call brought; an `Error` is this reference's alone. */
  pick: (found: Found, ref: Ref) => Value | Error;
}

/**
 * For what KORE can read in bulk. DataLoader gathers the references of one tick; here they become one call per group
 * and `per`. A call that fails fails its own references only.
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

/** Most batches are so few that nothing has to be held back. */
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
