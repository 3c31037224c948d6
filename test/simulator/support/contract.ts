import { readFileSync } from "node:fs";
import { type ErrorObject, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { parse } from "yaml";

/** A request and its reply, in the contract's terms. */
export interface Exchange {
  readonly method: string;
  /** As sent, with the simulator's prefix /connectivity. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed; a form as an object of its fields. */
  readonly body: unknown;
  readonly contentType: string | null;
  readonly status: number;
  readonly reply: unknown;
}

type Schema = Readonly<Record<string, unknown>>;
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
}
type Content = Readonly<Record<string, { readonly schema: Schema }>>;
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content: Content }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Found {
  readonly document: Document;
  readonly operation: Operation;
  readonly parameters: readonly Parameter[];
  readonly pathValues: Readonly<Record<string, string>>;
}

const load = (name: string): Document =>
  parse(readFileSync(new URL(`../../../schema/kore/${name}.openapi.yaml`, import.meta.url), "utf8"), {
    merge: true,
  }) as Document;

const APIS = [
  { prefix: "/connectivity", document: load("connectivity") },
  { prefix: "/connectivity", document: load("alerting") },
  { prefix: "/sms", document: load("sms") },
  { prefix: "", document: load("token") },
  { prefix: "", document: load("clients") },
];

const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes: false });
formats.default(ajv);
// KORE's own spelling of formats, for dates without zone and times of the day.
ajv.addFormat("dateTime", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
ajv.addFormat("hh:mm:ss", /^\d\d:\d\d:\d\d$/);
const fromText = new Ajv2020({ strict: false, allErrors: true, coerceTypes: "array" }); // One value of a list is a list.
formats.default(fromText);
const compiled = new Map<string, ValidateFunction>();

/** Every operation that the contract declares. */
export const OPERATIONS: readonly string[] = APIS.flatMap(({ document }) =>
  Object.values(document.paths).flatMap((item) =>
    ["get", "post", "put", "patch", "delete"].flatMap((method) =>
      method in item ? [(resolve(document, item[method]) as Operation).operationId] : [],
    ),
  ),
);

/** The operation that a request belongs to, or null. */
export function operationOf(method: string, path: string): string | null {
  return find(method, path)?.operation.operationId ?? null;
}

/** Violations of the contract in an exchange. Undeclared properties are violations. */
export function violations(exchange: Exchange): string[] {
  const found = find(exchange.method, exchange.path);
  if (!found) return [`${exchange.method} ${exchange.path} is not in the contract`];
  // A refused request is allowed to be wrong: that is why it was refused.
  const request = exchange.status < 400 ? requestViolations(exchange, found) : [];
  return [...request, ...replyViolations(exchange, found)];
}

function requestViolations(exchange: Exchange, { document, operation, parameters, pathValues }: Found): string[] {
  const problems: string[] = [];
  for (const parameter of parameters) {
    const given = parameter.in === "path" ? pathValues[parameter.name] : exchange.query[parameter.name];
    if (parameter.in === "header") continue;
    if (given === undefined) {
      if (parameter.required) problems.push(`${parameter.in} ${parameter.name} is missing`);
    } else {
      const validate = fromText.compile({ properties: { value: closed(document, parameter.schema) } });
      if (!validate({ value: given })) problems.push(...explain(`${parameter.in} ${parameter.name}`, validate.errors));
    }
  }
  const known = parameters.filter((p) => p.in === "query").map((p) => p.name);
  problems.push(
    ...Object.keys(exchange.query).flatMap((key) => (known.includes(key) ? [] : [`query ${key} is unknown`])),
  );
  const content = operation.requestBody?.content;
  if (!content) return problems;
  const type = Object.keys(content).find((key) => exchange.contentType?.startsWith(key));
  if (type === undefined) return [...problems, `content type ${String(exchange.contentType)} is not declared`];
  return [...problems, ...check(document, content[type]?.schema ?? {}, exchange.body, "request")];
}

function replyViolations(exchange: Exchange, { document, operation }: Found): string[] {
  const response = operation.responses[String(exchange.status)];
  if (!response) return [`status ${exchange.status} is not declared for ${operation.operationId}`];
  return check(document, response.content["application/json"]?.schema ?? {}, exchange.reply, "reply");
}

function check(document: Document, schema: Schema, value: unknown, name: string): string[] {
  const strict = closed(document, schema);
  const key = JSON.stringify(strict);
  let validate = compiled.get(key);
  if (!validate) compiled.set(key, (validate = ajv.compile(strict)));
  return validate(value) ? [] : explain(name, validate.errors);
}

function explain(name: string, errors: readonly ErrorObject[] | null | undefined): string[] {
  return (errors ?? []).map((e) => `${name}${e.instancePath} ${e.message ?? ""} ${JSON.stringify(e.params)}`);
}

function find(method: string, path: string): Found | null {
  for (const { prefix, document } of APIS) {
    if (!path.startsWith(prefix)) continue;
    const segments = path.slice(prefix.length).split("/");
    // Literal paths first, so that …/provisioning-requests/activate is not taken for a request id.
    const templates = Object.keys(document.paths).sort((a, b) => a.split("{").length - b.split("{").length);
    for (const template of templates) {
      const pathValues = match(template.split("/"), segments);
      const item = document.paths[template];
      const raw = item?.[method.toLowerCase()];
      if (!pathValues || raw === undefined) continue;
      const operation = resolve(document, raw) as Operation;
      const shared = resolve(document, item?.["parameters"] ?? []) as Parameter[];
      return { document, operation, parameters: [...shared, ...(operation.parameters ?? [])], pathValues };
    }
  }
  return null;
}

function match(template: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (template.length !== segments.length) return null;
  const values: Record<string, string> = {};
  for (const [i, part] of template.entries()) {
    const given = segments[i] ?? "";
    if (part.startsWith("{")) values[part.slice(1, -1)] = decodeURIComponent(given);
    else if (part !== given) return null;
  }
  return values;
}

/** Resolves every `$ref`. The contract has no cycles. */
function resolve(document: Document, node: unknown): unknown {
  if (Array.isArray(node)) return node.map((item) => resolve(document, item));
  if (typeof node !== "object" || node === null) return node;
  if ("$ref" in node && typeof node.$ref === "string") {
    const target = node.$ref
      .slice(2)
      .split("/")
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document);
    return resolve(document, target);
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolve(document, value)]));
}

/** Converts to JSON Schema 2020: `nullable` becomes a type, and undeclared properties are forbidden. */
function closed(document: Document, schema: Schema): Schema {
  return close(resolve(document, schema) as Schema, true);
}

function close(schema: Schema, shut: boolean): Schema {
  const { nullable, properties, items, allOf, anyOf, ...rest } = schema as Schema & {
    nullable?: boolean;
    properties?: Record<string, Schema>;
    items?: Schema;
    allOf?: Schema[];
    anyOf?: Schema[];
  };
  return {
    ...rest,
    ...(nullable ? { type: [rest["type"], "null"] } : {}),
    ...(properties
      ? { properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, close(value, true)])) }
      : {}),
    ...(items ? { items: close(items, true) } : {}),
    ...(anyOf ? { anyOf: anyOf.map((part) => close(part, shut)) } : {}),
    // Parts of an allOf do not have each other's properties, so undeclared ones are forbidden in the whole.
    ...(allOf ? { allOf: allOf.map((part) => close(part, false)) } : {}),
    ...(shut && (properties ?? allOf) ? { unevaluatedProperties: false } : {}),
  };
}
