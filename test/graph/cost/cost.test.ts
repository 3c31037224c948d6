import { readFile, readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type GraphQLObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
  getNamedType,
  getNullableType,
  getOperationAST,
  isListType,
  isObjectType,
  parse,
} from "graphql";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  LOCAL_CALLER,
  buildGraphSchema,
  fieldCostOf,
  free,
  queryCost,
  referencesOf,
} from "../../../src/graph/index.ts";
import { graphParts } from "../../../src/resources/index.ts";
import { type TestApp, startApp } from "../../support/app.ts";
import { randomOperation, seeded } from "../../support/operations/random-operation.ts";

const OPERATIONS = new URL("../../../schema/operations/", import.meta.url);
const provisioning = { chunkSize: 500, maxSims: 10_000, maxWaitSeconds: 60 };
const kore = { credentials: [{ name: "default" }] };

const schema = await buildGraphSchema(graphParts, { idChecks: "explain" });

function costOfText(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error("no operation");
  const context = { provisioning, kore, caller: LOCAL_CALLER };
  return queryCost({ schema, document, operation, variables, context });
}

describe("Declared costs, on the served schema", () => {
  const objects = Object.values(schema.getTypeMap()).filter(isObjectType);
  const ours = objects.filter(({ name }) => !name.startsWith("_"));
  const fields = ours.flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ name }) => !name.startsWith("_"))
      .map((field) => ({ name: `${type.name}.${field.name}`, field })),
  );

  test("every field with a resolver declares its cost", () => {
    const resolved = fields.filter(({ field }) =>
      Object.entries(field).some(([key, value]) => /^(resolve|subscribe)$/.test(key) && value !== undefined),
    );
    expect(resolved.length).toBeGreaterThan(40);
    const hasCost = ({ field }: (typeof fields)[number]) => fieldCostOf(field) ?? referencesOf(field);
    expect(resolved.filter((field) => !hasCost(field)).map(({ name }) => name)).toEqual([]);
  });

  test("every list that leads to something that costs says how long it can be", () => {
    const lists = fields.filter(({ field }) => isListType(getNullableType(field.type)));
    const leading = lists.filter(({ field }) => leadsToCost(getNamedType(field.type) as GraphQLObjectType, new Set()));
    expect(leading.length).toBeGreaterThan(8);
    expect(leading.filter(({ field }) => !fieldCostOf(field)).map(({ name }) => name)).toEqual([]);
  });

  test("every entity declares the cost of its references", () => {
    const entities = graphParts.references.map(({ type }) => schema.getType(type.name) as GraphQLObjectType);
    expect(entities.filter((type) => !fieldCostOf(type)).map(({ name }) => name)).toEqual([]);
  });

  function leadsToCost(type: GraphQLObjectType, seen: Set<string>): boolean {
    if (!isObjectType(type) || seen.has(type.name)) return false;
    seen.add(type.name);
    return Object.values(type.getFields()).some((field) => {
      const cost = fieldCostOf(field);
      return (cost && cost !== free) || leadsToCost(getNamedType(field.type) as GraphQLObjectType, seen);
    });
  }
});

let app: TestApp;
beforeAll(async () => {
  const first = await startApp({ sims: 1 });
  const mapping = Object.entries(first.kore.examples.accountMapping).map((pair) => pair.join("="));
  await first.stop();
  app = await startApp(
    { sims: 400 },
    {
      ...NO_LIMITS,
      KORE_ACCOUNT_MAP: mapping.join(","),
      KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on",
    },
  );
});
afterAll(() => app.stop());
beforeEach(() => app.kore.clearLog());

const MOST = 1_000_000;

/** Costs are compared with actual calls, so no limit applies. */
const NO_LIMITS = {
  LIMIT_KORE_REQUESTS: String(MOST),
  LIMIT_KORE_REQUESTS_PER_MINUTE: "0",
  LIMIT_OPERATIONS_PER_MINUTE: "0",
  CACHE_SECONDS: "0",
  LIMIT_DEPTH: "100",
  LIMIT_TOKENS: "100000",
  LIMIT_ALIASES: "1000",
};

const received = () => app.kore.log().filter(({ path }) => !path.endsWith("/token")).length;

/** The computed cost, and the actual one. */
async function both(text: string, variables: Record<string, unknown> = {}): Promise<[computed: number, real: number]> {
  app.kore.clearLog();
  const clockRun = setInterval(() => app.kore.clock.advance(1_000), 200); // Those that wait for KORE end soon.
  const { errors } = await app.graph.query(text, variables);
  clearInterval(clockRun);
  if (errors?.some(({ extensions: { code } }) => code !== "NOT_FOUND")) throw new Error(JSON.stringify(errors[0]));
  // After a failed field, siblings may still read, as may prefetches that no field needs.
  await sleep(errors ? 50 : 10);
  return [costOfText(text, variables), received()];
}

describe("No operation that we show costs more than was computed", async () => {
  const names = (await readdir(OPERATIONS)).sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, OPERATIONS), "utf8")));
  const shown = names.map((name, index) => ({ name, text: texts[index] ?? "" }));
  const kindOf = (text: string) => getOperationAST(parse(text))?.operation;
  const variables = () => ({ ...app.kore.examples });

  test.each(shown.filter(({ text }) => kindOf(text) !== OperationTypeNode.SUBSCRIPTION))("$name", async ({ text }) => {
    const [computed, real] = await both(text, variables());
    expect(real).toBeLessThanOrEqual(computed);
  });

  test("nor comes near the limit", () => {
    const costs = shown.map(({ text }) => costOfText(text, variables()));
    expect(Math.max(...costs)).toBeLessThan(600);
  });
});

describe("The computed cost is the actual one, where it is exact", () => {
  const ACCOUNT = `accountId: "cmp-pp-org-4100"`;

  test.each([
    ["nothing of KORE", `{ capabilities { mode } account(id: "cmp-pp-org-4100") { id } }`, 0],
    ["a page of SIMs", `{ subscriptions(${ACCOUNT}, first: 100) { totalCount nodes { id iccid } } }`, 1],
    ["a page with cost centers", `{ subscriptions(${ACCOUNT}, first: 100) { nodes { costCenter { name } } } }`, 2],
    ["past states in a list", `{ subscriptions(${ACCOUNT}, first: 50) { nodes { stateHistory { state } } } }`, 1],
    ["a page by its edges", `{ subscriptions(${ACCOUNT}) { edges { node { costCenter { name } } } } }`, 2],
    [
      "nodes and edges",
      `{ subscriptions(${ACCOUNT}) { nodes { costCenter { id } } edges { node { costCenter { id } } } } }`,
      2,
    ],
    ["no SIMs at all", `{ subscriptions(${ACCOUNT}, first: 0) { totalCount } }`, 1],
    ["an account's name", `{ account(id: "cmp-pp-org-4100") { name number } }`, 1],
    ["the same twice", `{ a: account(id: "x") { name } b: account(id: "y") { name } }`, 1],
    [
      "cost centers of one account twice",
      `{ a: account(id: "cmp-pp-org-4100") { costCenters { id } } b: account(id: "cmp-pp-org-4100") { costCenters { id } } }`,
      1,
    ],
    [
      "provisioning requests",
      `{ account(id: "cmp-pp-org-4100") { provisioningRequests(first: 4) { nodes { id status } } } }`,
      1,
    ],
    ["API clients", `{ clients(first: 20) { nodes { id name } } }`, 1],
  ])("%s", async (_, text, cost) => {
    expect(await both(text)).toEqual([cost, cost]);
  });

  test("details of provisioning requests: one each", async () => {
    const text = `{ account(id: "cmp-pp-org-4100") { provisioningRequests(first: 3) { nodes { progress { done } subscriptions { outcome } } } } }`;
    expect(await both(text)).toEqual([4, 4]);
  });

  test("one activation profile with all its fields", async () => {
    const { activationProfileId: id } = app.kore.examples;
    expect(await both(`{ activationProfile(${ACCOUNT}, id: "${id}") { name planIds productOffer } }`)).toEqual([1, 1]);
  });

  test("250 ICCIDs with their past states: three and three", async () => {
    const iccids = app.kore.iccids("cmp-pp-org-4100").slice(0, 150);
    const text = `query ($iccids: [ICCID!]!) { subscriptionsByIccid(${ACCOUNT}, iccids: $iccids) { stateHistory { state } } }`;
    expect(await both(text, { iccids })).toEqual([4, 4]);
  });

  test("references by ICCID: one per account and 100", async () => {
    const of = app.kore
      .iccids("cmp-pp-org-4100")
      .slice(0, 120)
      .map((iccid) => ({ __typename: "SimSubscription", accountId: "cmp-pp-org-4100", iccid }));
    const text =
      "query ($of: [_Any!]!) { _entities(representations: $of) { ... on SimSubscription { costCenter { id } } } }";
    expect(await both(text, { of })).toEqual([3, 3]);
  });

  test("skipped fields and a variable's default", async () => {
    const text = `query ($with: Boolean = false, $first: Int = 2) {
      subscriptions(${ACCOUNT}, first: $first) { nodes { id ...More @include(if: $with) } }
    } fragment More on SimSubscription { lastProvisioningRequest { id } }`;
    expect(await both(text)).toEqual([1, 1]);
    expect(await both(text, { with: true })).toEqual([3, 3]);
    expect(await both(text, { with: true, first: 4 })).toEqual([5, 5]);
  });

  test("a page across KORE's pages", async () => {
    const next = `query ($after: String) { subscriptions(${ACCOUNT}, first: 7, after: $after) { nodes { id } pageInfo { endCursor } } }`;
    const { data } = await app.graph.query<{ subscriptions: { pageInfo: { endCursor: string } } }>(next);
    const after = data?.subscriptions.pageInfo.endCursor;
    expect(await both(next, { after })).toEqual([1, 1]);
    const across = next.replace("first: 7", "first: 1000");
    expect(await both(across, { after })).toEqual([2, 2]);
  });

  test("an order: looks at the SIMs, writes in chunks, and a look at each request that is shown", async () => {
    // Others than those of the shown operations: an unfinished order for a SIM is looked at as well.
    const sims = app.kore
      .iccids("cmp-pp-org-4100")
      .filter((iccid) => iccid !== app.kore.examples.transferIccid)
      .slice(-150)
      .map((iccid) => ({ iccid }));
    const text = `mutation ($sims: [SimSelector!]!, $dryRun: Boolean!) {
      suspendSubscriptions(input: { ${ACCOUNT}, subscriptions: $sims, dryRun: $dryRun, requestKey: "cost" }) {
        results { request { id } } requests { id status }
      }
    }`;
    expect(await both(text, { sims, dryRun: true })).toEqual([3, 2]);
    expect(await both(text, { sims, dryRun: false })).toEqual([4, 4]);
  });
});

describe("Hard cases never cost more than was computed", () => {
  test.each([
    [
      "SIMs of SIMs' accounts",
      `{ subscriptions(accountId: "cmp-pp-org-4100", first: 3) { nodes { account { subscriptions(first: 2) { nodes { lastProvisioningRequest { subscriptions { subscription { stateHistory { state } } } } } } } } } }`,
    ],
    [
      "everything that is eligible",
      `{ accounts { subscriptions(first: 2) { nodes { eligibleActivationProfiles { description } } } } }`,
    ],
  ])("%s", async (_, text) => {
    const [computed, real] = await both(text);
    expect(real).toBeGreaterThan(2);
    expect(real).toBeLessThanOrEqual(computed);
  });

  test("two activation profiles at once, read as a list and then each for itself", async () => {
    const { profiles } = await everything();
    const one = (name: string, id: string) =>
      `${name}: activationProfile(accountId: "cmp-pp-org-4100", id: "${id}") { planIds }`;
    expect(await both(`{ ${one("a", profiles[0] ?? "")} ${one("b", profiles[1] ?? "")} }`)).toEqual([3, 3]);
  });

  const RUNS = Number(process.env.FC_RUNS ?? 50);
  const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

  test(`whatever is asked for, in whatever depth (${RUNS} made-up queries)`, async () => {
    process.stdout.write(`FC_SEED=${SEED}\n`);
    const known = await everything();
    const random = seeded(SEED);
    let most = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const query = randomOperation(schema, known, random);
      if (costOfText(query) > MOST) continue;
      const [computed, real] = await both(query);
      most = Math.max(most, real);
      expect(real, `${query} was computed to cost ${computed}`).toBeLessThanOrEqual(computed);
    }
    expect(most).toBeGreaterThan(20);
  }, 120_000);

  async function everything() {
    const { data } = await app.graph.query<{ accounts: { id: string; activationProfiles: { id: string }[] }[] }>(
      "{ accounts { id activationProfiles { id } } }",
    );
    const accounts = data?.accounts ?? [];
    const requests = await app.graph.query<{ account: { provisioningRequests: { nodes: { id: string }[] } } }>(
      `{ account(id: "${accounts[0]?.id ?? ""}") { provisioningRequests { nodes { id } } } }`,
    );
    const iccids = accounts.flatMap(({ id }) => app.kore.iccids(id).slice(0, 8));
    return {
      accounts: [...accounts.map(({ id }) => id), "cmp-none"],
      iccids,
      eids: accounts.flatMap(({ id }) => app.kore.iccids(id).flatMap((iccid) => app.kore.sim(id, iccid)?.eid || [])),
      sims: accounts.flatMap(({ id }) =>
        app.kore
          .iccids(id)
          .slice(0, 8)
          .map((iccid) => app.kore.sim(id, iccid)?.subscriptionId ?? "none"),
      ),
      profiles: accounts.flatMap(({ activationProfiles }) => activationProfiles.slice(0, 3).map(({ id }) => id)),
      requests: requests.data?.account.provisioningRequests.nodes.map(({ id }) => id) ?? [],
      clients: [app.kore.examples.clientId, "apiclient_none"],
    };
  }
});

describe("The cost of the largest operations", () => {
  const sims = (key: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({ [key]: `8944538520${1e9 + n}` }));
  const order = `mutation ($sims: [SimSelector!]!) { suspendSubscriptions(input: { accountId: "a", subscriptions: $sims, requestKey: "k", waitUpTo: 60 }) { results { request { id } } } }`;

  test("10,000 SIMs in one mutation, by ICCID or by id, are within the limit", () => {
    expect(costOfText(order, { sims: sims("iccid", 10_000) })).toBeLessThan(400);
    expect(costOfText(order, { sims: sims("id", 10_000) })).toBeLessThan(1500);
  });

  test("a page of 1,000 SIMs with one call per SIM is within the limit, with two it is not", () => {
    const page = (fields: string) => `{ subscriptions(accountId: "a", first: 1000) { nodes { ${fields} } } }`;
    expect(costOfText(page("profile { id }"))).toBe(1001);
    expect(costOfText(page("profile { id } lastProvisioningRequest { id }"))).toBe(2001);
  });

  test("an alias is no way around it", () => {
    const page = 'subscriptions(accountId: "a", first: 1000) { nodes { profile { id } } }';
    expect(costOfText(`{ _entities: ${page} }`)).toBe(1001);
    expect(costOfText(`{ a: ${page} b: ${page} }`)).toBe(2002);
  });

  test("a condition that is null is not met: fields above it count", () => {
    const page = 'subscriptions(accountId: "a", first: 1000) { nodes { profile { id } id @include(if: $maybe) } }';
    const query = `query ($maybe: Boolean = true) { ${page} }`;
    for (const maybe of [null, "yes", 0]) expect(costOfText(query, { maybe })).toBe(1001);
    const either = query.replace("profile {", "profile @skip(if: $maybe) {");
    expect(costOfText(either, { maybe: null })).toBe(1001);
    expect(costOfText(either, { maybe: true })).toBe(1);
  });

  test("nor is a variable with a name that every object has", () => {
    const query =
      'query ($constructor: Int = 1000) { subscriptions(accountId: "a", first: $constructor) { nodes { profile { id } } } }';
    expect(costOfText(query)).toBe(1001);
    expect(costOfText(query, { constructor: 10 })).toBe(11);
  });

  test("the cost of a document depends on its variables, each time", () => {
    const document = parse(
      'query Sims ($first: Int!, $with: Boolean!) { subscriptions(accountId: "a", first: $first) { nodes { profile @include(if: $with) { id } } } }',
    );
    const operation = getOperationAST(document) as OperationDefinitionNode;
    const cost = (first: number, isWith: boolean) =>
      queryCost({ schema, document, operation, variables: { first, with: isWith }, context: { kore } });
    expect([cost(10, true), cost(100, false), cost(100, true), cost(0, true)]).toEqual([11, 1, 101, 1]);
  });

  test("ids that are none are left to be refused", () => {
    const query = "query ($id: ID!) { subscriptions(accountId: $id) { totalCount } }";
    for (const id of [{ toString: 1 }, [[]], null, true]) expect(costOfText(query, { id })).toBe(1);
    const entities = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Account { name } } }";
    expect(costOfText(entities, { of: [{ __typename: "Account", id: { toString: 1 } }, null, 5, "text"] })).toBe(1);
  });

  test("an input of a wrong form does not evade the limit", () => {
    expect(costOfText(`{ subscriptions(accountId: "a", first: 999999) { nodes { profile { id } } } }`)).toBe(1001);
    expect(costOfText(order, { sims: { iccid: "8944538520100000000" } })).toBe(12);
    expect(
      costOfText("query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }", {
        of: { __typename: "Client", id: "a" },
      }),
    ).toBe(1);
  });
});
