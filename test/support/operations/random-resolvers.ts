import {
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  typeFromAST,
} from "graphql";

/** Random values, equal for equal names. */
export class RandomValues {
  readonly #seed: number;
  /** Objects that are in several places. */
  readonly shared: Record<string, object> = {};

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** From 0 up to below `sides`. FNV-1a, mixed: near names must not give near numbers. */
  roll(name: string, sides: number): number {
    let hash = 0x811c9dc5 ^ this.#seed;
    for (const char of `${name}#${sides}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
    return ((hash ^ (hash >>> 15)) >>> 0) % sides;
  }
}

const SCALARS: Readonly<Record<string, unknown>> = {
  Int: 2,
  Boolean: true,
  Date: "2026-01-31",
  BigInt: 2n ** 60n,
  DateTime: "2026-01-31T12:00:00.000Z",
  EmailAddress: "a@b.example",
  ICCID: "89014103211118510720",
  EID: "89049032004008882600018900000000",
  IMEI: "490154203237518",
  IMSI: "310150123456789",
  MSISDN: "15551234567",
  _Any: { __typename: "SimSubscription", accountId: "acme", id: "sim-1" },
};

/** Variables that an operation takes. */
export function variablesFor(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  chance: RandomValues,
) {
  const given = variableDefinitions.map(({ variable: { name }, type: node, defaultValue }) => {
    const type = typeFromAST(schema, node as never) as GraphQLInputType;
    const isLeftOut = (defaultValue || !isNonNullType(type)) && chance.roll(`leave out ${name.value}`, 3) === 0;
    return isLeftOut ? [] : [[name.value, inputFor(type, name.value, chance)]];
  });
  return Object.fromEntries(given.flat()) as Record<string, unknown>;
}

function inputFor(type: GraphQLInputType, name: string, chance: RandomValues): unknown {
  if (isNonNullType(type)) return inputFor(type.ofType, name, chance);
  if (isListType(type)) return [0, 1].map((index) => inputFor(type.ofType, `${name}.${index}`, chance));
  if (isEnumType(type)) return type.getValues()[chance.roll(name, type.getValues().length)]?.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || chance.roll(`${name}.${field.name}?`, 2) === 0,
    );
    return Object.fromEntries(
      fields.map((field) => [field.name, inputFor(field.type, `${name}.${field.name}`, chance)]),
    );
  }
  if (type.name === "Boolean") return chance.roll(name, 2) === 0;
  return SCALARS[type.name] ?? `${name}-${chance.roll(name, 9)}`;
}

/**
 * Gives every field of a schema random values: valid and invalid ones, nulls, errors, promises, methods and getters that
 * throw. Fields randomly have a resolver or are properties; their values depend on path and arguments.
 */
export function resolveRandomly(schema: GraphQLSchema, chance: RandomValues): void {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type));
  for (const type of types.filter(({ name }) => !name.startsWith("__"))) {
    for (const field of Object.values(type.getFields())) {
      delete field.resolve;
      const isRoot = type === schema.getQueryType() || type === schema.getMutationType();
      if (!isRoot && chance.roll(`resolve ${type.name}.${field.name}`, 2) === 0) continue;
      field.resolve = (_source, args, _context, { path }) => {
        let place = JSON.stringify(args);
        for (let at: typeof path | undefined = path; at; at = at.prev) place = `${at.key}/${place}`;
        return valueFor(schema, field.type, place, chance);
      };
    }
  }
}

function valueFor(schema: GraphQLSchema, type: GraphQLOutputType, place: string, chance: RandomValues): unknown {
  switch (chance.roll(`trouble ${place}`, 40)) {
    case 0:
      throw new Error(`thrown at ${place}`);
    case 1:
      return new Error(`returned at ${place}`);
    case 2:
      return rejection(place);
    case 3:
      return null;
    case 4:
      return undefined;
    case 5:
      return Symbol.iterator in Object(type) ? null : { odd: place };
    case 6:
    case 7:
    case 8:
      return Promise.resolve().then(() => soundFor(schema, type, place, chance));
    case 9:
      return new Promise((resolve) => setImmediate(() => resolve(soundFor(schema, type, place, chance))));
    default:
      return soundFor(schema, type, place, chance);
  }
}

/** Handled here, since an executor may not await it. Executors must handle promises that they derive from it. */
function rejection(place: string): Promise<never> {
  const rejected = Promise.reject(new Error(`rejected at ${place}`));
  rejected.catch(() => undefined);
  return rejected;
}

function soundFor(schema: GraphQLSchema, type: GraphQLOutputType, place: string, chance: RandomValues): unknown {
  if (isNonNullType(type)) return soundFor(schema, type.ofType as GraphQLOutputType, place, chance);
  if (isListType(type)) {
    const items = Array.from({ length: chance.roll(`length ${place}`, 4) }, (_, index) =>
      itemFor(schema, type.ofType, `${place}[${index}]`, chance),
    );
    return chance.roll(`set ${place}`, 4) === 0 ? new Set(items) : items;
  }
  if (isEnumType(type)) {
    const values = type.getValues();
    return values[chance.roll(place, values.length + 1)]?.value ?? "NONE_OF_THEM";
  }
  if (isLeafType(type)) return type.name === "DateTime" ? new Date(1e12) : (SCALARS[type.name] ?? `text at ${place}`);
  if (isAbstractType(type)) {
    const possible = schema.getPossibleTypes(type);
    const chosen = possible[chance.roll(`which ${place}`, possible.length)];
    return chosen && objectFor(schema, chosen, place, chance);
  }
  return objectFor(schema, getNamedType(type) as GraphQLObjectType, place, chance);
}

/** In lists, errors are returned instead of thrown. */
function itemFor(schema: GraphQLSchema, type: GraphQLOutputType, place: string, chance: RandomValues): unknown {
  try {
    return valueFor(schema, type, place, chance);
  } catch (error) {
    return error;
  }
}

/** Some places show the same object, as SIMs of one cost center do. */
function objectFor(schema: GraphQLSchema, type: GraphQLObjectType, place: string, chance: RandomValues): object {
  if (chance.roll(`shared ${place}`, 2) === 0) return objectAt(schema, type, place, chance);
  const number = chance.roll(`which one ${place}`, 2);
  const name = `${type.name} ${number}`;
  return (chance.shared[name] ??= objectAt(schema, type, name, chance));
}

/** Properties are getters, as those of our SIMs are; some are methods. */
function objectAt(schema: GraphQLSchema, type: GraphQLObjectType, place: string, chance: RandomValues): object {
  const object = { __typename: type.name };
  for (const { name, type: fieldType } of Object.values(type.getFields())) {
    const get = () => valueFor(schema, fieldType, `${place}.${name}`, chance);
    const isMethod = chance.roll(`method ${place}.${name}`, 8) === 0;
    Object.defineProperty(object, name, { get: () => (isMethod ? get : get()) });
  }
  return object;
}
