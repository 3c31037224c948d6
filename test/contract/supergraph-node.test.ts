import { composeServices } from "@apollo/composition";
import { ApolloGateway, LocalGraphQLDataSource, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { buildSubgraphSchema, printSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, parse } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../support/app.ts";

/*
 * A supergraph has one `Node` and one `node`, which no single subgraph can resolve for all. Ours are therefore not in the
 * SDL that gateways see. `nodeId` is there, and is a key of each entity.
 */

const ACCOUNT = "cmp-pp-org-4100";
const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;

let app: TestApp;
let sdl = "";
let sim: { nodeId: string; iccid: string };

beforeAll(async () => {
  app = await startApp();
  const { subscriptionId } = app.kore.examples;
  const { data } = await app.graph.query<{ _service: { sdl: string }; subscription: typeof sim }>(
    `{ _service { sdl } subscription(accountId: "${ACCOUNT}", id: "${subscriptionId}") { nodeId iccid } }`,
  );
  if (!data) throw new Error("no answer");
  sdl = data._service.sdl;
  sim = data.subscription;
});
afterAll(() => app.stop());

describe("in a supergraph whose other subgraph has a Node of its own", () => {
  const team = buildSubgraphSchema({
    typeDefs: parse(`${LINK}
      interface Node { id: ID! }
      type Query { node(id: ID!): Node }
      type User implements Node @key(fields: "id") { id: ID! name: String }`),
    resolvers: { Query: { node: () => ({ __typename: "User", id: "1", name: "Ada" }) } },
  });

  test("both compose, and node is theirs", async () => {
    const query = '{ node(id: "1") { __typename ... on User { name } } }';
    expect(await run({ team }, query)).toEqual({ node: { __typename: "User", name: "Ada" } });
  });

  test("nodeId is a field of our entities", async () => {
    const { subscriptionId } = app.kore.examples;
    const query = `{ subscription(accountId: "${ACCOUNT}", id: "${subscriptionId}") { nodeId } }`;
    expect(await run({ team }, query)).toEqual({ subscription: { nodeId: sim.nodeId } });
  });
});

describe("in a supergraph whose node subgraph takes our nodeIds", () => {
  /** As the README shows it. */
  const nodes = buildSubgraphSchema({
    typeDefs: parse(`${LINK}
      interface Node { nodeId: ID! }
      type Query { node(id: ID!): Node }
      type SimSubscription implements Node @key(fields: "nodeId", resolvable: false) { nodeId: ID! }
      type Account implements Node @key(fields: "nodeId", resolvable: false) { nodeId: ID! }`),
    resolvers: {
      Query: {
        node: (_: unknown, { id }: { id: string }) => {
          const [type] = JSON.parse(Buffer.from(id, "base64url").toString()) as [string];
          return { __typename: type, nodeId: id };
        },
      },
    },
  });

  test("it reads a SIM by one KORE call", async () => {
    app.kore.clearLog();
    const query = `{ node(id: "${sim.nodeId}") { nodeId ... on SimSubscription { iccid } } }`;
    expect(await run({ nodes }, query)).toEqual({ node: sim });
    expect(app.kore.requests()).toHaveLength(1);
  });
});

test("references by nodeId are read as those by its key are, and a foreign one is refused alone", async () => {
  const { data, errors } = await app.graph.query(
    "query ($all: [_Any!]!) { _entities(representations: $all) { ... on SimSubscription { iccid } } }",
    {
      all: [
        { __typename: "SimSubscription", nodeId: sim.nodeId },
        { __typename: "Account", nodeId: sim.nodeId },
        { __typename: "SimSubscription", nodeId: "nothing" },
      ],
    },
  );
  expect(data).toEqual({ _entities: [{ iccid: sim.iccid }, null, null] });
  const refused = {
    message: "representations: nodeId: is no nodeId of this type",
    extensions: { code: "BAD_USER_INPUT" },
  };
  expect(errors).toMatchObject([refused, refused]);
});

test("the price of a reference by nodeId is that of its key", async () => {
  const price = async (reference: object) => {
    const query = `query ($all: [_Any!]!) { _entities(representations: $all) { ... on SimSubscription {
      profileHistory { profile { plans { name } } } lastActiveProfiles { profile { id } } lastProvisioningRequest { id } } } }`;
    const all = Array<object>(30).fill({ __typename: "SimSubscription", ...reference });
    const { errors } = await app.graph.query(query, { all });
    return errors?.[0]?.extensions.cost;
  };
  const byKey = await price({ accountId: ACCOUNT, id: app.kore.examples.subscriptionId });
  expect(byKey).toBeGreaterThan(2000);
  expect(await price({ nodeId: sim.nodeId })).toBe(byKey);
});

/** Runs a query through a gateway over our subgraph and others. */
async function run(others: Readonly<Record<string, GraphQLSchema>>, query: string): Promise<unknown> {
  const services = [
    { name: "kore", url: "http://kore.example", typeDefs: parse(sdl) },
    ...Object.entries(others).map(([name, schema]) => ({
      ...{ name, url: `http://${name}.example` },
      typeDefs: parse(printSubgraphSchema(schema)),
    })),
  ];
  const { errors, supergraphSdl } = composeServices(services);
  expect(errors?.map(({ message }) => message)).toBeUndefined();
  const gateway = new ApolloGateway({
    supergraphSdl: supergraphSdl ?? "",
    buildService: ({ name }) => {
      const local = others[name];
      return local ? new LocalGraphQLDataSource(local) : new RemoteGraphQLDataSource({ url: `${app.url}/graphql` });
    },
  });
  const server = new ApolloServer({ gateway });
  await server.start();
  const { body } = await server.executeOperation({ query });
  await server.stop();
  if (body.kind !== "single") throw new Error("one answer is expected");
  expect(body.singleResult.errors).toBeUndefined();
  return body.singleResult.data;
}
