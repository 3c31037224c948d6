import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  defaultFieldResolver,
  isObjectType,
} from "graphql";
import { Extensions } from "type-graphql";
import { type Caller, ROLES, type Role } from "../principal.ts";
import { type GraphContext } from "../context.ts";
import { forbidden, notFound } from "../errors.ts";
import { type MaybePromise, mapMaybePromise } from "../maybe-promise.ts";

/** The account of a field or a reference. */
type AccountSource =
  /** Named by an argument, by a path such as `input.accountId`; for a reference, by a field of its key. */
  | {
      argument: string;
      /** Path of another argument that is an account's id: the caller must be authorised for both. */
      also?: string;
      /** Finds the account if the argument is the id of another object. Undefined: no account. */
      accountOf?(id: string, context: never): Promise<string | undefined> | string | undefined;
    }
  /** The parent's, for which the caller was authorised when the parent was resolved. */
  | "parent"
  /** Several: the resolver filters by the caller's accounts. */
  | "filtered"
  /** None: the same for all callers. */
  | "none"
  /** That of the entity which the argument refers to: its type's rule is checked. */
  | "entity";

export interface AccessRule {
  /** The least role. */
  role: Role;
  account: AccountSource;
  /** Throws if this deployment does not offer the field. Called before an account is looked up. */
  available?(context: never): void;
}

const OWN_RULE = "access";
const CLASS_RULE = "accessOfClass";

/**
 * Declares which callers may use a field. On a resolver class it applies to all fields; on a method it overrides parts of
 * the class's rule.
 *
 * @param rule `account` is by default the parent's; root fields have no parent and must declare it
 */
export function Access(rule: Partial<AccessRule>): ClassDecorator & MethodDecorator {
  return (target: object, method?: string | symbol) => {
    if (method !== undefined) {
      Extensions({ [OWN_RULE]: rule })(target, method);
      return;
    }
    const prototype = (target as NewableFunction).prototype as object;
    for (const name of Object.getOwnPropertyNames(prototype)) Extensions({ [CLASS_RULE]: rule })(prototype, name);
  };
}

interface Extended {
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** The rule of a field, or of references to an entity type. Undefined: none, or an incomplete one. */
export function accessRuleOf({ extensions }: Extended, isRoot = false): AccessRule | undefined {
  const declared = {
    ...(extensions[CLASS_RULE] as object),
    ...(extensions[OWN_RULE] as object),
  } as Partial<AccessRule>;
  const { role, account = isRoot ? undefined : "parent" } = declared;
  return role && account && { ...declared, role, account };
}

/** Extensions of an entity type with the rule of its references. */
export const accessExtension = (rule: AccessRule) => ({ [OWN_RULE]: rule });

/** The path of the argument that is the account's id. */
export function accountArgumentOf(rule: AccessRule | undefined): string | undefined {
  const account = rule?.account;
  return typeof account === "object" && !account.accountOf ? account.argument : undefined;
}

/** Federation's root fields. `_entities` is subject to the rule of each type; `_service` is the schema. */
const FEDERATION_FIELDS: ReadonlySet<string> = new Set(["Query._entities", "Query._service"]);

/**
 * Checks each field's rule before `subscribe` of a subscription and before `resolve` of any other field. Every root field
 * and every field with a resolver must have a rule. Fields without a check beyond their parent's are not wrapped.
 *
 * @throws Error naming the fields without a rule
 */
export function enforceAccess(schema: GraphQLSchema): void {
  const fields = ruledFields(schema);
  const missing = fields.filter(({ rule }) => !rule).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`No access rule for ${missing.join(", ")}`);
  for (const { field, rule } of fields) {
    if (!rule || (rule.role === "viewer" && typeof rule.account === "string" && !rule.available)) continue;
    if (field.subscribe) field.subscribe = withAccessCheck(rule, field.subscribe);
    else field.resolve = withAccessCheck(rule, field.resolve ?? defaultFieldResolver);
  }
}

/** All rules: of fields by `Type.field`, of references by the entity type's name. */
export function accessRules(schema: GraphQLSchema): ReadonlyMap<string, AccessRule> {
  const rules = new Map<string, AccessRule>();
  for (const { name, rule } of ruledFields(schema)) if (rule) rules.set(name, rule);
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    const rule = accessRuleOf(type);
    if (rule) rules.set(type.name, rule);
  }
  return rules;
}

type Field = GraphQLField<unknown, GraphContext>;

function ruledFields(schema: GraphQLSchema): { name: string; field: Field; rule: AccessRule | undefined }[] {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith("__"))
    .flatMap((type) =>
      Object.values(type.getFields() as Record<string, Field>)
        .filter((field) => roots.has(type) || field.resolve !== undefined)
        .map((field) => ({ name: `${type.name}.${field.name}`, field, rule: accessRuleOf(field, roots.has(type)) })),
    )
    .filter(({ name }) => !FEDERATION_FIELDS.has(name));
}

function withAccessCheck(rule: AccessRule, next: GraphQLFieldResolver<unknown, GraphContext>): typeof next {
  return (source, args: object, context, info) =>
    mapMaybePromise(checkAccess(rule, args, context), () => next(source, args, context, info));
}

/**
 * Refuses fields that the caller is not authorised for. Accounts of others and accounts that do not exist get the same error:
 * neither is among the caller's accounts.
 *
 * @throws GraphQLError FORBIDDEN or NOT_FOUND, or that of `available`
 */
export function checkAccess(rule: AccessRule, names: object, context: GraphContext): MaybePromise<void> {
  const { role, account } = rule;
  const { caller } = context;
  if (ROLES.indexOf(caller.role) < ROLES.indexOf(role)) throw forbidden(`This needs the role ${role}`);
  rule.available?.(context as never);
  if (caller.accounts === undefined || typeof account === "string") return;
  if (account.also !== undefined && !isAuthorizedFor(caller, valueAt(names, account.also))) throw notFound();
  const id = valueAt(names, account.argument);
  const owner = typeof id === "string" && account.accountOf ? account.accountOf(id, context as never) : id;
  return mapMaybePromise(owner, (accountId) => {
    if (!isAuthorizedFor(caller, accountId)) throw notFound();
  });
}

/** Whether the caller is authorised for an account. */
export function isAuthorizedFor({ accounts }: Caller, accountId: unknown): boolean {
  return accounts === undefined || (typeof accountId === "string" && accounts.has(accountId));
}

export function valueAt(names: object, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], names);
}
