import { OperationTypeNode, parse } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildGraphSchema } from "../../src/graph/index.ts";
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
import { operationOf } from "../support/operations/only-field.ts";
import { MORE_OPERATIONS } from "../support/operations/rarely-shown.ts";
import { variablesOf } from "../support/operations/variables-of.ts";
import { wholeField } from "../support/operations/whole-field.ts";

/*
 * Each property of KORE's replies to reads is shown by the graph, or listed in schema/kore/unshown-properties.yaml with the
 * reason. It is shown if the answer of a field of the operation, with all that is below it, differs when KORE leaves the
 * property out. Replies to writes: acknowledgements.long.test.ts.
 */

interface Reached {
  operation: string;
  fields?: string[];
}
const operations = Object.values(await readContract<Record<string, Reached[]>>("operations.yaml")).flat();
const unshown = await readContract<Record<string, Record<string, string>>>("unshown-properties.yaml");
const contracts = await usedContracts();
const replies = operations.flatMap(({ operation, fields = [] }) =>
  contracts.flatMap((contract) => {
    const reply = replyOf(contract, operation);
    return reply && fields.length > 0
      ? [{ operation, path: operation.split(" ")[1] ?? "", fields, reply, contract }]
      : [];
  }),
);
const reads = replies.filter(({ operation }) => operation.startsWith("GET "));

const schema = await buildGraphSchema(graphParts, { idChecks: "explain" });
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
    const reached = replies.find((one) => one.operation === operation);
    const paths = reached ? pathsOf(reached.reply, reached.contract) : [];
    expect(Object.keys(reasons).filter((path) => !paths.includes(path))).toEqual([]);
    expect(Object.values(reasons).filter((reason) => reason.length < 5)).toEqual([]);
  }
});

test.each(reads)(
  "$operation: each property of the reply is shown or listed",
  async ({ operation, fields, reply, contract }) => {
    const reasons = unshown[operation] ?? {};
    const texts = [...new Set(fields.flatMap((field) => wholeField(schema, documents, field)))];
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
