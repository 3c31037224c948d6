import { type GraphQLFieldResolver, type GraphQLResolveInfo, type GraphQLSchema, isObjectType } from "graphql";
import { getMetadataStorage } from "type-graphql";

type FieldMetadata = ReturnType<typeof getMetadataStorage>["fieldResolvers"][number];
type Resolver = GraphQLFieldResolver<unknown, unknown>;
type Method = (root: unknown, context?: unknown, info?: GraphQLResolveInfo) => unknown;

/** The parameters of resolvers that run once a row, in the order that all of them keep. */
const CALLS: Readonly<Record<string, (method: Method, self: object) => Resolver>> = {
  root: (method, self) => (root) => method.call(self, root),
  "root context": (method, self) => (root, _args, context) => method.call(self, root, context),
  "root context info": (method, self) => (root, _args, context, info) => method.call(self, root, context, info),
};

/**
 * Calls field resolvers that take no arguments as they are. TypeGraphQL gathers and sorts their parameters anew in each
 * call, which in lists costs more than the resolver. What it does besides (roles, middlewares) stays with it.
 */
export function callLeanly(schema: GraphQLSchema): void {
  const { fieldResolvers, objectTypes } = getMetadataStorage();
  for (const metadata of fieldResolvers) {
    const owner = metadata.getObjectType?.();
    const name = objectTypes.find(({ target }) => target === owner)?.name;
    const type = name === undefined ? undefined : schema.getType(name);
    const field = isObjectType(type) ? type.getFields()[metadata.schemaName] : undefined;
    const resolve = leanly(metadata);
    if (field?.resolve && resolve) field.resolve = resolve;
  }
}

function leanly({
  kind,
  params = [],
  roles,
  middlewares = [],
  target,
  methodName,
}: FieldMetadata): Resolver | undefined {
  if (kind !== "external" || roles || middlewares.length > 0) return undefined;
  const ordered = [...params].sort((a, b) => a.index - b.index);
  const isWhole = ordered.every(
    (param) => !("propertyName" in param && param.propertyName) && !("getType" in param && param.getType),
  );
  const call = isWhole ? CALLS[ordered.map((param) => param.kind).join(" ")] : undefined;
  if (!call) return undefined;
  const self = new (target as new () => Record<string, Method>)();
  const method = self[methodName];
  return method && call(method, self);
}
