import { readFile } from "node:fs/promises";
import { composeServices } from "@apollo/composition";
import { ApolloGateway, LocalGraphQLDataSource, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { buildSubgraphSchema, printSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, Kind, lexicographicSortSchema, parse, print } from "graphql";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Reply, type TestApp, startApp } from "../support/app.ts";

const ACCOUNT = "cmp-pp-org-4100";
const OTHER_ACCOUNT = "cmp-pp-org-4101";
const LIST = `GET /v1/accounts/${ACCOUNT}/subscriptions`;
const OTHER_LIST = `GET /v1/accounts/${OTHER_ACCOUNT}/subscriptions`;

let app: TestApp;
/** Those of `ACCOUNT`. */
let iccids: string[];

beforeAll(async () => {
  app = await startApp({}, { CACHE_SECONDS: "0" });
  iccids = app.kore.iccids(ACCOUNT);
});
afterAll(() => app.stop());
beforeEach(() => {
  app.kore.faults.clear();
  app.kore.clearLog();
});

describe("the schema", () => {
  test("schema/subgraph.graphql is what the service tells a gateway", async () => {
    const file = await readFile(new URL("../../schema/subgraph.graphql", import.meta.url), "utf8");
    expect(canonical(await served())).toBe(canonical(file));
  });

  test("what the service tells a gateway is what it executes", async () => {
    const sdl = canonical(await served());
    const { data } = await app.graph.query<{ __type: { fields: { name: string }[] } }>(
      '{ __type(name: "SimSubscription") { fields { name } } }',
    );
    const fields = data?.__type.fields ?? [];
    expect(fields.length).toBeGreaterThan(20);
    for (const { name } of fields) expect(sdl).toContain(`\n  ${name}`);
  });
});

describe("in a supergraph with a device registry", () => {
  const SIMS_OF_DEVICES = `
    query SimsOfDevices($first: Int!) {
      devices(first: $first) { serial sim { iccid imsi account { name } } }
    }`;

  let server: ApolloServer;
  let supergraph: string;

  beforeAll(async () => {
    const registry = deviceRegistry(iccids);
    supergraph = compose([
      { name: "kore", sdl: await served() },
      { name: "registry", sdl: printSubgraphSchema(registry) },
    ]);
    const gateway = new ApolloGateway({
      supergraphSdl: supergraph,
      buildService: ({ name }) =>
        name === "registry"
          ? new LocalGraphQLDataSource(registry)
          : new RemoteGraphQLDataSource({ url: `${app.url}/graphql` }),
    });
    server = new ApolloServer({ gateway });
    await server.start();
  });
  afterAll(() => server.stop());

  test("the SIMs of a hundred devices cost KORE one call for the SIMs and one for their account", async () => {
    const { body } = await server.executeOperation({ query: SIMS_OF_DEVICES, variables: { first: 100 } });
    if (body.kind !== "single") throw new Error("one answer is expected");
    expect(body.singleResult.errors).toBeUndefined();
    const asked = iccids.slice(0, 100);
    expect(body.singleResult.data).toEqual({
      devices: asked.map((iccid, index) => ({
        serial: `device-${index}`,
        sim: { iccid, imsi: simOf(iccid).imsi, account: { name: "Meridian Cold Chain" } },
      })),
    });
    expect(app.kore.requests()).toEqual([`${LIST} ×1`, "GET /v1/accounts ×1"]);
    expect(iccidsAsked()).toEqual([asked]);
  });

  test("a SIM keeps its type, and the supergraph's root operations are no SIMs", () => {
    const { definitions } = parse(supergraph);
    const roots = definitions.flatMap((one) => (one.kind === Kind.SCHEMA_DEFINITION ? one.operationTypes : []));
    expect(["Query", "Mutation", "Subscription"]).toEqual(
      expect.arrayContaining(roots.map(({ type }) => type.name.value)),
    );
    const sim = definitions.find(
      (one) => one.kind === Kind.OBJECT_TYPE_DEFINITION && one.name.value === "SimSubscription",
    );
    expect(sim && print(sim)).toContain('@join__type(graph: KORE, key: "accountId iccid")');
  });
});

describe("the entities that a gateway asks for", () => {
  const bySim = (iccid: unknown, accountId: unknown = ACCOUNT) => ({ __typename: "SimSubscription", accountId, iccid });

  test("a hundred SIMs by ICCID are one KORE call", async () => {
    const reply = await entities(iccids.slice(0, 100).map((iccid) => bySim(iccid)));
    expect(reply.errors).toBeUndefined();
    expect(reply.data?._entities.map((sim) => sim?.iccid)).toEqual(iccids.slice(0, 100));
    expect(app.kore.requests()).toEqual([`${LIST} ×1`]);
  });

  test("250 SIMs by ICCID are three KORE calls, each SIM in one of them", async () => {
    const asked = iccids.slice(0, 250);
    const reply = await entities(asked.map((iccid) => bySim(iccid)));
    expect(reply.data?._entities).toEqual(asked.map((iccid) => simOf(iccid)));
    expect(app.kore.requests()).toEqual([`${LIST} ×3`]);
    expect(iccidsAsked().flat().sort()).toEqual([...asked].sort());
  });

  test("SIMs of two accounts are a call for each of the accounts", async () => {
    const [theirs = ""] = app.kore.iccids(OTHER_ACCOUNT);
    const reply = await entities([bySim(iccids[0]), bySim(theirs, OTHER_ACCOUNT), bySim(iccids[1])]);
    expect(reply.data?._entities.map((sim) => sim?.iccid)).toEqual([iccids[0], theirs, iccids[1]]);
    expect(app.kore.requests().sort()).toEqual([`${LIST} ×1`, `${OTHER_LIST} ×1`]);
  });

  test("a SIM of another account than the reference says is null", async () => {
    const [theirs] = app.kore.iccids(OTHER_ACCOUNT);
    expect(await entities([bySim(theirs)])).toEqual({ data: { _entities: [null] } });
  });

  test("SIMs by KORE's id are read, too", async () => {
    const sims = iccids.slice(0, 3).map((iccid) => simOf(iccid));
    const reply = await entities(sims.map(({ id }) => ({ __typename: "SimSubscription", accountId: ACCOUNT, id })));
    expect(reply).toEqual({ data: { _entities: sims } });
    expect(app.kore.requests()).toEqual(sims.map(({ id }) => `${LIST}/${id} ×1`));
  });

  test("both keys of a SIM may stand in one call, and every answer keeps its place", async () => {
    const [first, second, third] = [simOf(iccids[0]), simOf(iccids[1]), simOf(iccids[2])];
    const reply = await entities([
      bySim(first.iccid),
      { __typename: "SimSubscription", accountId: ACCOUNT, id: second.id },
      bySim(third.iccid),
    ]);
    expect(reply).toEqual({ data: { _entities: [first, second, third] } });
    expect(app.kore.requests().sort()).toEqual([`${LIST} ×1`, `${LIST}/${second.id} ×1`]);
    expect(iccidsAsked()).toContainEqual([first.iccid, third.iccid]);
  });

  test("an ICCID that KORE does not know is null, beside those that it knows", async () => {
    const reply = await entities([bySim("8900000000000000000"), bySim(iccids[0])]);
    expect(reply).toEqual({ data: { _entities: [null, simOf(iccids[0])] } });
    expect(app.kore.requests()).toEqual([`${LIST} ×1`]);
  });

  test.each([
    ["signs", () => `${iccids[1]?.slice(0, -1)}-`],
    ["a list in disguise", () => `${iccids[1]},${iccids[2]}`],
    ["no text", () => Number(iccids[1])],
    ["nothing", () => null],
    ["another parameter", () => `${iccids[1]}&sim-state=Active`],
  ])("an ICCID that is %s is an error of that entity alone and never reaches KORE", async (_, invalid) => {
    const reply = await entities([bySim(iccids[0]), bySim(invalid()), bySim(iccids[3])]);
    expect(reply.data?._entities).toEqual([simOf(iccids[0]), null, simOf(iccids[3])]);
    expect(failures(reply)).toEqual(["_entities.1 BAD_USER_INPUT"]);
    expect(JSON.stringify(reply.errors)).not.toContain(iccids[1]?.slice(0, 12));
    expect(iccidsAsked()).toEqual([[iccids[0], iccids[3]]]);
  });

  test("a key that the gateway leaves null is none", async () => {
    const reply = await entities([{ ...bySim(iccids[0]), id: null }]);
    expect(reply).toEqual({ data: { _entities: [simOf(iccids[0])] } });
  });

  test("an account id that would make it another path of KORE's is an error of that entity alone", async () => {
    const reply = await entities([bySim(iccids[0], `../${ACCOUNT}`), bySim(iccids[0])]);
    expect(reply.data?._entities).toEqual([null, simOf(iccids[0])]);
    expect(failures(reply)).toEqual(["_entities.0 BAD_USER_INPUT"]);
    expect(app.kore.requests()).toEqual([`${LIST} ×1`]);
  });

  test.each([
    ["of a type that nobody has", { __typename: "Toaster", id: "1" }],
    ["of a type that is no entity", { __typename: "CostCenter", id: "1" }],
    ["without a type", { accountId: ACCOUNT, iccid: "8900000000000000000" }],
    ["that is no object", "SimSubscription"],
    ["without a key", { __typename: "Account" }],
    ["with another's key", { __typename: "Account", iccid: "8900000000000000000" }],
    ["of a key that is a list", { __typename: "Account", id: [ACCOUNT] }],
  ])("a reference %s is the gateway's mistake and spoils no other entity", async (_, reference) => {
    // The first fails later than the second, which must not have given up on it: an error that nobody awaits ends the process.
    const reply = await entities([bySim(iccids[0], `../${ACCOUNT}`), reference, bySim(iccids[0])]);
    expect(reply.data?._entities).toEqual([null, null, simOf(iccids[0])]);
    expect(failures(reply)).toEqual(["_entities.0 BAD_USER_INPUT", "_entities.1 BAD_USER_INPUT"]);
  });

  test("a KORE call that fails costs the entities of that call and no others", async () => {
    app.kore.faults.add({ effect: "status", status: 500, path: OTHER_LIST.replace("GET ", "/connectivity") });
    const theirs = app.kore.iccids(OTHER_ACCOUNT).slice(0, 2);
    const reply = await entities([bySim(theirs[0], OTHER_ACCOUNT), bySim(iccids[0]), bySim(theirs[1], OTHER_ACCOUNT)]);
    expect(reply.data?._entities).toEqual([null, simOf(iccids[0]), null]);
    expect(failures(reply)).toEqual(["_entities.0 KORE_UNAVAILABLE", "_entities.2 KORE_UNAVAILABLE"]);
  });

  test("an account costs nothing until a field needs KORE", async () => {
    const account = { __typename: "Account", id: ACCOUNT };
    expect(await entities([account], "... on Account { id }")).toEqual({ data: { _entities: [{ id: ACCOUNT }] } });
    expect(app.kore.requests()).toEqual([]);
    expect(await entities([account, account], "... on Account { name }")).toEqual({
      data: { _entities: [{ name: "Meridian Cold Chain" }, { name: "Meridian Cold Chain" }] },
    });
    expect(app.kore.requests()).toEqual(["GET /v1/accounts ×1"]);
  });

  test("activation profiles are read by account and id, and are null where there is none", async () => {
    const { activationProfileId: id } = app.kore.examples;
    const profile = (of: string) => ({ __typename: "ActivationProfile", accountId: ACCOUNT, id: of });
    const reply = await entities([profile(id), profile("nobody")], "... on ActivationProfile { accountId id name }");
    expect(reply).toEqual({
      data: { _entities: [{ accountId: ACCOUNT, id, name: expect.any(String) as string }, null] },
    });
  });

  test("provisioning requests are read by account and id, and are null where there is none", async () => {
    const [held] = app.kore.provisioningRequests(ACCOUNT);
    const id = held?.id ?? "";
    expect(id).not.toBe("");
    const request = (of: string) => ({ __typename: "ProvisioningRequest", accountId: ACCOUNT, id: of });
    const reply = await entities(
      [request("00000000-0000-0000-0000-000000000000"), request(id)],
      "... on ProvisioningRequest { accountId id numberOfSubscriptions }",
    );
    const numberOfSubscriptions = held?.subscriptions.length;
    expect(reply).toEqual({ data: { _entities: [null, { accountId: ACCOUNT, id, numberOfSubscriptions }] } });
  });

  test("API clients are read by id, and are null where there is none", async () => {
    const { clientId: id } = app.kore.examples;
    const client = (of: string) => ({ __typename: "Client", id: of });
    const reply = await entities([client(id), client("apiclient_nobody")], "... on Client { id type }");
    expect(reply).toEqual({ data: { _entities: [{ id, type: "STANDARD" }, null] } });
  });
});

interface Sim {
  id: string;
  iccid: string;
  imsi: string;
}

/** A SIM as the simulator has it. */
function simOf(iccid = ""): Sim {
  const sim = app.kore.sim(ACCOUNT, iccid);
  if (!sim) throw new Error("the simulator has no such SIM");
  return { id: sim.subscriptionId, iccid, imsi: sim.imsi };
}

function entities(
  representations: unknown[],
  fields = "... on SimSubscription { id iccid imsi }",
): Promise<Reply<{ _entities: (Sim | null)[] }>> {
  const query = `query Entities($representations: [_Any!]!) { _entities(representations: $representations) { ${fields} } }`;
  return app.graph.query(query, { representations });
}

/** Where what went wrong, by place. */
function failures({ errors = [] }: Reply<unknown>): string[] {
  return errors.map(({ path = [], extensions: { code } }) => `${path.join(".")} ${code}`).sort();
}

/** The ICCIDs of each list call that KORE received. */
function iccidsAsked(): string[][] {
  return app.kore.log().flatMap(({ query }) => (query.iccid === undefined ? [] : [query.iccid.split(",")]));
}

async function served(): Promise<string> {
  const { data } = await app.graph.query<{ _service: { sdl: string } }>("{ _service { sdl } }");
  return data?._service.sdl ?? "";
}

/** One text for all spellings of a subgraph: order and the definitions that federation itself adds do not count. */
function canonical(sdl: string): string {
  return printSubgraphSchema(lexicographicSortSchema(buildSubgraphSchema(parse(sdl))));
}

/** A team that knows which device holds which SIM, and nothing else about SIMs. */
function deviceRegistry(held: readonly string[]): GraphQLSchema {
  const devices = held.map((iccid, index) => ({ serial: `device-${index}`, sim: { accountId: ACCOUNT, iccid } }));
  const typeDefs = parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
    scalar ICCID
    type Query { devices(first: Int!): [Device!]! deviceList: DeviceConnection }
    type DeviceConnection { nodes: [Device!]! pageInfo: PageInfo! }
    type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
    type Device @key(fields: "serial") { serial: ID! name: String sim: SimSubscription }
    type SimSubscription @key(fields: "accountId iccid", resolvable: false) { accountId: ID! iccid: ICCID }`);
  const resolvers = { Query: { devices: (_: unknown, { first }: { first: number }) => devices.slice(0, first) } };
  return buildSubgraphSchema({ typeDefs, resolvers });
}

function compose(services: { name: string; sdl: string }[]): string {
  const { errors, supergraphSdl } = composeServices(
    services.map(({ name, sdl }) => ({ name, url: `http://${name}.example/graphql`, typeDefs: parse(sdl) })),
  );
  expect(errors?.map(({ message }) => message)).toBeUndefined();
  return supergraphSdl ?? "";
}
