import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  TypeInfo,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isInterfaceType,
  isObjectType,
  separateOperations,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from "graphql";

/** Whether anything in a schema is deprecated. */
export function hasDeprecations(schema: GraphQLSchema): boolean {
  return Object.values(schema.getTypeMap()).some((type) => {
    if (isEnumType(type)) return type.getValues().some(isDeprecated);
    if (isInputObjectType(type)) return Object.values(type.getFields()).some(isDeprecated);
    if (!isObjectType(type) && !isInterfaceType(type)) return false;
    return Object.values(type.getFields()).some((field) => isDeprecated(field) || field.args.some(isDeprecated));
  });
}

const isDeprecated = ({ deprecationReason }: { deprecationReason?: string | null | undefined }): boolean =>
  typeof deprecationReason === "string";

/** The deprecated elements that an operation uses, by their schema coordinates, such as `Query.old` and `Sort.OLD`. */
export interface DeprecatedElements {
  /** Those in the document. */
  readonly inDocument: readonly string[];
  /** Variables whose values can hold further ones. */
  readonly variables: readonly { readonly name: string; readonly type: GraphQLInputType }[];
}

/** Depends on the document only, so it is found once for each. */
export function deprecatedElements(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DeprecatedElements {
  const types = new TypeInfo(schema);
  const found = new Set<string>();
  const own = separateOperations(document)[operation.name?.value ?? ""] ?? document;
  visit(
    own,
    visitWithTypeInfo(types, {
      Field() {
        const [field, parent] = [types.getFieldDef(), types.getParentType()];
        if (field && parent && isDeprecated(field)) found.add(`${parent.name}.${field.name}`);
      },
      Argument() {
        const [arg, field, parent] = [types.getArgument(), types.getFieldDef(), types.getParentType()];
        if (!arg || !field || !parent || types.getDirective() || !isDeprecated(arg)) return;
        found.add(`${parent.name}.${field.name}(${arg.name}:)`);
      },
      ObjectField({ name }) {
        const type = getNamedType(types.getParentInputType());
        const field = isInputObjectType(type) ? type.getFields()[name.value] : undefined;
        if (type && field && isDeprecated(field)) found.add(`${type.name}.${field.name}`);
      },
      EnumValue() {
        const [type, value] = [getNamedType(types.getInputType()), types.getEnumValue()];
        if (type && value && isDeprecated(value)) found.add(`${type.name}.${value.name}`);
      },
    }),
  );
  const variables = (operation.variableDefinitions ?? []).flatMap(({ variable, type: node }) => {
    const type = typeFromAST(schema, node);
    return isInputType(type) && canHold(type) ? [{ name: variable.name.value, type }] : [];
  });
  return { inDocument: [...found], variables };
}

/** Whether values of a type can hold deprecated elements. */
function canHold(type: GraphQLInputType, above: readonly GraphQLNamedInputType[] = []): boolean {
  const named = getNamedType(type);
  if (isEnumType(named)) return named.getValues().some(isDeprecated);
  if (!isInputObjectType(named) || above.includes(named)) return false;
  return Object.values(named.getFields()).some(
    (field) => isDeprecated(field) || canHold(field.type, [...above, named]),
  );
}

/** Adds the deprecated elements in a variable's value. */
export function addElementsIn(type: GraphQLInputType, value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) addElementsIn(type, item, found);
    return;
  }
  const named = getNamedType(type);
  if (isEnumType(named)) {
    const chosen = typeof value === "string" ? named.getValue(value) : undefined;
    if (chosen && isDeprecated(chosen)) found.add(`${named.name}.${chosen.name}`);
  }
  if (!isInputObjectType(named) || typeof value !== "object" || value === null) return;
  for (const field of Object.values(named.getFields())) {
    const given = (value as Readonly<Record<string, unknown>>)[field.name];
    if (given === undefined) continue;
    if (isDeprecated(field)) found.add(`${named.name}.${field.name}`);
    addElementsIn(field.type, given, found);
  }
}
