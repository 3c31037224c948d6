import { readFile, readdir } from "node:fs/promises";
import { composeServices } from "@apollo/composition";
import { ApolloGateway, LocalGraphQLDataSource, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { buildSubgraphSchema, printSubgraphSchema } from "@apollo/subgraph";
import { ROUTER_COMPATIBILITY_VERSION_ONE, federateSubgraphs } from "@wundergraph/composition";
import { type GraphQLSchema, parse, print, validate } from "graphql";
import { createClient } from "graphql-sse";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SchemaPrefix, buildGraphSchema, printSubgraph } from "../../src/graph/index.ts";
import { graphParts } from "../../src/resources/index.ts";
import { type TestApp, startApp } from "../support/app.ts";

const ACCOUNT = "cmp-pp-org-4100";

interface Service {
  name: string;
  sdl: string;
}

/** A subgraph that has types and root fields of our names already. */
function platform(simType: string, iccidType: string, iccid: string): GraphQLSchema {
  const account = { id: "7", owner: "Ada" };
  return buildSubgraphSchema({
    typeDefs: parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      scalar ${iccidType}
      type Query { account(id: ID!): Account accounts: [Account!]! client(name: String!): Client clients: [Client!]! }
      type Account @key(fields: "id") { id: ID! owner: String! device: Device }
      type Client { name: String! }
      type Device { serial: ID! sim: ${simType} }
      type ${simType} @key(fields: "accountId iccid", resolvable: false) { accountId: ID! iccid: ${iccidType} }`),
    resolvers: {
      Query: { account: () => account, accounts: () => [account], clients: () => [] },
      Account: { device: () => ({ serial: "1", sim: { accountId: ACCOUNT, iccid } }) },
    },
  });
}

/** Each composer's supergraph, or its errors. */
const COMPOSERS: Readonly<Record<string, (services: Service[]) => { supergraph?: string; errors: string[] }>> = {
  Apollo: (services) => {
    const { supergraphSdl, errors = [] } = composeServices(
      services.map(({ name, sdl }) => ({ name, url: `http://${name}.example/graphql`, typeDefs: parse(sdl) })),
    );
    return { ...(supergraphSdl && { supergraph: supergraphSdl }), errors: errors.map(({ message }) => message) };
  },
  WunderGraph: (services) => {
    const subgraphs = services.map(({ name, sdl }) => ({
      name,
      url: `http://${name}.example/graphql`,
      definitions: parse(sdl),
    }));
    const result = federateSubgraphs({ subgraphs, version: ROUTER_COMPATIBILITY_VERSION_ONE });
    if (!result.success) return { errors: result.errors.map(({ message }) => message) };
    return { supergraph: print(result.federatedGraphAST), errors: [] };
  },
};

const sdlOf = async (options: { prefix?: string; hasAuthDirectives?: boolean } = {}) =>
  printSubgraph(await buildGraphSchema(graphParts, { idChecks: "explain", ...options }));

describe.each(Object.entries(COMPOSERS))("%s composes", (_, compose) => {
  test.each([{}, { hasAuthDirectives: true }, { prefix: "Kore", hasAuthDirectives: true }])(
    "the subgraph with %j",
    async (options) => {
      const { supergraph, errors } = compose([{ name: "kore", sdl: await sdlOf(options) }]);
      expect(errors).toEqual([]);
      expect(supergraph).toContain(`${options.prefix ?? ""}SimSubscription`);
    },
  );

  test("it with a subgraph that has our names only under a prefix", async () => {
    const other = (type: string, iccid: string) => ({
      name: "platform",
      sdl: printSubgraphSchema(platform(type, iccid, "")),
    });
    const plain = compose([{ name: "kore", sdl: await sdlOf() }, other("SimSubscription", "ICCID")]);
    expect(plain.errors).not.toEqual([]);
    const prefixed = compose([
      { name: "kore", sdl: await sdlOf({ prefix: "Kore" }) },
      other("KoreSimSubscription", "KoreICCID"),
    ]);
    expect(prefixed.errors).toEqual([]);
  });
});

describe("the subgraph says", () => {
  const line = (sdl: string, start: RegExp) => sdl.split("\n").find((one) => start.test(one)) ?? "";

  test("what its fields cost, and which write", async () => {
    const sdl = await sdlOf();
    expect(line(sdl, /^ {2}\): SimSubscriptionConnection! /)).toContain(
      '@cost(weight: 1) @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"]',
    );
    expect(line(sdl, /^ {2}profile: SimProfile /)).toContain("@cost(weight: 1)");
    expect(line(sdl, /^ {2}costCenter: CostCenter/)).not.toContain("@cost"); // One for a hundred SIMs.
    const mutation = /^type Mutation[^{]*\{([\s\S]*?)^\}/m.exec(sdl)?.[1] ?? "";
    expect(mutation.match(/@tag\(name: "write"\)/g)).toHaveLength(mutation.match(/^ {2}\w+\(/gm)?.length ?? NaN);
    expect(sdl).not.toMatch(/@authenticated|@requiresScopes/);
  });

  test("which roles its fields need, where that is asked for", async () => {
    const sdl = await sdlOf({ hasAuthDirectives: true });
    expect(sdl).toMatch(/^type Client\b[^{]*@requiresScopes\(scopes: \[\["kore-graph:admin"\]\]\)/m);
    expect(sdl).toContain(
      '@requiresScopes(scopes: [["kore-graph:operator"], ["kore-graph:admin"]]) @tag(name: "write")',
    );
    expect(line(sdl, /^ {2}\): SimSubscriptionConnection! /)).toContain("@authenticated");
  });
});

describe("under a prefix", () => {
  let app: TestApp;
  let server: ApolloServer;
  let iccid: string;
  beforeAll(async () => {
    app = await startApp({}, { SCHEMA_PREFIX: "Kore", INTROSPECTION: "on" });
    [iccid = ""] = app.kore.iccids(ACCOUNT);
    const other = platform("KoreSimSubscription", "KoreICCID", iccid);
    const served = await app.graph.query<{ _service: { sdl: string } }>("{ _service { sdl } }");
    const { supergraph = "" } =
      COMPOSERS.Apollo?.([
        { name: "kore", sdl: served.data?._service.sdl ?? "" },
        { name: "platform", sdl: printSubgraphSchema(other) },
      ]) ?? {};
    const gateway = new ApolloGateway({
      supergraphSdl: supergraph,
      buildService: ({ name }) =>
        name === "platform"
          ? new LocalGraphQLDataSource(other)
          : new RemoteGraphQLDataSource({ url: `${app.url}/graphql` }),
    });
    server = new ApolloServer({ gateway });
    await server.start();
  });
  afterAll(async () => {
    await server.stop();
    await app.stop();
  });

  async function ask(query: string, variables: Record<string, unknown> = {}) {
    app.kore.clearLog();
    const { body } = await server.executeOperation({ query, variables });
    if (body.kind !== "single") throw new Error("one answer is expected");
    return body.singleResult;
  }

  test("both subgraphs answer in one operation, and references join by ICCID", async () => {
    const { data, errors } = await ask(`{
      account(id: "7") { __typename owner device { sim { __typename iccid account { __typename name } } } }
      koreAccount(id: "${ACCOUNT}") { __typename name koreSims: subscriptions(first: 1) { nodes { iccid } } }
    }`);
    expect(errors).toBeUndefined();
    const account = { __typename: "KoreAccount", name: "Meridian Cold Chain" };
    expect(data).toEqual({
      account: {
        __typename: "Account",
        owner: "Ada",
        device: { sim: { __typename: "KoreSimSubscription", iccid, account } },
      },
      koreAccount: { ...account, koreSims: { nodes: [{ iccid: expect.any(String) as string }] } },
    });
  });

  test("orders are written, and a payload's interface names its type", async () => {
    const { stockIccid, activationProfileId } = app.kore.examples;
    const { data, errors } = await ask(
      `mutation ($profile: ID!, $iccid: KoreICCID!) {
        koreActivateSubscriptions(input: { accountId: "${ACCOUNT}", activationState: TEST, dryRun: true,
          activationProfileId: $profile, subscriptions: [{ iccid: $iccid }] }) { __typename results { outcome } } }`,
      { profile: activationProfileId, iccid: stockIccid },
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ koreActivateSubscriptions: { __typename: "KoreActivateSubscriptionsPayload" } });
  });

  test("rules hold: costs, ids, and references of the names without it", async () => {
    const malformed = await app.graph.query('{ koreAccount(id: "../x") { id } }');
    expect(malformed.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    const dear = await app.graph.query(
      `{ koreAccounts { subscriptions(first: 1000) { nodes { profile { id } lastProvisioningRequest { id } } } } }`,
    );
    expect(dear.errors?.[0]?.extensions.code).toBe("COST_LIMIT_EXCEEDED");
    const old = await app.graph.query(
      `{ _entities(representations: [{ __typename: "Account", id: "${ACCOUNT}" }]) { __typename } }`,
    );
    expect(old.errors?.[0]?.message).toBe("representations: __typename names no entity type");
  });

  test("subscriptions have it, too", async () => {
    const client = createClient({ url: `${app.url}/graphql`, retryAttempts: 0 });
    const events = client.iterate({
      query: `subscription { koreProvisioningRequestUpdated(accountId: "${ACCOUNT}", id: "unknown") { id } }`,
    });
    const { value } = (await events.next()) as { value: { errors: { extensions: { code: string } }[] } };
    expect(value.errors[0]?.extensions.code).toBe("NOT_FOUND");
  });

  test("the shown operations are valid, and their responses have the same keys", async () => {
    const folder = new URL("../../schema/operations/", import.meta.url);
    const names = new SchemaPrefix("Kore");
    const schema = await buildGraphSchema(graphParts, { idChecks: "explain", prefix: "Kore" });
    for (const name of (await readdir(folder)).filter((file) => file.endsWith(".graphql"))) {
      const text = await readFile(new URL(name, folder), "utf8");
      const prefixed = names.operation(text);
      expect([name, validate(schema, parse(prefixed)).map(({ message }) => message)]).toEqual([name, []]);
      expect(prefixed.match(/#.*/g)).toEqual(text.match(/#.*/g));
    }
    const tabs = (await (await fetch(`${app.url}/playground/tabs.json`)).json().catch(() => undefined)) as unknown;
    if (tabs) expect(JSON.stringify(tabs)).toContain("koreAccounts");
  });

  test("descriptions name fields as they are called", async () => {
    const { data } = await app.graph.query<{ _service: { sdl: string } }>("{ _service { sdl } }");
    expect(data?._service.sdl).toContain("`koreCapabilities");
    expect(data?._service.sdl).not.toMatch(/`capabilities\b/);
  });
});
