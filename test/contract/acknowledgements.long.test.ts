import { OperationTypeNode, parse } from "graphql";
import { expect, test } from "vitest";
import { buildGraphSchema } from "../../src/graph/index.ts";
import { isRecord } from "../../src/kore/decoding/decode.ts";
import { graphParts } from "../../src/resources/index.ts";
import { documentedOperations } from "../../src/server/graphql/documented-operations.ts";
import { startApp } from "../support/app.ts";
import {
  altered,
  exampleOf,
  pathsOf,
  readContract,
  replyOf,
  usedContracts,
} from "../support/kore/contract-examples.ts";
import { interceptKore } from "../support/kore/intercepted-kore.ts";
import { simsByState } from "../support/kore/sims-by-state.ts";
import { textAndAlert } from "../support/kore/texts-and-alerts.ts";
import { BY_TOKEN } from "../support/kore/webhook-deliveries.ts";
import { operationOf } from "../support/operations/only-field.ts";
import { MORE_OPERATIONS } from "../support/operations/rarely-shown.ts";
import { wholeField } from "../support/operations/whole-field.ts";

/*
 * Each property of KORE's replies to writes is shown by the graph, or listed in schema/kore/unshown-properties.yaml with the
 * reason. It is shown if the answer of the mutation, with all that is below it, differs when KORE gives another value.
 */

const ENVIRONMENT = { PROVISIONING_SETTLE_MS: "0", PROVISIONING_MAX_WAIT_SECONDS: "0" };

interface Reached {
  operation: string;
  fields?: string[];
}
const unshown = await readContract<Record<string, Record<string, string>>>("unshown-properties.yaml");
const contracts = await usedContracts();
const schema = await buildGraphSchema(graphParts, { idChecks: "explain" });
const documents = [...(await documentedOperations()), ...MORE_OPERATIONS]
  .map((text) => parse(text, { noLocation: true }))
  .filter((document) => operationOf(document).operation === OperationTypeNode.MUTATION);
const writes = Object.values(await readContract<Record<string, Reached[]>>("operations.yaml"))
  .flat()
  .flatMap(({ operation, fields = [] }) =>
    contracts.flatMap((contract) => {
      const reply = operation.startsWith("GET ") ? undefined : replyOf(contract, operation);
      const texts = fields.flatMap((field) => wholeField(schema, documents, field));
      return reply && fields.length > 0 ? [{ operation, texts, reply, contract }] : [];
    }),
  );

test.each(writes.map((write) => [write.operation, write] as const))(
  "%s: each property of the reply is shown or listed",
  async (operation, { texts, reply, contract }) => {
    const example = exampleOf(reply, contract);
    const answers = async (change: Change) => {
      const found = [];
      for (const one of [filled, refusing])
        found.push(await answer(texts, operation, (given) => change(one(example, given))));
      return found;
    };
    const whole = await answers((given) => given);
    expect(whole).not.toContain(undefined);
    const reasons = unshown[operation] ?? {};
    const paths = pathsOf(reply, contract);
    const leaves = paths.filter((path) => !paths.some((below) => below.startsWith(`${path}.`)));
    const hidden: string[] = [];
    for (const path of leaves) {
      const changed = await answers((given) => altered(given, path));
      if (changed.every((one, index) => one === whole[index])) hidden.push(path);
    }
    expect(hidden).toEqual(leaves.filter((path) => path in reasons));
  },
);

type Change = (reply: unknown) => unknown;

/** The answer to the first of some mutations that sends the operation, where KORE's reply to it is changed. */
async function answer(texts: readonly string[], operation: string, change: Change): Promise<string | undefined> {
  for (const text of texts) {
    const { answer: found, isSent } = await answerOfNewServer(text, operation, change);
    if (isSent) return found;
  }
  return undefined;
}

async function answerOfNewServer(text: string, operation: string, change: Change) {
  const kore = await interceptKore();
  const app = await startApp({}, (simulator) => ({ ...kore.environment(simulator), ...BY_TOKEN, ...ENVIRONMENT }));
  const variables = { ...app.kore.examples, ...(await simsByState(app)), ...(await textAndAlert(app)) };
  const [method, path = ""] = operation.split(" ");
  const pattern = new RegExp(`^${method} (/sms)?${path.replace(/\{[^}]+\}/g, "[^/]+")}$`);
  let isSent = false;
  kore.answer = (request, response, body) => {
    if (!pattern.test(kore.arrived.at(-1) ?? "")) return "pass";
    isSent = true;
    void kore.passOn(request, body).then(({ status, text: reply }) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(change(JSON.parse(reply))));
    });
    return undefined;
  };
  const { data, errors } = await app.graph.query(text, variables);
  await app.stop();
  await kore.stop();
  return { answer: JSON.stringify([data, errors?.map(({ message }) => message)]), isSent };
}

/** The simulator's reply with all properties. */
function filled(example: unknown, reply: unknown): unknown {
  if (!isRecord(example) || !isRecord(reply)) return reply ?? example;
  const names = Object.keys({ ...example, ...reply });
  return Object.fromEntries(names.map((name) => [name, filled(example[name], reply[name])]));
}

/** The same where eSIMs that the simulator accepts are rejected. */
function refusing(example: unknown, reply: unknown): unknown {
  const other = { accepted: "rejected", rejected: "accepted" } as const;
  const text = JSON.stringify(filled(example, reply));
  return JSON.parse(
    text.replace(/(accepted|rejected)(?=-eids)/g, (word) => other[word as keyof typeof other]),
  ) as unknown;
}
