import { readFile, readdir } from "node:fs/promises";
import {
  type DocumentNode,
  Kind,
  OperationTypeNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  parse,
  print,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type App, createApp } from "../../src/app.ts";
import { readConfig } from "../../src/server/config/index.ts";
import { createLog } from "../../src/server/logging/log.ts";
import { type PlaygroundOptions } from "../../src/server/playground/index.ts";
import { type Reply } from "../support/app.ts";
import { TRANSPORTS } from "../support/live/callers.ts";

const OPERATIONS = new URL("../../schema/operations/", import.meta.url);
const ROOT = new URL("../../", import.meta.url);

/** Fields that have nothing to show in the demo. Each must really be empty, so that the list stays true. */
const EMPTY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "activate-sim.graphql": {
    "activateSubscriptions.results.reason": "nothing is wrong",
    "activateSubscriptions.results.message": "nothing is wrong",
    "activateSubscriptions.unchecked": "it is no dry run",
  },
  "alert-rules.graphql": { "account.alertRules": "no rule was created yet" },
  "alerts.graphql": {
    "account.alerts.nodes": "no rule has reacted yet",
    "account.alerts.pageInfo.endCursor": "the page is empty",
  },
  "create-alert-rule.graphql": {
    "createAlertRule.reason": "nothing is wrong",
    "createAlertRule.message": "nothing is wrong",
  },
  "cancel-esim-request.graphql": {
    "cancelEsimRequest.results.reason": "nothing is wrong",
    "cancelEsimRequest.results.message": "nothing is wrong",
  },
  "download-esim-profile.graphql": {
    "downloadEsimProfiles.results.reason": "nothing is wrong",
    "downloadEsimProfiles.results.message": "nothing is wrong",
  },
  "enable-esim-profile.graphql": {
    "enableEsimProfiles.results.reason": "nothing is wrong",
    "enableEsimProfiles.results.message": "nothing is wrong",
  },
  "esim-request.graphql": { "esimRequest.esims.message": "the example is done" },
  "rehearse-esim-deletion.graphql": {
    "deleteEsimProfiles.results.reason": "nothing is wrong",
    "deleteEsimProfiles.results.message": "nothing is wrong",
  },
  "retry-esim-request.graphql": {
    "retryEsimRequest.results.reason": "nothing is wrong",
    "retryEsimRequest.results.message": "nothing is wrong",
  },
  "switch-esim-profile.graphql": {
    "switchEsimProfiles.results.reason": "nothing is wrong",
    "switchEsimProfiles.results.field": "nothing is wrong",
    "switchEsimProfiles.results.message": "nothing is wrong",
  },
  "watch-esim-request.graphql": { "esimRequestUpdated.esims.message": "the example is done" },
  "create-client.graphql": { "createClient.message": "nothing is wrong" },
  "delete-client.graphql": {
    "deleteClient.reason": "nothing is wrong",
    "deleteClient.message": "nothing is wrong",
    "deleteClient.client": "it is no more",
  },
  "install-webhook-rule.graphql": { "installWebhookRule.rules.message": "nothing is wrong" },
  "reset-connection.graphql": {
    "resetConnection.results.reason": "nothing is wrong",
    "resetConnection.results.message": "nothing is wrong",
  },
  "assign-cost-center.graphql": {
    "assignCostCenter.results.reason": "nothing is wrong",
    "assignCostCenter.results.message": "nothing is wrong",
  },
  "create-cost-center.graphql": {
    "createCostCenter.reason": "nothing is wrong",
    "createCostCenter.message": "nothing is wrong",
  },
  "rename-cost-center.graphql": {
    "renameCostCenter.reason": "nothing is wrong",
    "renameCostCenter.message": "nothing is wrong",
  },
  "set-connected-hardware.graphql": {
    "setConnectedHardware.results.reason": "nothing is wrong",
    "setConnectedHardware.results.message": "nothing is wrong",
  },
  "set-custom-fields.graphql": {
    "setCustomFields.results.reason": "nothing is wrong",
    "setCustomFields.results.message": "nothing is wrong",
  },
  "transfer-sims.graphql": {
    "transferSubscriptions.results.reason": "nothing is wrong",
    "transferSubscriptions.results.message": "nothing is wrong",
  },
  "lock-client.graphql": {
    "lockClient.message": "nothing is wrong",
    "unlockClient.message": "nothing is wrong",
  },
  "reactivate-sims.graphql": {
    "reactivateSubscriptions.requests": "the example SIMs are active already",
    "reactivateSubscriptions.results.reason": "nothing is wrong",
  },
  "rehearse-suspension.graphql": {
    "suspendSubscriptions.results.reason": "nothing is wrong",
    "suspendSubscriptions.results.field": "nothing is wrong",
    "suspendSubscriptions.results.message": "nothing is wrong",
  },
  "renew-client-key.graphql": { "renewClientKey.message": "nothing is wrong" },
  "send-sms.graphql": {
    "sendSms.reason": "nothing is wrong",
    "sendSms.message": "nothing is wrong",
  },
  "suspend-client.graphql": {
    "disableClient.message": "nothing is wrong",
    "enableClient.message": "nothing is wrong",
  },
  "suspend-sims.graphql": {
    "suspendSubscriptions.results.reason": "nothing is wrong",
  },
  "provisioning-request.graphql": {
    "provisioningRequest.activationProfile": "the example has a SIM that failed, and it is no activation",
  },
  "resolve-order.graphql": {
    "resolveOrder.results": "nothing is unresolved, so nothing is changed",
  },
  "unresolved-orders.graphql": { unresolvedOrders: "nothing is unresolved" },
  "transfer-client.graphql": { "transferClientOwnership.message": "nothing is wrong" },
  "watch-account-events.graphql": {
    "accountEvents.mid": "no simulated SIM sends texts",
    "accountEvents.iccid": "no simulated SIM sends texts",
    "accountEvents.detail": "no simulated SIM sends texts",
    "accountEvents.data": "there are no rules for other events",
  },
  "watch-sms.graphql": { "smsStatusChanged.errorCode": "nothing has failed" },
  "update-client.graphql": {
    "updateClient.reason": "nothing is wrong",
    "updateClient.message": "nothing is wrong",
  },
  "sim.graphql": {
    "subscription.lastProvisioningRequest": "the example SIM was in no provisioning request yet",
  },
};

const files = (await readdir(OPERATIONS)).sort();

/** The demo: the graph, its own simulator with the world that everybody gets, and the playground. */
let demo: App;
/** The playground's tabs, by the file that each shows. */
let tabs: Map<string, PlaygroundOptions["tabs"][number]>;

beforeAll(async () => {
  const config = readConfig({ KORE_MODE: "simulator", PORT: "0", SIMULATOR_PORT: "0", PLAYGROUND: "on" });
  demo = await createApp(config, { log: createLog("silent") });
  const reply = await fetch(`${demo.url}/playground/tabs.json`);
  const shown = ((await reply.json()) as PlaygroundOptions).tabs;
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, OPERATIONS), "utf8")));
  tabs = new Map(
    files.flatMap((name, index) => shown.filter(({ query }) => query === texts[index]).map((tab) => [name, tab])),
  );
});
afterAll(() => demo.stop());

describe("in the demo's playground", () => {
  test.each(files)("%s has something to show for every field that it asks for", async (name) => {
    const tab = tabs.get(name);
    if (!tab) throw new Error("no tab of the playground shows it");
    const empty = Object.keys(EMPTY[name] ?? {});
    const isWhole = (data: unknown) => emptyFields(tab.query, data).length <= empty.length;
    const { data, errors } = await run(tab.query, tab.variables, isWhole);
    expect(errors).toBeUndefined();
    expect(emptyFields(tab.query, data)).toEqual(empty);
  });
});

const pages = [
  "README.md",
  ...(
    await Promise.all(
      ["src", "test", ".github"].map(async (folder) =>
        (await readdir(new URL(folder, ROOT), { recursive: true })).map((path) => `${folder}/${path}`),
      ),
    )
  )
    .flat()
    .filter((path) => path.endsWith(".md")),
];

describe("documents", () => {
  test.each(pages)("%s shows only operations that work", async (page) => {
    const shown = graphqlBlocks(await readFile(new URL(page, ROOT), "utf8"));
    if (page === "README.md") expect(shown.length).toBeGreaterThan(1);
    const known = new Set([...tabs.values()].map(({ query }) => print(parse(query))));
    const { examples } = (await (await fetch(`${demo.simulatorUrl ?? ""}/_simulator/examples`)).json()) as {
      examples: Record<string, unknown>;
    };
    for (const block of shown) {
      if (known.has(print(parse(block)))) continue;
      const { errors } = await run(block, examples);
      expect(errors, block).toBeUndefined();
    }
  });
});

/** @param isWhole whether a subscription has shown enough. @default its first event is enough */
async function run(
  query: string,
  variables: Record<string, unknown>,
  isWhole: (data: unknown) => boolean = () => true,
): Promise<Reply> {
  if (operationOf(parse(query)).operation === OperationTypeNode.SUBSCRIPTION) return events(query, variables, isWhole);
  const clockRun = /waitUpTo/.test(query) ? setInterval(() => void moveClock(5_000), 200) : undefined;
  const reply = await post(`${demo.url}/graphql`, { query, variables });
  clearInterval(clockRun);
  return (await reply.json()) as Reply;
}

const moveClock = (advanceMs: number) => post(`${demo.simulatorUrl ?? ""}/_simulator/clock`, { advanceMs });

const post = (url: string, body: object) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** The first events of a subscription that are enough, as one reply, while SIMs go from one state to the other and back and get texts. */
async function events(
  query: string,
  variables: Record<string, unknown>,
  isWhole: (data: unknown) => boolean,
): Promise<Reply> {
  const [transport] = TRANSPORTS;
  if (!transport) throw new Error("no transport to test");
  const caller = transport.call(demo.url, { query, variables });
  const enough = () => {
    const data: unknown[] = [];
    for (const result of caller.results) {
      data.push(result.data);
      if (result.errors || isWhole(data)) return { ...result, data };
    }
    return undefined;
  };
  const suspend = tabs.get("suspend-sims.graphql");
  const text = tabs.get("send-sms.graphql");
  let texts = 0;
  const verbs = ["reactivate", "suspend"];
  await expect
    .poll(
      async () => {
        const [verb = ""] = verbs;
        verbs.reverse();
        await run(suspend?.query.replace(/suspendS/, `${verb}S`) ?? "", suspend?.variables ?? {});
        texts += 1;
        await run(text?.query ?? "", { ...text?.variables, requestKey: `text ${texts}` });
        await moveClock(60_000);
        return enough();
      },
      { timeout: 10_000, interval: 200 },
    )
    .toBeDefined();
  caller.leave();
  return enough() as unknown as Reply;
}

/** The operations among the ```graphql blocks of a page; a block of type definitions is none. */
function graphqlBlocks(page: string): string[] {
  const blocks = [...page.matchAll(/^```graphql\n(.*?)^```/gms)].map(([, block = ""]) => block);
  return blocks.filter((block) => parse(block).definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION));
}

/** The outermost fields that an operation asks for and that have no value anywhere in its answer: "subscription.eid". */
function emptyFields(query: string, data: unknown): string[] {
  const empty = fieldPaths(operationOf(parse(query)).selectionSet).filter((path) => valuesAt(data, path).length === 0);
  const outermost = empty.filter((path) => !empty.some((other) => other !== path && isBelow(path, other)));
  return outermost.map((path) => path.join("."));
}

function isBelow(path: readonly string[], other: readonly string[]): boolean {
  return other.every((name, index) => path[index] === name);
}

function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const [operation, ...more] = definitions;
  if (operation?.kind === Kind.OPERATION_DEFINITION && more.length === 0) return operation;
  throw new Error("a file holds one operation and nothing else");
}

function fieldPaths({ selections }: SelectionSetNode): string[][] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldPaths(selection.selectionSet);
    if (selection.kind !== Kind.FIELD) throw new Error("an operation that we show writes its fields out");
    const name = (selection.alias ?? selection.name).value;
    const below = selection.selectionSet ? fieldPaths(selection.selectionSet) : [];
    return [[name], ...below.map((path) => [name, ...path])];
  });
}

function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  if (value === null || value === undefined || value === "") return [];
  const [name, ...rest] = path;
  return name === undefined ? [value] : valuesAt((value as Record<string, unknown>)[name], rest);
}
