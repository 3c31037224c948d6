import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  Kind,
  type ObjectTypeDefinitionNode,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  visit,
} from "graphql";
import { type CostItems, UpstreamCalls, fieldCostOf } from "../cost/cost.ts";
import { ROLES, type Role } from "../principal.ts";
import { accessRules } from "../rules/access.ts";

export interface DirectiveOptions {
  /** `@authenticated` and `@requiresScopes`: routers have them in some plans only. @default false */
  hasAuthDirectives?: boolean;
  /** In which costs are computed: what a deployment is assumed to have. @default none, and no costs are printed */
  costContext?: unknown;
}

/** Federation's directives that are used. */
export function importsOf({ hasAuthDirectives, costContext }: DirectiveOptions): string[] {
  return [
    ...["@key", "@shareable", "@tag"],
    ...(costContext === undefined ? [] : ["@cost", "@listSize"]),
    ...(hasAuthDirectives ? ["@authenticated", "@requiresScopes"] : []),
  ];
}

/**
 * Adds what the schema's rules say, for routers: costs in KORE requests, the roles that fields need, and the tag `write` of
 * mutations. A router's estimate is coarser than `queryCost`, which is enforced here: weights are whole numbers per item.
 */
export function addFederationDirectives(
  document: DocumentNode,
  schema: GraphQLSchema,
  options: DirectiveOptions,
): DocumentNode {
  const rules = accessRules(schema);
  const auth = (name: string) => (options.hasAuthDirectives ? authDirectives(rules.get(name)?.role) : []);
  const mutation = schema.getMutationType()?.name;
  const fieldDirectives = (type: string, field: FieldDefinitionNode) => [
    ...costDirectives(schema, type, field.name.value, options.costContext),
    ...auth(`${type}.${field.name.value}`),
    ...(type === mutation ? [directive("tag", { name: string("write") })] : []),
  ];
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].map(
    (type) => type?.name,
  );
  const isFree = ({ name, directives = [] }: ObjectTypeDefinitionNode) =>
    options.costContext !== undefined &&
    !roots.includes(name.value) &&
    !directives.some((one) => one.name.value === "shareable"); // Other subgraphs may have a cost for it.
  return visit(document, {
    ObjectTypeDefinition: (type) => ({
      ...type,
      directives: [
        ...(type.directives ?? []),
        ...(isFree(type) ? [directive("cost", { weight: int(0) })] : []), // Routers count an object as 1 otherwise.
        ...auth(type.name.value),
      ],
      fields: type.fields?.map((field) => ({
        ...field,
        directives: [...(field.directives ?? []), ...fieldDirectives(type.name.value, field)],
      })),
    }),
  });
}

/** A viewer is any caller; other roles include those before. */
function authDirectives(role: Role | undefined): ConstDirectiveNode[] {
  if (role === undefined) return [];
  if (role === ROLES[0]) return [directive("authenticated", {})];
  const sufficient = ROLES.slice(ROLES.indexOf(role));
  return [
    directive("requiresScopes", { scopes: list(sufficient.map((name) => list([string(`kore-graph:${name}`)]))) }),
  ];
}

/** Items by which calls in batches are divided. */
const ITEMS = 100;

function costDirectives(schema: GraphQLSchema, typeName: string, fieldName: string, context: unknown) {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  const cost = field && fieldCostOf(field);
  if (!field || !cost || context === undefined || typeName.endsWith("Connection")) return []; // See `sizedFields`.
  const isRoot = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(
    type as never,
  );
  const calls = new UpstreamCalls();
  const parent = isRoot ? ROOT : PAGE;
  const args = Object.fromEntries(
    field.args.filter(isRequiredArgument).map(({ name, type }): [string, unknown] => [name, sample(type)]),
  );
  const selected = () => namesBelow(field);
  const below = cost({ parent, args, path: fieldName, selected, calls, context });
  const size = (below?.count ?? parent.count) / parent.count;
  const isList = isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
  const weight = Math.round(calls.total / parent.count / (isList ? Math.max(size, 1) : 1));
  const isPage = field.args.some(({ name }) => name === "first");
  // Without `assumedSize`: `first` has a default, and composers refuse both.
  const ofPage = {
    slicingArguments: list([string("first")]),
    sizedFields: list([string("nodes"), string("edges")]),
    requireOneSlicingArgument: { kind: Kind.BOOLEAN, value: false } as const,
  };
  return [
    ...(weight > 0 ? [directive("cost", { weight: int(weight) })] : []),
    ...(isPage ? [directive("listSize", ofPage)] : []),
    ...(isList && size > 1 ? [directive("listSize", { assumedSize: int(Math.round(size)) })] : []),
  ];
}

const ROOT: CostItems = {
  ...{ key: "", count: 1, batches: 1, preloaded: [], listSizes: {} },
  accounts: { key: "account", count: 1 },
};

/** The items of one page. */
const PAGE: CostItems = { ...ROOT, key: "items", count: ITEMS };

function namesBelow(field: GraphQLField<unknown, unknown>): string[] {
  const type = getNamedType(field.type);
  return isObjectType(type) ? Object.keys(type.getFields()) : [];
}

/** A value with what is required: costs read lengths of lists. */
function sample(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sample(type.ofType);
  if (isListType(type)) return [sample(type.ofType)];
  if (!isInputObjectType(type)) return "1";
  const required = Object.values(type.getFields()).filter(isRequiredInputField);
  return Object.fromEntries(required.map(({ name, type }): [string, unknown] => [name, sample(type)]));
}

function directive(name: string, values: Readonly<Record<string, ConstValueNode>>): ConstDirectiveNode {
  const args = Object.entries(values).map(([argument, value]): ConstArgumentNode => ({
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: argument },
    value,
  }));
  return { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: name }, arguments: args };
}

const string = (value: string): ConstValueNode => ({ kind: Kind.STRING, value });
const int = (value: number): ConstValueNode => ({ kind: Kind.INT, value: String(value) });
const list = (values: readonly ConstValueNode[]): ConstValueNode => ({ kind: Kind.LIST, values });
