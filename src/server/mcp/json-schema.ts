import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from "graphql";

/** A JSON Schema, 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface ObjectSchema extends JsonSchema {
  type: "object";
  properties: Record<string, JsonSchema>;
  required: string[];
  additionalProperties: false;
}

/** The JSON Schema of an input type's values. Input objects are written out, since few clients resolve references. */
export function jsonSchemaOf(type: GraphQLInputType, above: readonly GraphQLNamedInputType[] = []): JsonSchema {
  if (isNonNullType(type)) return nonNullSchema(type.ofType, above);
  return orNull(nonNullSchema(type, above));
}

/** Adds a text for models, unless the schema has one. */
export function described(schema: JsonSchema, description: string | null | undefined): JsonSchema {
  return description ? { ...schema, description } : schema;
}

function nonNullSchema(type: GraphQLInputType, above: readonly GraphQLNamedInputType[]): JsonSchema {
  if (isListType(type)) return { type: "array", items: jsonSchemaOf(type.ofType, above) };
  if (isEnumType(type)) return enumSchema(type);
  if (isInputObjectType(type)) return above.includes(type) ? { type: "object" } : objectSchema(type, above);
  const { jsonSchema } = type.extensions as { jsonSchema?: JsonSchema };
  return jsonSchema ?? BUILT_IN[type.name] ?? {};
}

const BUILT_IN: Readonly<Record<string, JsonSchema>> = {
  ID: { type: "string" },
  String: { type: "string" },
  Boolean: { type: "boolean" },
  Float: { type: "number" },
  Int: { type: "integer", minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
};

function enumSchema(type: GraphQLEnumType): JsonSchema {
  const values = type.getValues();
  const explained = values.flatMap(({ name, description }) => (description ? [`${name}: ${description}`] : []));
  return described({ type: "string", enum: values.map(({ name }) => name) }, explained.join(" "));
}

function objectSchema(type: GraphQLInputObjectType, above: readonly GraphQLNamedInputType[]): ObjectSchema {
  const fields = Object.values(type.getFields());
  const properties = fields.map(({ name, type: fieldType, description, defaultValue }) => {
    const schema = described(jsonSchemaOf(fieldType, [...above, type]), description);
    return [name, defaultValue === undefined ? schema : { ...schema, default: defaultValue }] as const;
  });
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: fields.filter(isRequiredInputField).map(({ name }) => name),
    additionalProperties: false,
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  if (typeof schema.type !== "string") return schema;
  const values = Array.isArray(schema.enum) ? { enum: [...(schema.enum as unknown[]), null] } : {};
  return { ...schema, type: [schema.type, "null"], ...values };
}
