import { getOperationAST, isAbstractType, parse } from "graphql";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LOCAL_CALLER, buildGraphSchema, queryCost } from "../../src/graph/index.ts";
import { graphParts } from "../../src/resources/index.ts";
import { type Reply, type TestApp, startApp } from "../support/app.ts";
import { bearer, keysFile } from "../support/auth.ts";
import { textAndAlert } from "../support/kore/texts-and-alerts.ts";

const ACCOUNT = "cmp-pp-org-4100";
const OTHER_ACCOUNT = "cmp-pp-org-4101";

/** Each entity type: the field that reads one directly, and fields that cost KORE calls. */
const ENTITIES = {
  Account: { direct: ({ id }: Ids) => `account(id: "${id}")`, fields: "id name costCenters { name }" },
  ActivationProfile: { direct: direct("activationProfile"), fields: "id name planIds account { name }" },
  Alert: { direct: direct("alert"), fields: "id createdAt rule { name }" },
  AlertRule: { direct: direct("alertRule"), fields: "id name account { name }" },
  Client: { direct: ({ id }: Ids) => `client(id: "${id}")`, fields: "id name account { name }" },
  DiagnosticsRequest: { direct: direct("diagnosticsRequest"), fields: "id status message subscriptions { iccid }" },
  Esim: {
    direct: ({ accountId, eid = "" }: Ids) => `esim(accountId: "${accountId}", eid: "${eid}")`,
    fields: "eid profiles { iccid status } requests { totalCount }",
  },
  EsimRequest: { direct: direct("esimRequest"), fields: "id status esims { eid }" },
  Feature: { direct: direct("feature"), fields: "featureId name description serviceType { name }" },
  Plan: { direct: direct("plan"), fields: "planId name planType { name } serviceType { name }" },
  PlanType: { direct: direct("planType"), fields: "planTypeId name" },
  ProvisioningRequest: { direct: direct("provisioningRequest"), fields: "id status source subscriptions { iccid }" },
  ServiceType: { direct: direct("serviceType"), fields: "serviceTypeId name" },
  SimSubscription: {
    direct: direct("subscription"),
    fields: "id iccid costCenter { name } profile { id } stateHistory { state } lastProvisioningRequest { source }",
  },
  SmsMessage: { direct: direct("smsMessage"), fields: "id detail subscription { iccid }" },
  SubscriptionRequest: {
    direct: direct("subscriptionRequest"),
    fields: "id status errors { message } subscriptions { iccid subscriptionId }",
  },
} as const;
type Entity = keyof typeof ENTITIES;
const NAMES = Object.keys(ENTITIES) as Entity[];

interface Ids {
  accountId: string;
  id: string;
  eid?: string;
}

function direct(field: string) {
  return ({ accountId, id }: Ids) => `${field}(accountId: "${accountId}", id: "${id}")`;
}

let app: TestApp;
let ids: Record<Entity, Ids>;
const nodeIds = {} as Record<Entity, string>;
type Caller = "viewer" | "admin" | "stranger";
let secrets: Record<Caller, string>;

beforeAll(async () => {
  const { path, keys } = await keysFile(
    { name: "viewer", role: "viewer", accounts: [ACCOUNT] },
    { name: "admin", role: "admin", accounts: "*" },
    { name: "stranger", role: "admin", accounts: [OTHER_ACCOUNT] },
  );
  const [viewer = "", admin = "", stranger = ""] = keys;
  secrets = { viewer, admin, stranger };
  app = await startApp({}, { CACHE_SECONDS: "0", AUTH_API_KEYS_FILE: path });
  const examples = app.kore.examples;
  const { activationProfileId, clientId, diagnosticsRequestId, eid, esimRequestId, planId } = examples;
  const { provisioningRequestId, subscriptionId, subscriptionRequestId } = examples;
  const { alertId, alertRuleId, smsMessageId } = await textAndAlert(app, bearer(admin));
  const of = (id: string) => ({ accountId: ACCOUNT, id });
  ids = {
    Account: of(ACCOUNT),
    ActivationProfile: of(activationProfileId),
    Alert: of(alertId),
    AlertRule: of(alertRuleId),
    Client: of(clientId),
    DiagnosticsRequest: of(diagnosticsRequestId),
    Feature: of("cmp-k1-feature-3200"),
    Plan: of(planId),
    PlanType: of("1"),
    Esim: { ...of(""), eid },
    EsimRequest: of(esimRequestId),
    SubscriptionRequest: of(subscriptionRequestId),
    ProvisioningRequest: of(provisioningRequestId),
    ServiceType: of("32"),
    SimSubscription: of(subscriptionId),
    SmsMessage: of(smsMessageId),
  };
  for (const name of NAMES) {
    const { data, errors } = await run<{ it: { nodeId: string } }>(`{ it: ${directly(name)} { nodeId } }`);
    expect(errors).toBeUndefined();
    nodeIds[name] = data?.it.nodeId ?? "";
  }
});
afterAll(() => app.stop());
beforeEach(() => app.kore.clearLog());

const directly = (name: Entity) => ENTITIES[name].direct(ids[name]);
const byNode = (name: Entity, fields: string) => `node(id: "${nodeIds[name]}") { ... on ${name} { ${fields} } }`;

describe("node(id:)", () => {
  test("finds every entity by its nodeId, which differs from all others", async () => {
    expect(new Set(Object.values(nodeIds)).size).toBe(NAMES.length);
    const query = NAMES.map((name) => `${name}: node(id: "${nodeIds[name]}") { __typename nodeId }`).join(" ");
    const { data } = await run(`{ ${query} }`);
    expect(data).toEqual(Object.fromEntries(NAMES.map((name) => [name, { __typename: name, nodeId: nodeIds[name] }])));
  });

  test.each(NAMES)("reads %s as the field that reads it directly does, with the same KORE calls", async (name) => {
    const { fields } = ENTITIES[name];
    const asDirect = await run<{ it: object }>(`{ it: ${directly(name)} { ${fields} } }`);
    const calls = app.kore.requests().sort();
    app.kore.clearLog();
    const asNode = await run<{ it: object }>(`{ it: ${byNode(name, fields)} }`);
    expect(asNode).toEqual(asDirect);
    expect(asNode.errors).toBeUndefined();
    expect(app.kore.requests().sort()).toEqual(calls);
    expect(calls.length).toBeGreaterThan(0);
  });

  test.each(NAMES)("prices %s as that field", async (name) => {
    const schema = await buildGraphSchema(graphParts, { idChecks: "explain" });
    const context = { kore: { credentials: [{ name: "a" }, { name: "b" }] }, caller: LOCAL_CALLER, settings: {} };
    const priceOf = (selection: string) => {
      const document = parse(`{ ${selection} }`);
      const operation = getOperationAST(document);
      if (!operation) throw new Error("no operation");
      return queryCost({ schema, document, operation, variables: {}, context });
    };
    const { fields } = ENTITIES[name];
    expect(priceOf(byNode(name, fields))).toBe(priceOf(`${directly(name)} { ${fields} }`));
    expect(priceOf(byNode(name, "nodeId"))).toBe(priceOf(`${directly(name)} { nodeId }`));
  });

  test.each(NAMES)("gives %s to the callers that may read it directly, and to no others", async (name) => {
    const answers = async (caller: Caller, selection: string) => {
      app.kore.clearLog();
      const { data, errors } = await run<{ it: object | null }>(`{ it: ${selection} }`, caller);
      return [data, errors?.map(({ message, extensions: { code } }) => [code, message]), app.kore.requests()];
    };
    const refusals: unknown[] = [];
    for (const caller of ["viewer", "admin", "stranger"] as const) {
      const asDirect = await answers(caller, `${directly(name)} { nodeId }`);
      expect(await answers(caller, byNode(name, "nodeId"))).toEqual(asDirect);
      if (asDirect[1]) refusals.push(asDirect[1]);
    }
    expect(refusals.length).toBeGreaterThan(0);
  });

  test("is null for what KORE does not know", async () => {
    const id = encode(["SimSubscription", ACCOUNT, "cmp-pp-sub-none"]);
    expect(await run(`{ node(id: "${id}") { nodeId } }`)).toEqual({ data: { node: null } });
  });

  test("batches: twelve SIMs of one operation are the KORE calls of twelve direct fields", async () => {
    const sims = app.kore.iccids(ACCOUNT).slice(0, 12);
    const simIds = sims.map((iccid) => app.kore.sim(ACCOUNT, iccid)?.subscriptionId ?? "");
    const nodes = simIds.map((id, at) => `s${at}: node(id: "${encode(["SimSubscription", ACCOUNT, id])}") { nodeId }`);
    const { errors } = await run(`{ ${nodes.join(" ")} }`);
    expect(errors).toBeUndefined();
    const calls = app.kore.requests();
    app.kore.clearLog();
    await run(
      `{ ${simIds.map((id, at) => `s${at}: subscription(accountId: "${ACCOUNT}", id: "${id}") { id }`).join(" ")} }`,
    );
    expect(calls).toEqual(app.kore.requests());
  });

  test.each([
    ["malformed", "not a node id"],
    ["empty", ""],
    ["another system's", Buffer.from("User:42").toString("base64")],
    ["of a type that has none", encode(["CostCenter", "21287"])],
    ["of an input type", encode(["SimSelector", ACCOUNT, "x"])],
    ["without its key", encode(["SimSubscription", ACCOUNT])],
    ["with more than its key", encode(["Account", ACCOUNT, "x"])],
    ["of an id that would be another path of KORE's", encode(["Account", ".."])],
    ["of no text", encode(["Account", 4100])],
    ["spelled otherwise", Buffer.from(`["Account", "${ACCOUNT}"]`).toString("base64url")],
    ["padded", `${encode(["Account", `${ACCOUNT}x`])}==`],
  ])("refuses an id that is %s, naming the argument, without a KORE call", async (_, id) => {
    const { data, errors } = await run(`query ($id: ID!) { node(id: $id) { nodeId } }`, "admin", { id });
    expect(data).toEqual({ node: null });
    expect(errors).toMatchObject([
      { message: "id: is no nodeId of this graph", path: ["node"], extensions: { code: "BAD_USER_INPUT" } },
    ]);
    expect(app.kore.requests()).toEqual([]);
  });

  test("is the interface of every type that gateways may refer to", async () => {
    const schema = await buildGraphSchema(graphParts, { idChecks: "explain" });
    for (const name of ["Node", "_Entity"]) {
      const type = schema.getType(name);
      expect(
        isAbstractType(type) &&
          schema
            .getPossibleTypes(type)
            .map((one) => one.name)
            .sort(),
      ).toEqual(NAMES);
    }
  });
});

function encode(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

async function run<Data = Record<string, unknown>>(
  query: string,
  caller: Caller = "admin",
  variables: Record<string, unknown> = {},
): Promise<Reply<Data>> {
  const reply = await app.graph.post({ query, variables }, bearer(secrets[caller]));
  return (await reply.json()) as Reply<Data>;
}
