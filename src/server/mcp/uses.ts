import {
  type DocumentNode,
  type GraphQLInputField,
  type GraphQLSchema,
  TypeInfo,
  getNamedType,
  isInputObjectType,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { type AccessRule, ROLES, type Role, canHoldSecret } from "../../graph/index.ts";

/** The parts of the schema that an operation uses, as far as a tool depends on them. */
export interface Uses {
  /** The least role that may use all of its fields. */
  role: Role;
  canHoldSecret: boolean;
  /** The descriptions of its root fields, which state their cost. */
  roots: readonly string[];
  /** By variable: the description of the argument or input field that takes it. */
  descriptions: ReadonlyMap<string, string>;
}

export function usesOf(document: DocumentNode, schema: GraphQLSchema, rules: ReadonlyMap<string, AccessRule>): Uses {
  const types = new TypeInfo(schema);
  const rootTypes: unknown[] = [schema.getQueryType(), schema.getMutationType()];
  const roots = new Set<string>();
  const descriptions = new Map<string, string>();
  /** From the outermost input object. */
  const inputFields: (GraphQLInputField | undefined)[] = [];
  let highest = 0;
  let holdsSecret = false;
  visit(
    document,
    visitWithTypeInfo(types, {
      Field() {
        const [field, parent] = [types.getFieldDef(), types.getParentType()];
        if (!field || !parent) return;
        const rule = rules.get(`${parent.name}.${field.name}`);
        highest = Math.max(highest, ROLES.indexOf(rule?.role ?? "viewer"));
        holdsSecret ||= canHoldSecret(field);
        if (rootTypes.includes(parent) && field.description) roots.add(field.description);
      },
      ObjectField: {
        enter({ name }) {
          const type = getNamedType(types.getParentInputType());
          inputFields.push(isInputObjectType(type) ? type.getFields()[name.value] : undefined);
        },
        leave: () => void inputFields.pop(),
      },
      Variable({ name }) {
        const place = inputFields.at(-1) ?? types.getArgument();
        if (place?.description && !descriptions.has(name.value)) descriptions.set(name.value, place.description);
      },
    }),
  );
  return { role: ROLES[highest] ?? "admin", canHoldSecret: holdsSecret, roots: [...roots], descriptions };
}
