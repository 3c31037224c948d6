import { GraphQLError, type GraphQLLeafType, type GraphQLObjectType, defaultTypeResolver, isObjectType } from "graphql";
import { inspect } from "graphql/jsutils/inspect.js";
import { type Path } from "graphql/jsutils/Path.js";
import { infoOf, isPromise, isSimple, executeFields } from "./execute-fields.ts";
import { type AbstractShape, type Field, type ListShape, type ObjectShape, type Shape } from "./plan.ts";
import { type Execution } from "./execution.ts";

/** Makes of a resolved value what the reply shows. Rules and words of errors are those of graphql-js. */
export function completeValue(run: Execution, field: Field, shape: Shape, path: Path, value: unknown): unknown {
  if (value instanceof Error) throw value;
  if (shape.kind === "nonNull") {
    const completed = completeValue(run, field, shape.of, path, value);
    if (completed === null) throw new Error(`Cannot return null for non-nullable field ${nameOf(field)}.`);
    return completed;
  }
  if (value === null || value === undefined) return null;
  switch (shape.kind) {
    case "leaf":
      return serializeLeaf(shape.type, value);
    case "list":
      return completeList(run, field, shape, path, value);
    case "object":
      return completeObject(run, field, shape, path, value);
    case "abstract":
      return completeAbstract(run, field, shape, path, value);
  }
}

export function serializeLeaf(type: GraphQLLeafType, value: unknown): unknown {
  const shown: unknown = type.serialize(value);
  if (shown === null || shown === undefined) {
    const call = `${inspect(type)}.serialize(${inspect(value)})`;
    throw new Error(`Expected \`${call}\` to return non-nullable value, returned: ${inspect(shown)}`);
  }
  return shown;
}

function completeList(run: Execution, field: Field, shape: ListShape, path: Path, list: unknown): unknown {
  if (!isIterable(list)) {
    throw new GraphQLError(`Expected Iterable, but did not find one for field "${nameOf(field)}".`);
  }
  const items: unknown[] = [];
  let isPending = false;
  try {
    for (const item of list) {
      const completed = completeItem(run, field, shape, { prev: path, key: items.length, typename: undefined }, item);
      isPending ||= completed instanceof Promise;
      items.push(completed);
    }
  } catch (error) {
    // graphql-js forgets those under way, and an error that nobody hears ends the process.
    for (const item of items) if (item instanceof Promise) item.then(undefined, () => undefined);
    throw error;
  }
  return isPending ? Promise.all(items) : items;
}

function completeItem(
  run: Execution,
  field: Field,
  { item: shape, itemType, leaf }: ListShape,
  path: Path,
  item: unknown,
): unknown {
  try {
    if (leaf && isSimple(item)) return serializeLeaf(leaf, item);
    const completed = isPromise(item)
      ? Promise.resolve(item).then((resolved) => completeValue(run, field, shape, path, resolved))
      : completeValue(run, field, shape, path, item);
    return completed instanceof Promise
      ? completed.then(undefined, (error: unknown) => run.fail(error, field, itemType, path))
      : completed;
  } catch (error) {
    return run.fail(error, field, itemType, path);
  }
}

function completeObject(run: Execution, field: Field, shape: ObjectShape, path: Path, value: unknown): unknown {
  const { type, fields } = shape;
  if (type.isTypeOf) return completeChecked(run, field, shape, path, value);
  const mayRepeat = field.mayRepeat && field.resolve && fields.arePlain && typeof value === "object" && value !== null;
  return mayRepeat
    ? run.completeOnce(field, value, () => executeFields(run, fields, value, path))
    : executeFields(run, fields, value, path);
}

function completeChecked(
  run: Execution,
  field: Field,
  { type, fields }: ObjectShape,
  path: Path,
  value: unknown,
): unknown {
  const isOfType = type.isTypeOf?.(value, run.context, infoOf(run, field, path)) ?? true;
  const proceed = (isOne: boolean) => {
    if (isOne) return executeFields(run, fields, value, path);
    throw new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, { nodes: field.nodes });
  };
  return isPromise(isOfType) ? isOfType.then(proceed) : proceed(isOfType);
}

function completeAbstract(run: Execution, field: Field, shape: AbstractShape, path: Path, value: unknown): unknown {
  const resolveType = shape.type.resolveType ?? defaultTypeResolver;
  const name = resolveType(value, run.context, infoOf(run, field, path), shape.type);
  const proceed = (name: unknown) => {
    const type = runtimeType(run, field, shape, name, value);
    return completeObject(run, field, run.plan.possibleShape(shape, type, field.nodes), path, value);
  };
  return isPromise(name) ? name.then(proceed) : proceed(name);
}

function runtimeType(
  run: Execution,
  field: Field,
  { type }: AbstractShape,
  name: unknown,
  value: unknown,
): GraphQLObjectType {
  const { schema } = run.plan.source;
  const at = `for field "${nameOf(field)}"`;
  const refuse = (why: string) => new GraphQLError(why, { nodes: field.nodes });
  if (name === null || name === undefined) {
    throw refuse(
      `Abstract type "${type.name}" must resolve to an Object type at runtime ${at}. Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
    );
  }
  if (typeof name !== "string") {
    const received = `value ${inspect(value)}, received "${inspect(name)}".`;
    throw new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime ${at} with ${received}`,
    );
  }
  const found = schema.getType(name);
  if (!found) {
    throw refuse(
      `Abstract type "${type.name}" was resolved to a type "${name}" that does not exist inside the schema.`,
    );
  }
  if (!isObjectType(found)) throw refuse(`Abstract type "${type.name}" was resolved to a non-object type "${name}".`);
  if (!schema.isSubType(type, found)) {
    throw refuse(`Runtime Object type "${name}" is not a possible type for "${type.name}".`);
  }
  return found;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function nameOf({ parent, definition }: Field): string {
  return `${parent.name}.${definition.name}`;
}
