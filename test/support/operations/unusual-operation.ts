import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  OperationTypeNode,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";

const ODD: readonly unknown[] = [
  ...[null, true, -1, 0, 1.5, 2147483648, "", "x", "\ud800", "\u0000", "__proto__", "9".repeat(30), [], {}, [null]],
  ...[
    "9999-12-31T00:00:00Z",
    "-271821-04-20T00:00:00Z",
    [1, 2, null, {}],
    { id: null },
    { toString: 1 },
    { length: 3 },
  ],
];

/** Values that fit their types, most of them. */
const FITTING: Readonly<Record<string, readonly unknown[]>> = {
  ID: ["acme", "x", "", "a/b"],
  ICCID: ["8988303000000000001"],
  EID: ["89033023426200000000000000000001"],
  Int: [0, 1, 5, -1, 1000, 2147483647],
  Boolean: [true, false],
  Date: ["2026-01-31", "2026-02-30"],
  DateTime: ["2026-01-31T12:00:00Z", "0000-01-01T00:00:00Z"],
  EmailAddress: ["a@b.example"],
  String: ["x", "", " ", "x".repeat(300)],
  IMEI: ["490154203237518"],
  IMSI: ["901288000000001"],
  MSISDN: ["+447700900123"],
  _Any: [
    { __typename: "Account", id: "acme" },
    { __typename: "Client", id: 5 },
    { __typename: "Account", id: 1.5 },
  ],
};

/**
 * An operation that may be valid, with variables that may fit: nullable where an argument is not, with defaults, null,
 * missing, in lists and in conditions.
 */
export function unusualOperation(schema: GraphQLSchema, random: () => number) {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const variables: Record<string, unknown> = {};
  const definitions: string[] = [];
  let names = 0;

  const fitting = (type: GraphQLInputType): unknown => {
    if (isNonNullType(type)) return fitting(type.ofType);
    if (isListType(type)) return Array.from({ length: Math.floor(random() * 3) }, () => value(type.ofType));
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (!isInputObjectType(type)) return pick(FITTING[type.name] ?? ["x"]);
    const fields = Object.values(type.getFields()).filter(
      (field) => random() < (isNonNullType(field.type) ? 0.97 : 0.5),
    );
    return Object.fromEntries(fields.map((field) => [field.name, value(field.type)]));
  };
  const value = (type: GraphQLInputType): unknown => (random() < 0.08 ? pick(ODD) : fitting(type));
  const literal = (given: unknown): string => {
    if (Array.isArray(given)) return `[${given.map(literal).join(" ")}]`;
    if (typeof given !== "object" || given === null) return JSON.stringify(given);
    return `{${Object.entries(given)
      .map(([name, item]) => `${name}: ${literal(item)}`)
      .join(" ")}}`;
  };

  const variable = (type: GraphQLInputType): string => {
    const name = `v${(names += 1)}`;
    const declared = String(type).replaceAll("!", () => (random() < 0.4 ? "" : "!"));
    const isPlain = !isEnumType(getNamedType(type)) && !isInputObjectType(getNamedType(type));
    const hasDefault = !declared.endsWith("!") && isPlain && random() < 0.5;
    definitions.push(`$${name}: ${declared}${hasDefault ? ` = ${literal(fitting(type))}` : ""}`);
    const chance = random();
    if (chance < 0.85) variables[name] = chance < 0.2 ? null : value(type);
    return `$${name}`;
  };
  const argument = (type: GraphQLInputType): string => {
    if (isListType(type) && random() < 0.3) return `[${variable(type.ofType)}]`;
    const isPlain = !isEnumType(getNamedType(type)) && !isInputObjectType(getNamedType(type));
    return isPlain && random() < 0.25 ? literal(value(type)) : variable(type);
  };
  const condition = () => {
    const type = schema.getType("Boolean") as GraphQLInputType;
    return random() < 0.1 ? ` @${pick(["skip", "include"])}(if: ${variable(type)})` : "";
  };
  const fieldText = (field: GraphQLField<unknown, unknown>, depth: number): string => {
    const given = field.args.filter((arg) => random() < (isNonNullType(arg.type) ? 0.98 : 0.5));
    const list = given.map((arg) => `${arg.name}: ${argument(arg.type)}`).join(", ");
    const type = getNamedType(field.type);
    const below = isLeafType(type) ? "" : isObjectType(type) ? selection(type, depth - 1) : "{ __typename }";
    return `f${(names += 1)}: ${field.name}${list === "" ? "" : `(${list})`}${condition()} ${below}`;
  };
  const selection = (type: GraphQLObjectType, depth: number): string => {
    const fields = Object.values(type.getFields()).filter((one) => depth > 0 || isLeafType(getNamedType(one.type)));
    const chosen = fields.length === 0 ? [] : [pick(fields), pick(fields), pick(fields)];
    return `{ __typename ${chosen.map((field) => fieldText(field, depth)).join(" ")} }`;
  };

  const kind = random() < 0.75 ? OperationTypeNode.QUERY : OperationTypeNode.MUTATION;
  const roots = Object.values(schema.getRootType(kind)?.getFields() ?? {}).filter(({ name }) => name !== "_service");
  const body = fieldText(pick(roots), 3);
  const head = definitions.length === 0 ? kind : `${kind} (${definitions.join(", ")})`;
  return { query: `${head} { ${body} }`, variables };
}
