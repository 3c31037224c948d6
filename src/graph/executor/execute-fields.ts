import { GraphQLError, type GraphQLLeafType, defaultTypeResolver } from "graphql";
import { inspect } from "graphql/jsutils/inspect.js";
import { type Path } from "graphql/jsutils/Path.js";
import { type MaybePromise } from "../maybe-promise.ts";
import { type Execution } from "./execution.ts";
import { isIterable, isPromise, isSimple, propertyOf, serializeLeaf } from "./leaf-values.ts";
import { type AbstractShape, type Field, type Fields, type ListShape, type ObjectShape, type Shape } from "./plan.ts";
import { argumentsOf, infoOf, nameOf, pathOf } from "./resolve-info.ts";
import { runtimeType } from "./runtime-type.ts";

type Data = Record<string, unknown>;

/** An object without inherited names, as graphql-js makes them, but of the kind that engines keep compact. */
const NullPrototype = function () {} as unknown as new () => Data;
NullPrototype.prototype = Object.create(null) as object;

/**
 * Executes fields and completes their values, which calls each other for nested fields. Rules and messages are those of
 * graphql-js.
 */
export class FieldExecutor {
  readonly #run: Execution;

  constructor(run: Execution) {
    this.#run = run;
  }

  /** Executes the fields of an object in parallel. */
  execute({ all }: Fields, source: unknown, path: Path | undefined): MaybePromise<Data> {
    const data = new NullPrototype();
    let pending: string[] | undefined;
    try {
      for (const field of all) {
        const value = field.leaf
          ? this.#executeLeafField(field, field.leaf, source, path)
          : this.#executeField(field, source, path);
        data[field.key] = value;
        if (value instanceof Promise) (pending ??= []).push(field.key);
      }
    } catch (error) {
      if (!pending) throw error;
      // The others are awaited: a rejection that is not handled ends the process.
      return settled(data, pending).finally(() => {
        throw error;
      });
    }
    if (!pending) return data;
    const [only = ""] = pending;
    if (path !== undefined || pending.length > 1) return settled(data, pending);
    // Nothing follows the root's only field, so it needs none of the ticks that keep the order of errors.
    return (data[only] as Promise<unknown>).then((value) => {
      data[only] = value;
      return data;
    });
  }

  /** Executes the fields of a mutation, one after the other. */
  executeSerially({ all }: Fields, source: unknown): MaybePromise<Data> {
    const data = new NullPrototype();
    const runNext = (field: Field): MaybePromise<Data> => {
      const value = this.#executeField(field, source, undefined);
      const keep = (found: unknown) => {
        data[field.key] = found;
        return data;
      };
      return value instanceof Promise ? value.then(keep) : keep(value);
    };
    return all.reduce<MaybePromise<Data>>(
      (before, field) => (before instanceof Promise ? before.then(() => runNext(field)) : runNext(field)),
      data,
    );
  }

  /** A property with one value needs neither arguments nor a path, unless it fails. */
  #executeLeafField(field: Field, type: GraphQLLeafType, source: unknown, parent: Path | undefined): unknown {
    let value: unknown;
    try {
      value = propertyOf(source, field.definition.name);
      if (isSimple(value)) return serializeLeaf(type, value);
      if (value === null && field.shape.kind === "leaf") return null;
    } catch (error) {
      return this.#run.fail(error, field, field.definition.type, pathOf(field, parent));
    }
    return this.#completeField(field, value, source, pathOf(field, parent));
  }

  #executeField(field: Field, source: unknown, parent: Path | undefined): unknown {
    const { resolve } = field;
    const run = this.#run;
    const path = pathOf(field, parent);
    let value: unknown;
    try {
      value = resolve
        ? resolve(source, argumentsOf(run, field), run.context, infoOf(run, field, path))
        : propertyOf(source, field.definition.name);
    } catch (error) {
      return run.fail(error, field, field.definition.type, path);
    }
    return this.#completeField(field, value, source, path);
  }

  #completeField(field: Field, found: unknown, source: unknown, path: Path): unknown {
    const { type } = field.definition;
    const run = this.#run;
    try {
      const isMethod = typeof found === "function" && !field.resolve;
      if (isMethod) run.markUncacheable();
      const value = isMethod
        ? (found.call(source, argumentsOf(run, field), run.context, infoOf(run, field, path)) as unknown)
        : found;
      const completed = isPromise(value)
        ? Promise.resolve(value).then((resolved) => this.#completeValue(field, field.shape, path, resolved))
        : this.#completeValue(field, field.shape, path, value);
      return completed instanceof Promise
        ? completed.then(undefined, (error: unknown) => run.fail(error, field, type, path))
        : completed;
    } catch (error) {
      return run.fail(error, field, type, path);
    }
  }

  #completeValue(field: Field, shape: Shape, path: Path, value: unknown): unknown {
    if (value instanceof Error) throw value;
    if (shape.kind === "nonNull") {
      const completed = this.#completeValue(field, shape.of, path, value);
      if (completed === null) throw new Error(`Cannot return null for non-nullable field ${nameOf(field)}.`);
      return completed;
    }
    if (value === null || value === undefined) return null;
    switch (shape.kind) {
      case "leaf":
        return serializeLeaf(shape.type, value);
      case "list":
        return this.#completeList(field, shape, path, value);
      case "object":
        return this.#completeObject(field, shape, path, value);
      case "abstract":
        return this.#completeAbstract(field, shape, path, value);
    }
  }

  #completeList(field: Field, shape: ListShape, path: Path, list: unknown): unknown {
    if (!isIterable(list)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${nameOf(field)}".`);
    }
    const items: unknown[] = [];
    let isPending = false;
    try {
      for (const item of list) {
        const completed = this.#completeItem(
          field,
          shape,
          { prev: path, key: items.length, typename: undefined },
          item,
        );
        isPending ||= completed instanceof Promise;
        items.push(completed);
      }
    } catch (error) {
      // Handles the rejections of pending items, which graphql-js does not: one that is not handled ends the process.
      for (const item of items) if (item instanceof Promise) item.then(undefined, () => undefined);
      throw error;
    }
    return isPending ? Promise.all(items) : items;
  }

  #completeItem(field: Field, { item: shape, itemType, leaf }: ListShape, path: Path, item: unknown): unknown {
    const run = this.#run;
    try {
      if (leaf && isSimple(item)) return serializeLeaf(leaf, item);
      const completed = isPromise(item)
        ? Promise.resolve(item).then((resolved) => this.#completeValue(field, shape, path, resolved))
        : this.#completeValue(field, shape, path, item);
      return completed instanceof Promise
        ? completed.then(undefined, (error: unknown) => run.fail(error, field, itemType, path))
        : completed;
    } catch (error) {
      return run.fail(error, field, itemType, path);
    }
  }

  #completeObject(field: Field, shape: ObjectShape, path: Path, value: unknown): unknown {
    const { type, fields } = shape;
    if (type.isTypeOf) return this.#completeChecked(field, shape, path, value);
    const mayRepeat =
      field.mayRepeat && field.resolve && fields.arePlain && typeof value === "object" && value !== null;
    return mayRepeat
      ? this.#run.completeOnce(field, value, () => this.execute(fields, value, path))
      : this.execute(fields, value, path);
  }

  /** An object whose type has `isTypeOf`. */
  #completeChecked(field: Field, { type, fields }: ObjectShape, path: Path, value: unknown): unknown {
    const run = this.#run;
    const isOfType = type.isTypeOf?.(value, run.context, infoOf(run, field, path)) ?? true;
    const proceed = (isOne: boolean) => {
      if (isOne) return this.execute(fields, value, path);
      const message = `Expected value of type "${type.name}" but got: ${inspect(value)}.`;
      throw new GraphQLError(message, { nodes: field.nodes });
    };
    return isPromise(isOfType) ? isOfType.then(proceed) : proceed(isOfType);
  }

  #completeAbstract(field: Field, shape: AbstractShape, path: Path, value: unknown): unknown {
    const run = this.#run;
    const resolveType = shape.type.resolveType ?? defaultTypeResolver;
    const resolved = resolveType(value, run.context, infoOf(run, field, path), shape.type);
    const proceed = (name: unknown) => {
      const type = runtimeType(run.plan.source.schema, field, shape.type, { name, value });
      return this.#completeObject(field, run.plan.possibleShape(shape, type, field.nodes), path, value);
    };
    return isPromise(resolved) ? resolved.then(proceed) : proceed(resolved);
  }
}

function settled(data: Data, pending: readonly string[]): Promise<Data> {
  return Promise.all(pending.map((key) => data[key])).then((values) => {
    for (const [index, key] of pending.entries()) data[key] = values[index];
    return data;
  });
}
