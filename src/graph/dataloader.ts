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

/** A reference that waits for its batch. */
interface Queued<Ref, Value> {
  readonly ref: Ref;
  readonly settle: (outcome: Value | Error) => void;
}

/** Settles all of a batch. Never throws. */
type Batch<Ref, Value> = (queued: readonly Queued<Ref, Value>[]) => void;

interface Entry<Value> {
  readonly promise: Promise<Value>;
  /** Once it is loaded. */
  outcome?: { readonly value: Value | Error };
}

/**
 * As DataLoader: the references of one tick make a batch, and equal ones are loaded once an operation. Loaded values are
 * also returned synchronously, so that rows of a list need no promise; and a reference costs one promise, to DataLoader's
 * four.
 */
class Loader<Ref, Value> {
  readonly #key: (ref: Ref) => string;
  readonly #batch: Batch<Ref, Value>;
  readonly #entries = new Map<string, Entry<Value>>();
  #queue: Queued<Ref, Value>[] = [];

  constructor(key: (ref: Ref) => string, batch: Batch<Ref, Value>) {
    this.#key = key;
    this.#batch = batch;
  }

  load(ref: Ref): Promise<Value> {
    const key = this.#key(ref);
    return (this.#entries.get(key) ?? this.#enqueue(key, ref)).promise;
  }

  loadMany(refs: readonly Ref[]): Promise<(Value | Error)[]> {
    return Promise.all(refs.map((ref) => this.load(ref).catch((error: unknown) => error as Error)));
  }

  /** The loaded value, synchronously, or throws its error; else as `load`, with one promise for all callers. */
  peekOrLoad(ref: Ref): MaybePromise<Value> {
    const key = this.#key(ref);
    const { outcome, promise } = this.#entries.get(key) ?? this.#enqueue(key, ref);
    if (!outcome) return promise;
    if (outcome.value instanceof Error) throw outcome.value;
    return outcome.value;
  }

  /** Later loads load anew. */
  clear(ref: Ref): this {
    this.#entries.delete(this.#key(ref));
    return this;
  }

  /** Keeps a value for a reference that is not loaded. */
  prime(ref: Ref, value: Value): this {
    const key = this.#key(ref);
    if (!this.#entries.has(key)) this.#entries.set(key, { promise: Promise.resolve(value), outcome: { value } });
    return this;
  }

  #enqueue(key: string, ref: Ref): Entry<Value> {
    if (this.#queue.length === 0) afterPromiseJobs(() => this.#dispatch());
    const promise = new Promise<Value>((resolve, reject) => {
      const settle = (value: Value | Error) => {
        entry.outcome = { value };
        if (value instanceof Error) reject(value);
        else resolve(value);
      };
      this.#queue.push({ ref, settle });
    });
    const entry: Entry<Value> = { promise };
    this.#entries.set(key, entry);
    return entry;
  }

  #dispatch(): void {
    const queued = this.#queue;
    this.#queue = [];
    this.#batch(queued);
  }
}

/** After all promise jobs that can run now, which may load more. */
const afterPromiseJobs = (run: () => void) => queueMicrotask(() => process.nextTick(run));

interface LoaderSpec<Context, Ref> {
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
 * For bulk reads. The references of one tick become one call per group and `per` references. A failed call fails its own
 * references only.
 */
export function batchLoader<Context extends GraphContext, Ref, Value, Found>(
  spec: BatchLoaderSpec<Context, Ref, Value, Found>,
): LoaderOf<Context, Ref, Value> {
  return loaderOf(spec, (queued, context) => {
    eachOf(batches(queued, spec), spec.concurrency, ({ group, members }) =>
      settling(
        members,
        () => spec.load(group, members.map(({ ref }) => ref) as [Ref, ...Ref[]], context),
        (found, { ref, settle }) => settle(spec.pick(found, ref)),
      ),
    );
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
  return loaderOf(spec, (queued, context) => {
    eachOf(queued, spec.concurrency, (one) =>
      settling(
        [one],
        () => spec.load(one.ref, context),
        (found, { settle }) => settle(found),
      ),
    );
  });
}

/** Loads the value that several references share, and settles each of them. Never rejects. */
function settling<Ref, Value, Found>(
  members: readonly Queued<Ref, Value>[],
  load: () => Promise<Found>,
  settle: (found: Found, member: Queued<Ref, Value>) => void,
): Promise<void> {
  const fail = (error: unknown) => {
    for (const member of members) member.settle(error as Error);
  };
  try {
    return load().then((found) => {
      for (const member of members) {
        try {
          settle(found, member);
        } catch (error) {
          member.settle(error as Error);
        }
      }
    }, fail);
  } catch (error) {
    fail(error);
    return Promise.resolve();
  }
}

/** Without `pMap` for few items, which need no limit. */
function eachOf<Item>(items: readonly Item[], concurrency: number, work: (item: Item) => Promise<void>): void {
  if (items.length > concurrency) void pMap(items, work, { concurrency });
  else for (const item of items) void work(item);
}

function loaderOf<Context extends GraphContext, Ref, Value>(
  spec: LoaderSpec<Context, Ref> & { per: "key" | "account" | number },
  batch: (queued: readonly Queued<Ref, Value>[], context: Context) => void,
): LoaderOf<Context, Ref, Value> {
  const { key, per, cost } = spec;
  const keyOfAccount = spec.keyOfAccount ?? (per === "account" ? (accountId: string) => accountId as Ref : undefined);
  const of = (context: Context): Loader<Ref, Value> => {
    let loader = context.loaders.get(of) as Loader<Ref, Value> | undefined;
    if (!loader) {
      loader = new Loader<Ref, Value>(key, (queued) => batch(queued, context));
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

function batches<Ref, Value>(
  queued: readonly Queued<Ref, Value>[],
  { groupBy, per }: { groupBy: (ref: Ref) => string; per: number },
): { group: string; members: Queued<Ref, Value>[] }[] {
  const [first, second] = queued;
  if (first && !second) return [{ group: groupBy(first.ref), members: [first] }];
  const made: { group: string; members: Queued<Ref, Value>[] }[] = [];
  const open = new Map<string, Queued<Ref, Value>[]>();
  for (const one of queued) {
    const group = groupBy(one.ref);
    const members = open.get(group);
    if (members && members.length < per) {
      members.push(one);
    } else {
      const started = [one];
      open.set(group, started);
      made.push({ group, members: started });
    }
  }
  return made;
}
