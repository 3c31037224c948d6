import {
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  OperationTypeNode,
  getArgumentValues,
  getNamedType,
  isObjectType,
} from "graphql";
import { collectSubfields } from "graphql/execution/collectFields.js";
import { accessRuleOf, accountArgumentOf, valueAt } from "./rules/access.ts";
import { Page } from "./pagination/connection.ts";
import { type LoadsRule, fieldCostOf, free, loadsRuleOf } from "./cost/index.ts";
import { type LoaderOf } from "./dataloader.ts";

/** Loads for a field that can start before its resolver runs. */
interface Prefetch {
  /** Needs the account's id only: starts while the parent items are loading. */
  forAccount?: ((accountId: string, context: never) => Promise<unknown>) | undefined;
  /** Needs the item: starts once the items are loaded. */
  forItem?: ((item: never, context: never) => unknown) | undefined;
  isPartial?: boolean | undefined;
}

/** Undefined: the loads of the field are known only to its resolver. */
function prefetchOf(field: GraphQLField<unknown, unknown>): Prefetch | undefined {
  const rule = loadsRuleOf(field) as LoadsRule<PrefetchedLoader> | undefined;
  if (!rule) return fieldCostOf(field) === free ? {} : undefined;
  const { loader, keyOf, isPartial } = rule;
  if (keyOf) {
    const forItem = (item: never, context: never) => {
      const key = keyOf(item);
      return key === null ? null : loader(context).peekOrLoad(key as never);
    };
    return { forItem, isPartial };
  }
  return loader.loadForAccount && { forAccount: loader.loadForAccount, isPartial };
}

type PrefetchedLoader = LoaderOf<never, never, unknown>;

interface List {
  field: GraphQLField<unknown, unknown>;
  node: FieldNode;
}

/** A prefetch of a field that is selected below a place. */
interface PlannedPrefetch {
  prefetch: Prefetch;
  /** Whether it is a field of the place's items. */
  isOfItems: boolean;
  /** The lists above it: below a list with `first: 0` nothing is needed. */
  lists: readonly List[];
}

interface PrefetchPlan {
  planned: PlannedPrefetch[];
  /** Whether all loads below the place are prefetched. The place then awaits them, so that rows need no promises. */
  isComplete: boolean;
}

/** A field of an operation that returns items of one account. */
interface Place {
  type: GraphQLObjectType;
  accountId: string;
  context: unknown;
  info: GraphQLResolveInfo;
}

/**
 * Starts loads as soon as their keys are known, in parallel with the items whose fields need them. Fields declare their
 * loaders with `Loads`.
 */
export class Prefetcher {
  /** The executor reuses a field's nodes in all executions of a plan. */
  readonly #plans = new WeakMap<readonly FieldNode[], Map<GraphQLObjectType, PrefetchPlan>>();

  /** Wraps queries with an account's id as argument, and lists of entities with an account. */
  install(schema: GraphQLSchema): void {
    for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
      const argument = accountArgumentOf(accessRuleOf(field, true));
      if (argument !== undefined) this.#wrap(field, (_source, args) => valueAt(args, argument) as string);
    }
    for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
      const key = accountArgumentOf(accessRuleOf(type));
      if (key === undefined) continue;
      for (const field of Object.values(type.getFields())) {
        if (takes(field, "first")) this.#wrap(field, (source) => valueAt(source as object, key) as string);
      }
    }
  }

  /** Prefetches while items are loading. In queries only: a mutation's fields are read after the write. */
  prefetchDuring<Items>(loading: Promise<Items>, place: Place): Promise<Items> {
    const plan = this.#planOf(place);
    const isIdle = !plan || plan.planned.length === 0 || place.info.operation.operation !== OperationTypeNode.QUERY;
    return isIdle ? loading : this.#prefetch(loading, place, plan);
  }

  /** Undefined if `@skip` or `@include` has no value: execution reports that. */
  #planOf(place: Place): PrefetchPlan | undefined {
    try {
      return this.#makePlan(place);
    } catch {
      return undefined;
    }
  }

  async #prefetch<Items>(
    loading: Promise<Items>,
    { accountId, context, info }: Place,
    { planned, isComplete }: PrefetchPlan,
  ): Promise<Items> {
    /** Loads by their promise, each with one that never rejects. */
    const loads = new Map<unknown, Promise<unknown>>();
    const start = (load: () => unknown) => {
      const loaded = attempt(load);
      if (loaded instanceof Promise && !loads.has(loaded)) loads.set(loaded, loaded.catch(ignore));
    };
    if (await isPastRefusals(loading)) {
      for (const { prefetch, lists } of planned) {
        if (lists.every((list) => hasItems(list, info)))
          start(() => prefetch.forAccount?.(accountId, context as never));
      }
    }
    const found = await loading;
    const items = itemsOf(found);
    for (const { prefetch, isOfItems } of planned) {
      if (!isOfItems || !prefetch.forItem) continue;
      for (const item of items) start(() => prefetch.forItem?.(item as never, context as never));
    }
    // Without items no field awaits the loads, which must not outlive their operation.
    if (isComplete || items.length === 0) await Promise.all(loads.values());
    return found;
  }

  #wrap(field: GraphQLField<unknown, unknown>, accountOf: (source: unknown, args: Record<string, unknown>) => string) {
    const { resolve } = field;
    const type = getNamedType(field.type);
    if (!resolve || !isObjectType(type)) return;
    const resolveAhead: GraphQLFieldResolver<unknown, unknown> = (
      source,
      args: Record<string, unknown>,
      context,
      info,
    ) => {
      const loading: unknown = resolve(source, args, context, info);
      if (!(loading instanceof Promise) || args.first === 0) return loading;
      return this.prefetchDuring(loading, { type, accountId: accountOf(source, args), context, info });
    };
    field.resolve = resolveAhead;
  }

  #makePlan({ type, info }: Place): PrefetchPlan {
    const plans = this.#plans.get(info.fieldNodes) ?? new Map<GraphQLObjectType, PrefetchPlan>();
    this.#plans.set(info.fieldNodes, plans);
    let plan = plans.get(type);
    if (!plan) {
      plan = { planned: [], isComplete: true };
      const isConnection = "nodes" in type.getFields();
      const top = { type, nodes: info.fieldNodes, isPage: isConnection, isOfItems: !isConnection, lists: [] };
      this.#collect(top, info, plan);
      plans.set(type, plan);
    }
    return plan;
  }

  #collect(
    at: {
      type: GraphQLObjectType;
      nodes: readonly FieldNode[];
      /** The outermost connection, or its edges: a list further below holds other items. */
      isPage: boolean;
      isOfItems: boolean;
      lists: readonly List[];
    },
    info: GraphQLResolveInfo,
    plan: PrefetchPlan,
  ): void {
    const { type, isPage, isOfItems, lists } = at;
    const selected = collectSubfields(info.schema, info.fragments, info.variableValues, type, at.nodes);
    for (const nodes of selected.values()) {
      const [node] = nodes;
      const field = node && type.getFields()[node.name.value];
      if (!field) continue; // __typename
      const prefetch = prefetchOf(field);
      if (prefetch) plan.planned.push({ prefetch, isOfItems, lists });
      if (prefetch ? prefetch.isPartial : field.resolve) plan.isComplete = false;
      const below = getNamedType(field.type);
      if (!isObjectType(below)) continue;
      this.#collect(
        {
          type: below,
          nodes,
          isPage: isPage && field.name === "edges",
          isOfItems: isPage && /^nodes?$/.test(field.name),
          lists: takes(field, "first") ? [...lists, { field, node }] : lists,
        },
        info,
        plan,
      );
    }
  }
}

function takes(field: GraphQLField<unknown, unknown>, name: string): boolean {
  return field.args.some((arg) => arg.name === name);
}

/** Invalid arguments are reported by the list itself. */
function hasItems({ field, node }: List, { variableValues }: GraphQLResolveInfo): boolean {
  try {
    return getArgumentValues(field, node, variableValues).first !== 0;
  } catch {
    return false;
  }
}

function itemsOf(loaded: unknown): readonly object[] {
  const list: readonly unknown[] = loaded instanceof Page ? loaded.nodes : Array.isArray(loaded) ? loaded : [loaded];
  return list.filter((one): one is object => typeof one === "object" && one !== null && !(one instanceof Error));
}

/** Waits one microtask and one `nextTick`: local refusals (access, validation) reject by then, so nothing is prefetched for them. */
async function isPastRefusals(loading: Promise<unknown>): Promise<boolean> {
  let isRefused = false;
  loading.catch(() => (isRefused = true));
  await Promise.resolve();
  await new Promise<void>((resolve) => process.nextTick(resolve));
  return !isRefused;
}

/** A failed prefetch is no error: the field that needs the value reports it. */
function attempt(load: () => unknown): unknown {
  try {
    return load();
  } catch {
    return undefined;
  }
}

const ignore = () => undefined;
