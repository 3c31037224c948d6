import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  defaultFieldResolver,
  isObjectType,
} from "graphql";
import { type Caller, ROLES, type Role } from "./caller.ts";
import { type GraphContext } from "./context.ts";
import { forbidden, notFound } from "./errors.ts";
import { type MaybePromise, whenThere } from "./loader.ts";

/** Where the account stands that a field or a reference is about. */
type AccountPlace =
  /** In its arguments, or in the reference: by a path such as `input.accountId`. */
  | {
      at: string;
      /** When it is no account's id but something that belongs to one: finds whose it is; undefined: nobody's. */
      via?(id: string, context: never): Promise<string | undefined> | string | undefined;
    }
  /** It is its parent's, which was within reach when it was resolved. */
  | "parent"
  /** What it gives is cut down to the caller's accounts where it is read. */
  | "filtered"
  /** It tells nothing of any account. */
  | "none";

/** Who may ask for a field or a reference. */
export interface AccessRule {
  /** The least role. */
  role: Role;
  account: AccountPlace;
  /** Throws where this deployment does not offer it to anybody: told before any account is looked up. */
  offered?(context: never): void;
}

/** Rules by field (`Query.accounts`, `Account.subscriptions`) and, for references, by type (`Account`). */
export type AccessRules = Readonly<Record<string, AccessRule>>;

/** A gateway's own root fields. What `_entities` finds has a rule for each type; `_service` is the schema. */
const FEDERATION_FIELDS: ReadonlySet<string> = new Set(["Query._entities", "Query._service"]);

/**
 * Puts each rule before its field: before `subscribe` of a live update, before `resolve` of any other. What has a
 * resolver of its own could read KORE, so it must have a rule, or the schema cannot be built. Only what a rule asks
 * something of is wrapped: fields of lists that are open to whoever reached their parent cost nothing.
 *
 * @throws Error naming the fields without a rule, and the rules without a field
 */
export function enforceAccess(schema: GraphQLSchema, rules: AccessRules, references: readonly string[]): void {
  const fields = new Map(ruledFields(schema));
  const missing = [...fields.keys(), ...references].filter((name) => !Object.hasOwn(rules, name));
  const idle = Object.keys(rules).filter((name) => !fields.has(name) && !references.includes(name));
  if (missing.length > 0) throw new Error(`No access rule for ${missing.join(", ")}`);
  if (idle.length > 0) throw new Error(`Access rules for what is not there: ${idle.join(", ")}`);
  for (const [name, field] of fields) {
    const rule = rules[name] as AccessRule;
    if (rule.role === "viewer" && typeof rule.account === "string" && !rule.offered) continue;
    if (field.subscribe) field.subscribe = behind(rule, field.subscribe);
    else field.resolve = behind(rule, field.resolve ?? defaultFieldResolver);
  }
}

type Field = GraphQLField<unknown, GraphContext>;

function ruledFields(schema: GraphQLSchema): [name: string, field: Field][] {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith("__"))
    .flatMap((type) =>
      Object.values(type.getFields() as Record<string, Field>)
        .filter((field) => roots.has(type) || field.resolve !== undefined)
        .map((field): [string, Field] => [`${type.name}.${field.name}`, field]),
    )
    .filter(([name]) => !FEDERATION_FIELDS.has(name));
}

function behind(rule: AccessRule, next: GraphQLFieldResolver<unknown, GraphContext>): typeof next {
  return (source, args: object, context, info) =>
    whenThere(checkAccess(rule, args, context), () => next(source, args, context, info));
}

/**
 * Refuses what the caller may not ask for. An account that the caller does not reach and one that does not exist are
 * told apart by nothing: neither is in the caller's list, and both are refused here, in the same words.
 */
export function checkAccess(rule: AccessRule, names: object, context: GraphContext): MaybePromise<void> {
  const { role, account } = rule;
  const { caller } = context;
  if (ROLES.indexOf(caller.role) < ROLES.indexOf(role)) throw forbidden(`This needs the role ${role}`);
  rule.offered?.(context as never);
  if (caller.accounts === undefined || typeof account === "string") return;
  const id = valueAt(names, account.at);
  const owner = typeof id === "string" && account.via ? account.via(id, context as never) : id;
  return whenThere(owner, (accountId) => {
    if (!reaches(caller, accountId)) throw notFound();
  });
}

/** Whether an account is within the caller's reach. */
export function reaches({ accounts }: Caller, accountId: unknown): boolean {
  return accounts === undefined || (typeof accountId === "string" && accounts.has(accountId));
}

function valueAt(names: object, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], names);
}
