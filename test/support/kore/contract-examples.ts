import { readFile, readdir } from "node:fs/promises";
import { parse } from "yaml";
import { isRecord } from "../../../src/kore/decoding/decode.ts";

const FOLDER = new URL("../../../schema/kore/", import.meta.url);

/** Contracts of APIs that are neither ConnectivityPro nor SMS. */
const OTHERS: ReadonlySet<string> = new Set(["clients.openapi.yaml", "token.openapi.yaml"]);

/** Reads a file of schema/kore. */
export const readContract = async <Content>(name: string) =>
  parse(await readFile(new URL(name, FOLDER), "utf8")) as Content;

/** The used contracts of ConnectivityPro and SMS. */
export async function usedContracts(): Promise<Contract[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".openapi.yaml") && !OTHERS.has(name));
  return Promise.all(names.map((name) => readContract<Contract>(name)));
}

/** A part of an OpenAPI schema, with references resolved. */
interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: readonly unknown[];
  properties?: Readonly<Record<string, Schema>>;
  items?: Schema;
  allOf?: readonly Schema[];
  anyOf?: readonly Schema[];
}

interface Reply {
  $ref?: string;
  content?: { "application/json"?: { schema: Schema } };
}

interface Operation {
  responses?: Readonly<Record<string, Reply>>;
}

export interface Contract {
  servers: readonly { url: string }[];
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: { schemas: Readonly<Record<string, Schema>> };
}

/** Identifiers that take part in one SIM, account and day. */
export const EXAMPLE_IDS = {
  accountId: "acme",
  childAccountId: "acme-child",
  id: "x-1",
  iccid: "8901260882305063816",
  eid: "89033023426200000000000000000001",
  msisdn: "15551234567",
} as const;

/** A reply in which each property has a value, lists have one item of each kind, and equal ids are equal. */
export function exampleOf(given: Schema, contract: Contract, name = ""): unknown {
  const { type, items, enum: values, ...schema } = resolved(given, contract);
  const properties = propertiesIn(schema, contract);
  if (properties.length > 0) {
    return Object.fromEntries(properties.map(([key, property]) => [key, exampleOf(property, contract, key)]));
  }
  if (items) return (items.anyOf ?? [items]).map((item) => exampleOf(item, contract, name));
  if (values) return values[0];
  if (type === "boolean") return true;
  if (type === "object") return {};
  // One more than the items of the page: a total that equals them could follow from them.
  if (type === "integer" || type === "number") return name.startsWith("total-") ? 2 : 1;
  return textOf(name, schema.format);
}

function textOf(name: string, format: string | undefined): string {
  if (/^date|date$|time/.test(name) || format?.startsWith("date")) return "2026-01-02T00:00:00Z";
  if (name === "account-id") return EXAMPLE_IDS.accountId;
  if (name === "iccid" || name === "eid" || name === "msisdn") return EXAMPLE_IDS[name];
  if (name === "imei") return "490154203237518";
  if (name === "imsi") return "310410000000001";
  return /id$|pk$/.test(name) ? EXAMPLE_IDS.id : "text";
}

/** The paths of all properties of a reply, such as `subscriptions.states.state`: items of a list add nothing. */
export function pathsOf(given: Schema, contract: Contract, place = ""): string[] {
  const { items, ...schema } = resolved(given, contract);
  if (items) return [...new Set((items.anyOf ?? [items]).flatMap((item) => pathsOf(item, contract, place)))];
  return propertiesIn(schema, contract).flatMap(([key, property]) => {
    const path = place === "" ? key : `${place}.${key}`;
    return [path, ...pathsOf(property, contract, path)];
  });
}

/** A copy without the property at a path. */
export function without(value: unknown, path: string): unknown {
  const [key = "", ...rest] = path.split(".");
  if (Array.isArray(value)) return value.map((item: unknown) => without(item, path));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, part]): [string, unknown][] =>
    name !== key ? [[name, part]] : rest.length === 0 ? [] : [[name, without(part, rest.join("."))]],
  );
  return Object.fromEntries(entries);
}

/** A copy with another value of the property at a path: lists become empty. */
export function altered(value: unknown, path: string): unknown {
  const [key = "", ...rest] = path.split(".");
  if (!isRecord(value) || !(key in value)) throw new Error(`No ${path}`);
  return { ...value, [key]: rest.length === 0 ? another(value[key]) : altered(value[key], rest.join(".")) };
}

function another(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  if (typeof value === "boolean") return !value;
  return typeof value === "number" ? value + 1 : `${String(value)}9`;
}

/** The schema of the reply to an operation, such as `GET /v1/accounts`. */
export function replyOf(contract: Contract, operation: string): Schema | undefined {
  const [method = "", path = ""] = operation.split(" ");
  const reply = contract.paths[path]?.[method.toLowerCase()]?.responses?.["200"];
  return reply && resolved(reply, contract).content?.["application/json"]?.schema;
}

function propertiesIn(given: Schema, contract: Contract): [string, Schema][] {
  const { properties = {}, allOf = [] } = resolved(given, contract);
  return [...Object.entries(properties), ...allOf.flatMap((part) => propertiesIn(part, contract))];
}

function resolved<Part extends { $ref?: string }>(part: Part, contract: Contract): Part {
  if (part.$ref === undefined) return part;
  const [, ...keys] = part.$ref.split("/");
  const found = keys.reduce<unknown>((within, key) => (within as Record<string, unknown>)[key], contract);
  return resolved(found as Part, contract);
}
