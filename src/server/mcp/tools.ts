import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  isInputType,
  isNonNullType,
  parse,
  separateOperations,
  typeFromAST,
  validate,
  valueFromASTUntyped,
} from "graphql";
import { type AccessRule, type Role, accessRules } from "../../graph/index.ts";
import { type Logger } from "../logging/log.ts";
import { type JsonSchema, type ObjectSchema, described, jsonSchemaOf } from "./json-schema.ts";
import { type Order, orderFieldOf, orderOf } from "./order.ts";
import { usesOf } from "./uses.ts";

/** An operation as a tool. */
export interface Tool {
  /** Of the operation. */
  readonly name: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  readonly annotations: Readonly<Record<string, boolean>>;
  /** The least role that may use all of its fields. */
  readonly role: Role;
  /** The text that is run. */
  readonly text: string;
  /** Undefined: it reads, or rehearses only. */
  readonly order: Order | undefined;
}

export interface ToolOptions {
  schema: GraphQLSchema;
  /** The texts of the trusted documents. */
  documents: readonly string[];
  /** Whether orders are tools. */
  orders: boolean;
  log: Logger;
}

/** The argument that turns a call of an order into its execution. */
export const TOKEN = "token";

/** The tools, by name. Subscriptions, mutations that are no orders, and operations whose answer can hold a secret are none. */
export function toolsOf(options: ToolOptions): ReadonlyMap<string, Tool> {
  const { schema, documents, log } = options;
  const tools = new Map<string, Tool>();
  const rules = accessRules(schema);
  const leaveOut = (operation: string, why: string) => log.warn({ operation, why }, "an operation is no MCP tool");
  for (const text of documents) {
    const document = documentOf(text);
    if (!document) {
      leaveOut("", "it cannot be parsed");
      continue;
    }
    if (validate(schema, document).length > 0) {
      leaveOut(Object.keys(separateOperations(document)).join(", "), "it does not fit the schema");
      continue;
    }
    for (const [name, own] of Object.entries(separateOperations(document))) {
      const found = toolOf(name, own, commentOf(text, own), { ...options, rules });
      if (!found) continue;
      if ("why" in found) leaveOut(name, found.why);
      else if (tools.has(name)) leaveOut(name, "another operation has its name");
      else tools.set(name, found);
    }
  }
  return tools;
}

function documentOf(text: string): DocumentNode | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

/** Undefined: it is not for tools. */
function toolOf(
  name: string,
  document: DocumentNode,
  comment: string,
  { schema, orders, rules }: ToolOptions & { rules: ReadonlyMap<string, AccessRule> },
): Tool | { why: string } | undefined {
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!operation || operation.operation === OperationTypeNode.SUBSCRIPTION) return undefined;
  const uses = usesOf(document, schema, rules);
  if (uses.canHoldSecret) return undefined;
  const field = operation.operation === OperationTypeNode.MUTATION ? orderFieldOf(operation, schema) : undefined;
  if (operation.operation === OperationTypeNode.MUTATION && !(orders && field)) return undefined;
  if (name === "") return { why: "it has no name" };
  const made = field && orderOf(document, operation, field);
  if (typeof made === "object" && "why" in made) return made;
  const order = typeof made === "object" ? made : undefined;
  const inputSchema = argumentsSchema(operation, uses.descriptions, schema);
  if (TOKEN in inputSchema.properties) return { why: `its variable $${TOKEN} is the name of a tool's argument` };
  return {
    name,
    description: [comment, ...uses.roots, ...(order ? [TWO_CALLS] : [])].filter((part) => part !== "").join("\n\n"),
    inputSchema: order ? orderSchema(inputSchema, order) : inputSchema,
    annotations: {
      readOnlyHint: !order,
      destructiveHint: order !== undefined,
      idempotentHint: true,
      openWorldHint: true,
    },
    role: uses.role,
    text: order?.text ?? operation.loc?.source.body ?? "",
    order,
  };
}

const TWO_CALLS =
  "It takes two calls. Without `token` it rehearses: everything is checked, nothing is written, and the answer has a token. With that token and the same arguments it executes the order. A token is valid once, for ten minutes.";

/** The comment above an operation, without its line breaks. */
function commentOf(text: string, { definitions }: DocumentNode): string {
  const [first] = definitions;
  const above = text.slice(0, first?.loc?.start ?? 0).split("\n");
  const lines: string[] = [];
  for (const line of above.reverse()) {
    const comment = /^\s*#\s?(.*)$/.exec(line);
    if (comment) lines.unshift(comment[1] ?? "");
    else if (line.trim() !== "" || lines.length > 0) break;
  }
  return lines.join(" ").trim();
}

/** The JSON Schema of an operation's variables. */
function argumentsSchema(
  { variableDefinitions = [] }: OperationDefinitionNode,
  descriptions: ReadonlyMap<string, string>,
  schema: GraphQLSchema,
): ObjectSchema {
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const { variable, type: node, defaultValue } of variableDefinitions) {
    const name = variable.name.value;
    const type = typeFromAST(schema, node);
    if (!isInputType(type)) continue;
    const own = described(jsonSchemaOf(type), descriptions.get(name));
    properties[name] = defaultValue ? { ...own, default: valueFromASTUntyped(defaultValue) } : own;
    if (isNonNullType(type) && !defaultValue) required.push(name);
  }
  return { type: "object", properties, required, additionalProperties: false };
}

const REQUEST_KEY: JsonSchema = {
  type: "string",
  minLength: 1,
  maxLength: 200,
  description:
    "Idempotency key of the order, chosen by you. The same key with the same arguments never writes twice, and returns the outcome again.",
};

const TOKEN_SCHEMA: JsonSchema = {
  type: "string",
  description: "The token of this order's rehearsal. Absent: the call rehearses.",
};

/** The arguments of an order: the dry run is the tool's own, the request key is required. */
function orderSchema(schema: ObjectSchema, { inputVariable, requestKey, dryRun }: Order): ObjectSchema {
  const controlled = (whole: ObjectSchema): ObjectSchema => {
    const properties = Object.entries(whole.properties).filter(([name]) => name !== dryRun);
    return {
      ...whole,
      properties: { ...Object.fromEntries(properties), [requestKey]: REQUEST_KEY },
      required: [...new Set([...whole.required, requestKey])].filter((name) => name !== dryRun),
    };
  };
  const own =
    inputVariable === undefined
      ? controlled(schema)
      : {
          ...schema,
          properties: {
            ...schema.properties,
            [inputVariable]: controlled(schema.properties[inputVariable] as ObjectSchema),
          },
        };
  return { ...own, properties: { ...own.properties, [TOKEN]: TOKEN_SCHEMA } };
}
