import {
  type DocumentNode,
  type GraphQLAbstractType,
  type GraphQLSchema,
  buildASTSchema,
  concatAST,
  isAbstractType,
  isObjectType,
  isScalarType,
  parse,
} from "graphql";
import { type SchemaPrefix } from "./prefix.ts";

/**
 * The schema of definitions, with the fields that the subgraph specification of Apollo Federation adds. `@apollo/subgraph`
 * adds them, too, and takes a third of a start.
 */
export function executableSchema(definitions: readonly DocumentNode[], entities: readonly string[]): GraphQLSchema {
  const federation = parse(`
    scalar _Any
    union _Entity${entities
      .map((name) => ` | ${name}`)
      .join("")
      .replace("|", "=")}
    type _Service { sdl: String }
    extend type Query {
      ${entities.length > 0 ? "_entities(representations: [_Any!]!): [_Entity]!" : ""}
      _service: _Service!
    }`);
  return buildASTSchema(concatAST([...definitions, federation]), { assumeValid: true });
}

/** Copies resolvers, and extensions with the rules of fields, which definitions do not have. Enum values are their names. */
export function copyBehaviour(from: GraphQLSchema, to: GraphQLSchema, names: SchemaPrefix): void {
  const roots = new Set([from.getQueryType(), from.getMutationType(), from.getSubscriptionType()]);
  for (const [name, source] of Object.entries(from.getTypeMap())) {
    const target = to.getType(names.typeName(name));
    if (isScalarType(source) && isScalarType(target)) {
      const { serialize, parseValue, parseLiteral, extensions } = source;
      Object.assign(target, { serialize, parseValue, parseLiteral, extensions });
    }
    if (isAbstractType(source) && isAbstractType(target)) target.resolveType = typeResolver(source, names);
    if (!isObjectType(source) || !isObjectType(target)) continue;
    target.isTypeOf = source.isTypeOf;
    target.extensions = source.extensions;
    for (const [fieldName, { resolve, subscribe, extensions }] of Object.entries(source.getFields())) {
      const field = target.getFields()[roots.has(source) ? names.rootField(fieldName) : fieldName];
      if (field) Object.assign(field, { resolve, subscribe, extensions });
    }
  }
}

function typeResolver({ resolveType }: GraphQLAbstractType, names: SchemaPrefix): GraphQLAbstractType["resolveType"] {
  if (!resolveType) return undefined;
  return async (...args) => {
    const name = await resolveType(...args);
    return name === undefined ? name : names.typeName(name);
  };
}
