import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isNullableType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from "graphql";

const PAGE_ARGUMENTS = new Set(["first", "after"]);

/** Configuration of client libraries, by file name: TypeScript, formatted as Prettier formats it. */
export function printClientFiles(schema: GraphQLSchema): Readonly<Record<string, string>> {
  const shape = shapeOf(schema);
  return { "apollo.ts": apollo(shape), "graphcache.ts": graphcache(shape), "scalars.ts": scalars(shape) };
}

/** By name, in alphabetical order. */
interface Shape {
  /** Types of objects by interface. */
  possibleTypes: Readonly<Record<string, readonly string[]>>;
  /** Types without an id: their objects belong to the parent. */
  embedded: readonly string[];
  /** Types without an id of which the graph has one object. */
  single: readonly string[];
  /** Types whose id may be null. */
  maybeIdentified: readonly string[];
  /** By type and field: the arguments that distinguish lists. */
  connections: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  scalars: readonly string[];
}

function shapeOf(schema: GraphQLSchema): Shape {
  const named = Object.values(schema.getTypeMap())
    .filter(({ name }) => !/^_|[^_]__/.test(name))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const objects = named.filter(isObjectType);
  const withoutId = objects.filter((type) => !roots.includes(type) && !("id" in type.getFields()));
  const isSingle = (type: GraphQLObjectType) =>
    Object.values(schema.getQueryType()?.getFields() ?? {}).some(
      (field) => getNullableType(field.type) === type && field.args.length === 0,
    );
  const connections = objects.flatMap((type) => {
    const lists = Object.values(type.getFields()).filter((field) =>
      getNamedType(field.type).name.endsWith("Connection"),
    );
    const keys = lists.map(({ name, args }) => {
      const distinguishing = args.map((arg) => arg.name).filter((arg) => !PAGE_ARGUMENTS.has(arg));
      return [name, distinguishing.sort()] as const;
    });
    return keys.length === 0 ? [] : [[type.name, Object.fromEntries(keys)] as const];
  });
  return {
    possibleTypes: Object.fromEntries(
      named.filter(isAbstractType).map((type) => [
        type.name,
        schema
          .getPossibleTypes(type)
          .map(({ name }) => name)
          .sort(),
      ]),
    ),
    embedded: namesOf(withoutId.filter((type) => !isSingle(type))),
    single: namesOf(withoutId.filter(isSingle)),
    maybeIdentified: namesOf(objects.filter((type) => isNullableType(type.getFields().id?.type))),
    connections: Object.fromEntries(connections),
    scalars: namesOf(named.filter(isScalarType).filter((type) => !isSpecifiedScalarType(type))),
  };
}

const namesOf = (types: readonly { name: string }[]) => types.map(({ name }) => name);

const HEAD = '// Written by "npm run generate:schema".';

function apollo({ possibleTypes, embedded, single, connections }: Shape): string {
  const policies: [string, string][] = [
    ...embedded.filter((name) => !connections[name]).map((name): [string, string] => [name, "EMBEDDED"]),
    ...single.map((name): [string, string] => [name, "{ keyFields: [] }"]),
    ...Object.entries(connections).map(([name, fields]): [string, string] => {
      const lines = Object.entries(fields).map(
        ([field, keys]) => `      ${field}: relayStylePagination(${keys.length > 0 ? listed(keys) : ""}),\n`,
      );
      // An embedded object with a connection is merged, so that pages are added to the connection.
      const merging = embedded.includes(name) ? "    keyFields: false,\n    merge: true,\n" : "";
      return [name, `{\n${merging}    fields: {\n${lines.join("")}    },\n  }`];
    }),
  ];
  return `${HEAD}
import { type TypePolicies } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";

/** For fragments on interfaces. */
export const possibleTypes = {
${Object.entries(possibleTypes)
  .map(([name, types]) => `  ${name}: ${inLines(name, types)},\n`)
  .join("")}};

/** An object without an id belongs to its parent. It is replaced as a whole: fields of two moments must not mix. */
const EMBEDDED = { keyFields: false, merge: false } as const;

/** Connections are one list for each filter and order: page by \`edges\`. */
export const typePolicies: TypePolicies = {
${sorted(policies).join("")}};
`;
}

function graphcache({ embedded, single, maybeIdentified, connections }: Shape): string {
  const keys: [string, string][] = [
    ...[...embedded, ...single].map((name): [string, string] => [name, "embedded"]),
    ...maybeIdentified.map((name): [string, string] => [name, "byId"]),
  ];
  const pages = Object.entries(connections).map(([name, fields]): [string, string] => [
    name,
    `{\n${Object.keys(fields)
      .map((field) => `    ${field}: relayPagination(),\n`)
      .join("")}  }`,
  ]);
  return `${HEAD}
import { type KeyingConfig, type ResolverConfig } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";

/** An object without an id belongs to its parent. */
const embedded = () => null;

const byId: KeyingConfig[string] = ({ id }) => (typeof id === "string" ? id : null);

export const keys: KeyingConfig = {
${sorted(keys).join("")}};

/** Connections are one list for each filter and order. */
export const resolvers: ResolverConfig = {
${sorted(pages).join("")}};
`;
}

function scalars({ scalars: names }: Shape): string {
  return `${HEAD}

/** GraphQL Code Generator: \`config.scalars\`. Relay: \`customScalarTypes\`. */
export const scalars = {
${names.map((name) => `  ${name}: "string",\n`).join("")}} as const;

/** gql.tada: \`scalars\`. */
export type Scalars = { [Name in keyof typeof scalars]: string };
`;
}

/** A property that fills more than a line of 120 characters has a line for each item. */
function inLines(property: string, names: readonly string[]): string {
  const line = listed(names);
  return `  ${property}: ${line},`.length <= 120 ? line : `[\n${names.map((name) => `    "${name}",\n`).join("")}  ]`;
}

const listed = (names: readonly string[]) => `[${names.map((name) => `"${name}"`).join(", ")}]`;

const sorted = (entries: readonly [string, string][]) =>
  [...entries].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, value]) => `  ${name}: ${value},\n`);
