import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
} from "graphql";
import { getMetadataStorage } from "type-graphql";

type Storage = ReturnType<typeof getMetadataStorage>;
type Metadata = Storage["queries"][number] | Storage["fieldResolvers"][number];
type ParamMetadata = NonNullable<Metadata["params"]>[number];
type Field = GraphQLField<unknown, unknown>;
type Resolver = GraphQLFieldResolver<unknown, unknown>;
type Args = Readonly<Record<string, unknown>>;
type Method = (...params: unknown[]) => unknown;
type Read = (root: unknown, args: Args, context: unknown, info: GraphQLResolveInfo) => unknown;

/** Fast calls of the common parameter lists of resolvers that run per row. */
const CALLS: Readonly<Record<string, (method: Method, self: object) => Resolver>> = {
  root: (method, self) => (root) => method.call(self, root),
  "root context": (method, self) => (root, _args, context) => method.call(self, root, context),
  "root context info": (method, self) => (root, _args, context, info) => method.call(self, root, context, info),
};

/**
 * Calls queries and field resolvers directly. TypeGraphQL collects and sorts their parameters in each call, with a promise for
 * each argument, which in lists takes longer than the resolver. Resolvers that need its other steps (roles, middlewares,
 * instances of input classes, validation) are left to it.
 */
export function callResolversDirectly(schema: GraphQLSchema): void {
  const { queries, fieldResolvers, objectTypes } = getMetadataStorage();
  const root = schema.getQueryType()?.name;
  for (const metadata of queries) if (root !== undefined) callDirectly(schema, root, metadata);
  for (const metadata of fieldResolvers) {
    const owner = metadata.kind === "external" && metadata.getObjectType?.();
    const name = objectTypes.find(({ target }) => target === owner)?.name;
    if (name !== undefined) callDirectly(schema, name, metadata);
  }
}

function callDirectly(schema: GraphQLSchema, typeName: string, metadata: Metadata): void {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[metadata.schemaName] : undefined;
  const resolve = field?.resolve && directResolver(metadata, field);
  if (resolve) field.resolve = resolve;
}

function directResolver({ params = [], roles, middlewares = [], target, methodName }: Metadata, field: Field) {
  if (roles || middlewares.length > 0) return undefined;
  const ordered = [...params].sort((a, b) => a.index - b.index);
  const reads = ordered.map((param) => readerOf(param, field));
  if (!reads.every((read) => read !== undefined)) return undefined;
  const self = new (target as new () => Record<string, Method>)();
  const method = self[methodName];
  return method && (CALLS[ordered.map(({ kind }) => kind).join(" ")]?.(method, self) ?? callWith(reads, method, self));
}

function callWith(reads: readonly Read[], method: Method, self: object): Resolver {
  return (root, args: Args, context, info) =>
    method.apply(
      self,
      reads.map((read) => read(root, args, context, info)),
    );
}

/** Undefined for a parameter that needs TypeGraphQL's processing. */
function readerOf(param: ParamMetadata, { args }: Field): Read | undefined {
  switch (param.kind) {
    case "root":
      return param.propertyName || param.getType ? undefined : (root) => root;
    case "context":
      return param.propertyName ? undefined : (_root, _args, context) => context;
    case "info":
      return (_root, _args, _context, info) => info;
    case "arg": {
      const { name, validateFn, validateSettings } = param;
      const type = args.find((arg) => arg.name === name)?.type;
      const isPlain = type && isLeafType(getNamedType(type)) && !validateFn && validateSettings === undefined;
      return isPlain ? (_root, args) => args[name] : undefined;
    }
    default:
      return undefined;
  }
}
