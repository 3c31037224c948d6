import {
  type GraphQLObjectType,
  OperationTypeNode,
  type SelectionSetNode,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  parse,
} from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessRules, buildGraphSchema } from "../../src/graph/index.ts";
import { graphParts } from "../../src/resources/index.ts";
import { documentedOperations } from "../../src/server/graphql/documented-operations.ts";
import {
  exampleOf,
  pathsOf,
  readContract,
  replyOf,
  usedContracts,
  without,
} from "../support/kore/contract-examples.ts";
import { type ScriptedApp, startScripted } from "../support/kore/scripted-kore.ts";
import { onlyField, operationOf } from "../support/operations/only-field.ts";
import { variablesOf } from "../support/operations/variables-of.ts";
import { MORE_OPERATIONS } from "../support/operations/rarely-shown.ts";

/*
 * Each property of KORE's replies to reads is shown by the graph, or listed in schema/kore/unshown-properties.yaml with the
 * reason. It is shown if the answer of a field of the operation, with all that is below it, differs when KORE leaves the
 * property out.
 */

interface Reached {
  operation: string;
  fields?: string[];
}
const operations = Object.values(await readContract<Record<string, Reached[]>>("operations.yaml")).flat();
const unshown = await readContract<Record<string, Record<string, string>>>("unshown-properties.yaml");
const contracts = await usedContracts();
const reads = operations.flatMap(({ operation, fields = [] }) => {
  const [method, path = ""] = operation.split(" ");
  if (method !== "GET" || fields.length === 0) return [];
  return contracts.flatMap((contract) => {
    const reply = replyOf(contract, path);
    return reply ? [{ operation, path, fields, reply, contract }] : [];
  });
});

const schema = await buildGraphSchema(graphParts, { idChecks: "explain" });
const entities = new Set([...accessRules(schema).keys()].filter((name) => !name.includes(".")));
const documents = [...(await documentedOperations()), ...MORE_OPERATIONS]
  .map((text) => parse(text, { noLocation: true }))
  .filter((document) => operationOf(document).operation === OperationTypeNode.QUERY);

let app: ScriptedApp;
beforeAll(async () => {
  app = await startScripted({ CACHE_SECONDS: "0", KORE_ACCOUNT_EMAIL: "ops@acme.example" });
});
afterAll(() => app.stop());

test("properties that are not shown are those of operations that are reached, and have a reason", () => {
  for (const [operation, reasons] of Object.entries(unshown)) {
    const read = reads.find((one) => one.operation === operation);
    const paths = read ? pathsOf(read.reply, read.contract) : [];
    expect(Object.keys(reasons).filter((path) => !paths.includes(path))).toEqual([]);
    expect(Object.values(reasons).filter((reason) => reason.length < 5)).toEqual([]);
  }
});

test.each(reads)(
  "$operation: each property of the reply is shown or listed",
  async ({ operation, fields, reply, contract }) => {
    const reasons = unshown[operation] ?? {};
    const texts = [...new Set(fields.flatMap((field) => queriesOf(field)))];
    const whole = await Promise.all(texts.map((text) => answer(text)));
    expect(await Promise.all(texts.map((text) => answer(text)))).toEqual(whole);
    const differs = async (change: Change) => {
      for (const [index, text] of texts.entries()) if ((await answer(text, change)) !== whole[index]) return true;
      return false;
    };
    const missing: string[] = [];
    const needless: string[] = [];
    for (const path of pathsOf(reply, contract)) {
      if (Object.keys(reasons).some((listed) => path.startsWith(`${listed}.`))) continue;
      if (path in reasons && (await differs({ operation, added: path }))) needless.push(path);
      if (!(path in reasons) && !(await differs({ operation, removed: path }))) missing.push(path);
    }
    expect({ missing, needless }).toEqual({ missing: [], needless: [] });
  },
);

/** Queries of a field with all below it. */
function queriesOf(coordinate: string): string[] {
  const [typeName = "", fieldName = ""] = coordinate.split(".");
  const parent = schema.getType(typeName) as GraphQLObjectType;
  const below = selectionOf(getNamedType(parent.getFields()[fieldName]?.type), []);
  const set =
    below === ""
      ? undefined
      : (operationOf(parse(`{ x ${below} }`)).selectionSet.selections[0] as { selectionSet: SelectionSetNode });
  return documents.flatMap((document) => onlyField(schema, document, coordinate, set?.selectionSet)?.withIt ?? []);
}

/** The same again, or cursors, which may hold a time. */
const OMITTED: ReadonlySet<string> = new Set(["edges", "nodeId", "endCursor", "startCursor"]);

/** All fields without required arguments, down to the first entity within the first one. */
function selectionOf(type: unknown, above: readonly string[]): string {
  if (!isObjectType(type) || above.includes(type.name)) return "";
  if (entities.has(type.name) && above.some((name) => entities.has(name))) return "";
  const fields = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some(isRequiredArgument) || OMITTED.has(field.name)) return [];
    const below = getNamedType(field.type);
    if (isLeafType(below)) return [field.name];
    const selection = selectionOf(below, [...above, type.name]);
    return selection === "" ? [] : [`${field.name} ${selection}`];
  });
  return fields.length === 0 ? "" : `{ ${fields.join(" ")} }`;
}

interface Change {
  operation: string;
  added?: string;
  removed?: string;
}

/** The answer to a query where KORE's replies have all properties that are not listed. */
async function answer(text: string, change?: Change): Promise<string> {
  app.answer((path) => {
    const read = reads.find((one) => matches(one.path, path));
    if (!read) return undefined;
    const { added, removed } = change?.operation === read.operation ? change : {};
    const left = Object.keys(unshown[read.operation] ?? {}).filter((listed) => listed !== added);
    return [...left, ...(removed === undefined ? [] : [removed])].reduce(without, exampleOf(read.reply, read.contract));
  });
  const { data, errors } = await app.graph.query(text, variablesOf(text));
  return JSON.stringify([data, errors?.map(({ message, path }) => [message, path])]);
}

const matches = (template: string, path: string) =>
  new RegExp(`^(/sms)?${template.replace(/\{[^}]+\}/g, "[^/]+")}$`).test(path);
