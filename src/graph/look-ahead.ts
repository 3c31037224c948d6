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
import { Page } from "./connection.ts";
import { type MaybePromise } from "./loader.ts";

/** What a field will ask KORE for, told before it runs. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each field knows its own parent and context
interface Foresight<Thing = any, Context = any> {
  /** Needs the account alone, so it is asked for beside the things whose field it is. */
  ofAccount?: (accountId: string, context: Context) => Promise<unknown>;
  /** Needs the thing, so it is asked for as soon as that is there. Null: this one needs nothing. */
  ofThing?: (thing: Thing, context: Context) => MaybePromise<unknown>;
  /** Whether the field asks for more than this. */
  isPart?: boolean;
}

/** By type and field, such as `SimSubscription.costCenter`. An empty one asks for nothing. */
export type Foresights = Readonly<Record<string, Foresight>>;

interface List {
  field: GraphQLField<unknown, unknown>;
  node: FieldNode;
}

/** A field with a foresight that is selected somewhere below a place. */
interface Seen {
  foresight: Foresight;
  /** Whether it is a field of the very things that the place gives. */
  isOfThings: boolean;
  /** The lists on the way to it: of a list that is asked for no items, nothing is needed. */
  lists: readonly List[];
}

interface View {
  seen: Seen[];
  /** Whether all that is asked for below the place is foreseen. Then it is waited for, and rows need no promises. */
  isWhole: boolean;
}

/** A place in an operation that gives things of one account. */
interface Place {
  type: GraphQLObjectType;
  accountId: string;
  context: unknown;
  info: GraphQLResolveInfo;
}

/** Asks for what an operation will need as soon as that is known, and not only when a resolver comes to it. */
export class LookAhead {
  readonly #foresights: Foresights;
  /** Our executor keeps a field's nodes for all runs that select the same. */
  readonly #views = new WeakMap<readonly FieldNode[], Map<GraphQLObjectType, View>>();

  constructor(foresights: Foresights) {
    this.#foresights = foresights;
  }

  /** Has the queries that name an account look ahead, and the lists of an account. */
  watch(schema: GraphQLSchema): void {
    const account = schema.getType("Account");
    for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
      if (takes(field, "accountId")) this.#wrap(field, (_source, { accountId }) => accountId as string);
    }
    for (const field of isObjectType(account) ? Object.values(account.getFields()) : []) {
      if (takes(field, "first")) this.#wrap(field, (source) => (source as { id: string }).id);
    }
  }

  /** Looks ahead while a place's things are on their way. Writes do not: what they show is read after them. */
  along<Things>(things: Promise<Things>, place: Place): Promise<Things> {
    const view = this.#viewOf(place);
    const isIdle = !view || view.seen.length === 0 || place.info.operation.operation !== OperationTypeNode.QUERY;
    return isIdle ? things : this.#look(things, place, view);
  }

  /** Undefined where a condition has no value: what is selected says so itself, and `things` may fail meanwhile. */
  #viewOf(place: Place): View | undefined {
    try {
      return this.#view(place);
    } catch {
      return undefined;
    }
  }

  async #look<Things>(
    things: Promise<Things>,
    { accountId, context, info }: Place,
    { seen, isWhole }: View,
  ): Promise<Things> {
    /** Each with the end that is waited for, which is no failure. */
    const asked = new Map<unknown, Promise<unknown>>();
    const ask = (question: () => unknown) => {
      const answer = attempt(question);
      if (answer instanceof Promise && !asked.has(answer)) asked.set(answer, answer.catch(ignore));
    };
    if (await isUnderWay(things)) {
      for (const { foresight, lists } of seen) {
        if (lists.every((list) => hasItems(list, info))) ask(() => foresight.ofAccount?.(accountId, context));
      }
    }
    const found = await things;
    const items = itemsOf(found);
    for (const { foresight, isOfThings } of seen) {
      if (!isOfThings || !foresight.ofThing) continue;
      for (const thing of items) ask(() => foresight.ofThing?.(thing, context));
    }
    // Where there is nothing, nobody else waits, and what was asked for should not outlive its operation.
    if (isWhole || items.length === 0) await Promise.all(asked.values());
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
      const things: unknown = resolve(source, args, context, info);
      if (!(things instanceof Promise) || args.first === 0) return things;
      return this.along(things, { type, accountId: accountOf(source, args), context, info });
    };
    field.resolve = resolveAhead;
  }

  #view({ type, info }: Place): View {
    const views = this.#views.get(info.fieldNodes) ?? new Map<GraphQLObjectType, View>();
    this.#views.set(info.fieldNodes, views);
    let view = views.get(type);
    if (!view) {
      view = { seen: [], isWhole: true };
      const isConnection = "nodes" in type.getFields();
      const top = { type, nodes: info.fieldNodes, isPage: isConnection, isOfThings: !isConnection, lists: [] };
      this.#collect(top, info, view);
      views.set(type, view);
    }
    return view;
  }

  #collect(
    at: {
      type: GraphQLObjectType;
      nodes: readonly FieldNode[];
      /** The outermost connection, or its edges: a list further below holds other items. */
      isPage: boolean;
      isOfThings: boolean;
      lists: readonly List[];
    },
    info: GraphQLResolveInfo,
    view: View,
  ): void {
    const { type, isPage, isOfThings, lists } = at;
    const selected = collectSubfields(info.schema, info.fragments, info.variableValues, type, at.nodes);
    for (const nodes of selected.values()) {
      const [node] = nodes;
      const field = node && type.getFields()[node.name.value];
      if (!field) continue; // __typename
      const foresight = this.#foresights[`${type.name}.${field.name}`];
      if (foresight) view.seen.push({ foresight, isOfThings, lists });
      if (foresight ? foresight.isPart : field.resolve) view.isWhole = false;
      const below = getNamedType(field.type);
      if (!isObjectType(below)) continue;
      this.#collect(
        {
          type: below,
          nodes,
          isPage: isPage && field.name === "edges",
          isOfThings: isPage && /^nodes?$/.test(field.name),
          lists: takes(field, "first") ? [...lists, { field, node }] : lists,
        },
        info,
        view,
      );
    }
  }
}

function takes(field: GraphQLField<unknown, unknown>, name: string): boolean {
  return field.args.some((arg) => arg.name === name);
}

/** Arguments that do not fit are told by the list itself. */
function hasItems({ field, node }: List, { variableValues }: GraphQLResolveInfo): boolean {
  try {
    return getArgumentValues(field, node, variableValues).first !== 0;
  } catch {
    return false;
  }
}

function itemsOf(things: unknown): readonly object[] {
  const list: readonly unknown[] = things instanceof Page ? things.nodes : Array.isArray(things) ? things : [things];
  return list.filter((one): one is object => typeof one === "object" && one !== null && !(one instanceof Error));
}

/** Whether KORE is being asked: what is refused before that is refused by the end of the promises that can run now. */
async function isUnderWay(things: Promise<unknown>): Promise<boolean> {
  let isRefused = false;
  things.catch(() => (isRefused = true));
  await Promise.resolve();
  await new Promise<void>((resolve) => process.nextTick(resolve));
  return !isRefused;
}

/** Looking ahead fails nothing: the field that needs what failed will say so itself. */
function attempt(question: () => unknown): unknown {
  try {
    return question();
  } catch {
    return undefined;
  }
}

const ignore = () => undefined;
