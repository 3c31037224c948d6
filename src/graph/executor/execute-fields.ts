import { type GraphQLLeafType, type GraphQLResolveInfo, getArgumentValues } from "graphql";
import { type Path } from "graphql/jsutils/Path.js";
import { completeValue, serializeLeaf } from "./complete-value.ts";
import { type Field, type Fields } from "./plan.ts";
import { type Execution } from "./execution.ts";

export type MaybePromise<T> = T | Promise<T>;
export type Data = Record<string, unknown>;

/** An object without inherited names, as graphql-js makes them, but of the kind that engines keep compact. */
const NullPrototype = function () {} as unknown as new () => Data;
NullPrototype.prototype = Object.create(null) as object;

/** The fields of an object, side by side. */
export function executeFields(
  run: Execution,
  { all }: Fields,
  source: unknown,
  path: Path | undefined,
): MaybePromise<Data> {
  const data = new NullPrototype();
  let pending: string[] | undefined;
  try {
    for (const field of all) {
      const value = field.leaf
        ? executeLeafField(run, field, field.leaf, source, path)
        : executeField(run, field, source, path);
      data[field.key] = value;
      if (value instanceof Promise) (pending ??= []).push(field.key);
    }
  } catch (error) {
    if (!pending) throw error;
    // The others may fail too, and then somebody must hear of it.
    return settled(data, pending).finally(() => {
      throw error;
    });
  }
  return pending ? settled(data, pending) : data;
}

/** The fields of a mutation, one after the other. */
export function executeFieldsSerially(run: Execution, { all }: Fields, source: unknown): MaybePromise<Data> {
  const data = new NullPrototype();
  const runNext = (field: Field): MaybePromise<Data> => {
    const value = executeField(run, field, source, undefined);
    const kept = (found: unknown) => {
      data[field.key] = found;
      return data;
    };
    return value instanceof Promise ? value.then(kept) : kept(value);
  };
  return all.reduce<MaybePromise<Data>>(
    (before, field) => (before instanceof Promise ? before.then(() => runNext(field)) : runNext(field)),
    data,
  );
}

/** A property with one value costs neither arguments nor a path, unless it fails. */
function executeLeafField(
  run: Execution,
  field: Field,
  type: GraphQLLeafType,
  source: unknown,
  parent: Path | undefined,
): unknown {
  let value: unknown;
  try {
    value = propertyOf(source, field.definition.name);
    if (isSimple(value)) return serializeLeaf(type, value);
    if (value === null && field.shape.kind === "leaf") return null;
  } catch (error) {
    return run.fail(error, field, field.definition.type, pathOf(field, parent));
  }
  return completeField(run, field, value, source, pathOf(field, parent));
}

function executeField(run: Execution, field: Field, source: unknown, parent: Path | undefined): unknown {
  const { resolve } = field;
  const path = pathOf(field, parent);
  let value: unknown;
  try {
    value = resolve
      ? resolve(source, argumentsOf(run, field), run.context, infoOf(run, field, path))
      : propertyOf(source, field.definition.name);
  } catch (error) {
    return run.fail(error, field, field.definition.type, path);
  }
  return completeField(run, field, value, source, path);
}

/** Neither a promise, nor an error, nor a method. */
export function isSimple(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function completeField(run: Execution, field: Field, found: unknown, source: unknown, path: Path): unknown {
  const { type } = field.definition;
  try {
    const isMethod = typeof found === "function" && !field.resolve;
    if (isMethod) run.markUncacheable();
    const value = isMethod
      ? (found.call(source, argumentsOf(run, field), run.context, infoOf(run, field, path)) as unknown)
      : found;
    const completed = isPromise(value)
      ? Promise.resolve(value).then((resolved) => completeValue(run, field, field.shape, path, resolved))
      : completeValue(run, field, field.shape, path, value);
    return completed instanceof Promise
      ? completed.then(undefined, (error: unknown) => run.fail(error, field, type, path))
      : completed;
  } catch (error) {
    return run.fail(error, field, type, path);
  }
}

function propertyOf(source: unknown, name: string): unknown {
  const canHave = (typeof source === "object" && source !== null) || typeof source === "function";
  return canHave ? (source as Data)[name] : undefined;
}

function pathOf({ key, parent }: Field, prev: Path | undefined): Path {
  return { prev, key, typename: parent.name };
}

function argumentsOf({ variables }: Execution, { definition, nodes }: Field): Record<string, unknown> {
  return definition.args.length === 0 ? {} : getArgumentValues(definition, nodes[0], variables);
}

export function infoOf(run: Execution, { definition, nodes, parent }: Field, path: Path): GraphQLResolveInfo {
  const { schema, fragments, operation } = run.plan.source;
  return {
    fieldName: definition.name,
    fieldNodes: nodes,
    returnType: definition.type,
    parentType: parent,
    path,
    schema,
    fragments,
    rootValue: run.root,
    operation,
    variableValues: run.variables,
  };
}

/** A resolver may return any thenable; the result here is a native promise or a value. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

async function settled(data: Data, pending: readonly string[]): Promise<Data> {
  const values = await Promise.all(pending.map((key) => data[key]));
  for (const [index, key] of pending.entries()) data[key] = values[index];
  return data;
}
