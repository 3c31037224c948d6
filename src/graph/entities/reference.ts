import { type GraphQLResolveInfo, isScalarType } from "graphql";
import { getMetadataStorage } from "type-graphql";
import { type GraphContext } from "../context.ts";
import { type CostedLoader, type FieldCost } from "../cost/index.ts";
import { userInputError } from "../errors.ts";
import { type AccessRule, checkAccess } from "../rules/access.ts";
import { type IdRule } from "../rules/ids.ts";
import { SchemaPrefix } from "../schema/prefix.ts";

/** Resolves a reference by one of the entity's keys. `null`: not found. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each type knows its own keys and context
export type ReferenceResolver = (reference: any, context: any, info: GraphQLResolveInfo) => unknown;

/** The resolver of references to an entity type, with the rules that fields declare by decorators. */
interface ReferenceRules {
  /** `argument` is a field of the key. */
  access: AccessRule;
  /** The loader of the entities; or `costs`, if the calls do not follow from a loader. */
  loads?: CostedLoader;
  costs?: FieldCost;
  resolve: ReferenceResolver;
}

export interface EntityReference extends ReferenceRules {
  type: NewableFunction;
}

export const reference = (type: NewableFunction, rules: ReferenceRules): EntityReference => ({ type, ...rules });

export function typeNameOf({ type }: EntityReference): string {
  const name = getMetadataStorage().objectTypes.find(({ target }) => target === type)?.name;
  if (name === undefined) throw new Error(`${type.name} is no object type`);
  return name;
}

export function withAccessCheck(
  access: AccessRule,
  resolve: ReferenceResolver,
  { isValid, rule: idRule }: IdRule,
): ReferenceResolver {
  return async (reference: object, context: GraphContext, info) => {
    await checkAccess(access, reference, context);
    const malformed = Object.entries(reference).find(([, value]) => typeof value === "string" && !isValid(value));
    if (malformed) throw userInputError(`representations: ${malformed[0]}: ${idRule}`);
    return resolve(reference, context, info);
  };
}

/** Parses a key of a gateway's reference by its scalar: Apollo does not. */
export function parseKey(info: GraphQLResolveInfo, scalar: string, field: string, value: unknown): string {
  const type = info.schema.getType(SchemaPrefix.of(info.schema).typeName(scalar));
  if (!isScalarType(type)) throw new Error(`No scalar ${scalar} in the schema`);
  try {
    return type.parseValue(value) as string;
  } catch (error) {
    throw userInputError(`${field}: ${(error as Error).message}`);
  }
}
