import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Reply, type TestApp, startApp } from "../support/app.ts";
import { EVERY_TRANSPORT } from "../support/operations/every-transport.ts";
import { TRANSPORTS } from "../support/live/callers.ts";

const ICCID = "8988303000000000001";

let app: TestApp;
beforeAll(async () => {
  app = await startApp(
    { accounts: { acme: { sims: 5 } } },
    { LIMIT_OPERATIONS_PER_MINUTE: "0", LIMIT_KORE_REQUESTS_PER_MINUTE: "0" },
  );
});
afterAll(() => app.stop());
beforeEach(() => app.kore.clearLog());

const defects = () => app.logged().filter(({ level }) => level === "error" || level === "fatal");

interface Told {
  code: string;
  /** Whether it says where: a place in the text, in the reply, or a variable. */
  hasPlace: boolean;
}

const told = ({ errors = [] }: Reply): Told[] =>
  errors.map((error) => {
    const { message, path, extensions, locations } = error as typeof error & { locations?: unknown[] };
    const hasPlace = locations !== undefined || path !== undefined || /\$\w+|variables/.test(message);
    return { code: extensions.code, hasPlace };
  });

const MISTAKE: Told = { code: "BAD_USER_INPUT", hasPlace: true };

interface Case {
  query: string;
  variables?: Record<string, unknown>;
}

async function isAMistakeEverywhere({ query, variables }: Case): Promise<void> {
  for (const { name, ask } of EVERY_TRANSPORT) {
    const reply = await ask(app.url, { query, ...(variables && { variables }) });
    expect([name, told(reply)]).toEqual([name, [MISTAKE]]);
    expect(JSON.stringify(reply)).not.toContain(ICCID);
  }
  expect(defects()).toEqual([]);
}

describe("12.7.1 a variable with a default that is null is the caller's mistake:", () => {
  test.each<[string, Case]>([
    [
      "an id",
      { query: 'query ($id: ID = "x") { subscription(accountId: "acme", id: $id) { id } x: client(id: $id) { id } }' },
    ],
    ["an account", { query: 'query ($id: ID = "acme") { subscriptions(accountId: $id) { totalCount } }' }],
    [
      "a list",
      { query: `query ($id: [ICCID!] = ["${ICCID}"]) { subscriptionsByIccid(accountId: "acme", iccids: $id) { id } }` },
    ],
    [
      "below",
      {
        query:
          'query ($id: ID = "x") { account(id: "acme") { provisioningRequests(filter: { subscriptionId: "y" }) { totalCount } } x: client(id: $id) { id } }',
      },
    ],
    [
      "in an input",
      {
        query:
          'mutation ($id: ID = "x") { suspendSubscriptions(input: { accountId: $id, subscriptions: [] }) { counts { submitted } } }',
      },
    ],
    [
      "in a reference's place",
      { query: "query ($id: [_Any!] = []) { _entities(representations: $id) { __typename } }" },
    ],
  ])("%s", async (_, { query }) => {
    for (const { name, ask } of EVERY_TRANSPORT) {
      const reply = await ask(app.url, { query, variables: { id: null } });
      expect([name, told(reply).at(-1)]).toEqual([name, MISTAKE]);
      expect(told(reply).every(({ code }) => code === "BAD_USER_INPUT")).toBe(true);
    }
    expect(defects()).toEqual([]);
  });

  test.each(TRANSPORTS)("of a subscription over $name", async ({ call }) => {
    const query = 'subscription ($id: ID = "acme") { subscriptionStateChanged(accountId: $id) { newState } }';
    const caller = call(app.url, { query, variables: { id: null } });
    await caller.ended;
    expect(caller.results.map(told)).toEqual([[MISTAKE]]);
    expect(defects()).toEqual([]);
  });
});

describe("12.7.2 null items and conditions are the caller's mistake:", () => {
  test.each<[string, Case]>([
    [
      "an item of a list",
      {
        query: `query ($a: ICCID = "${ICCID}") { subscriptionsByIccid(accountId: "acme", iccids: ["${ICCID}", $a]) { id } }`,
        variables: { a: null },
      },
    ],
    [
      "an item of a list in variables",
      {
        query: 'query ($a: [ICCID!]!) { subscriptionsByIccid(accountId: "acme", iccids: $a) { id } }',
        variables: { a: [ICCID, null] },
      },
    ],
    [
      "an item of a list in an input",
      {
        query: `query ($a: ICCID = "${ICCID}") { subscriptions(accountId: "acme", filter: { iccids: [$a] }) { totalCount } }`,
        variables: { a: null },
      },
    ],
    [
      "a condition at the root",
      {
        query: "query ($a: Boolean = true) { capabilities @include(if: $a) { mode } }",
        variables: { a: null },
      },
    ],
    [
      "a condition to skip",
      {
        query: "query ($a: Boolean = false) { capabilities { mode @skip(if: $a) __typename } }",
        variables: { a: null },
      },
    ],
    [
      "a condition on a fragment",
      {
        query:
          "query ($a: Boolean = false) { capabilities { ...F @skip(if: $a) } } fragment F on Capabilities { mode }",
        variables: { a: null },
      },
    ],
    [
      "a condition of a mutation",
      {
        query:
          'mutation ($a: Boolean = false) { suspendSubscriptions(input: { accountId: "acme", subscriptions: [] }) @skip(if: $a) { counts { submitted } } }',
        variables: { a: null },
      },
    ],
  ])("%s", async (_, mistake) => {
    await isAMistakeEverywhere(mistake);
    expect(app.kore.requests().filter((line) => !line.startsWith("GET"))).toEqual([]);
  });

  test("a condition below a field that fails by itself meanwhile, which once ended the process", async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown) => void unheard.push(reason);
    process.on("unhandledRejection", hear);
    const query =
      'query ($a: Boolean = true) { subscription(accountId: "acme") { id costCenter @include(if: $a) { name } } }';
    for (const { ask } of EVERY_TRANSPORT) {
      const reply = await ask(app.url, { query, variables: { a: null } });
      expect(told(reply)).toEqual([MISTAKE]);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.off("unhandledRejection", hear);
    expect(unheard).toEqual([]);
    expect(defects()).toEqual([]);
  });

  test("a condition below a list, whose account is not asked for it", async () => {
    await isAMistakeEverywhere({
      query:
        'query ($a: Boolean = true) { subscriptions(accountId: "acme", first: 1) { nodes { id costCenter @include(if: $a) { name } } } }',
      variables: { a: null },
    });
  });
});

describe("12.7.3 too many errors are the caller's mistakes,", () => {
  const MANY = Array.from({ length: 200 }, () => null);

  test.each<[string, Case]>([
    [
      "in a query",
      {
        query: 'query ($a: [ICCID!]!) { subscriptionsByIccid(accountId: "acme", iccids: $a) { id } }',
        variables: { a: MANY },
      },
    ],
    [
      "in a mutation",
      {
        query:
          'mutation ($a: [SimSelector!]!) { suspendSubscriptions(input: { accountId: "acme", subscriptions: $a }) { counts { submitted } } }',
        variables: { a: MANY },
      },
    ],
  ])("%s", async (_, { query, variables = {} }) => {
    for (const { name, ask } of EVERY_TRANSPORT) {
      const reply = await ask(app.url, { query, variables });
      expect([name, reply.errors?.length]).toEqual([name, 51]);
      expect(new Set(told(reply).map(({ code, hasPlace }) => `${code} ${hasPlace}`))).toEqual(
        new Set(["BAD_USER_INPUT true"]),
      );
    }
    expect(app.kore.requests()).toEqual([]);
    expect(defects()).toEqual([]);
  });

  test("of a document, too", async () => {
    const query = `{ ${Array.from({ length: 19 }, (_, n) => `nothing${n}`).join(" ")} }`;
    for (const { ask } of EVERY_TRANSPORT) {
      const reply = await ask(app.url, { query });
      expect(new Set(told(reply).map(({ code }) => code))).toEqual(new Set(["GRAPHQL_VALIDATION_FAILED"]));
    }
    expect(defects()).toEqual([]);
  });
});

describe("12.7.4 what is nested too deep is the caller's mistake:", () => {
  const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));

  test.each([101, 4100, 7000])("variables of %i levels", async (levels) => {
    const query = "query ($a: [_Any!]!) { _entities(representations: $a) { __typename } }";
    for (const part of ["variables", "extensions"] as const) {
      const body = `{"query":${JSON.stringify(query)},"${part}":{"a":${"[".repeat(levels)}${"]".repeat(levels)}}}`;
      for (const accept of ["*/*", "application/json;q=0.9", "*/*"]) {
        const reply = await app.graph.post(body, { accept });
        expect(reply.status).toBe(400);
        expect(await reply.json()).toEqual({
          errors: [{ message: `${part}: nested deeper than 100 levels`, extensions: { code: "BAD_USER_INPUT" } }],
        });
      }
    }
    expect(defects()).toEqual([]);
  });

  test.each(TRANSPORTS)("variables of 101 levels over $name", async ({ call }) => {
    const caller = call(app.url, { query: "{ __typename }", variables: { a: nested(101) } });
    await caller.ended;
    expect(caller.results.map(told)).toEqual([[MISTAKE]]);
  });

  test.each([500, 4100, 400_000])("a body of %i levels is no defect", async (levels) => {
    const deep = "[".repeat(levels) + "]".repeat(levels);
    for (const body of [
      deep,
      `{"query":"{ __typename }","more":${deep}}`,
      `{"query":${deep}}`,
      `{"operationName":${deep}}`,
    ]) {
      for (const path of ["/graphql", "/graphql/stream"]) {
        const headers = { "content-type": "application/json" };
        const reply = await fetch(`${app.url}${path}`, { method: "POST", headers, body });
        expect(reply.status).toBeLessThan(500);
        expect(await reply.text()).not.toContain("INTERNAL");
      }
    }
    expect(defects()).toEqual([]);
  });
});

describe("12.7.5 @skip and @include at the root of a subscription are GRAPHQL_VALIDATION_FAILED:", () => {
  const FIELD = 'subscriptionStateChanged(accountId: "acme")';

  test.each([
    `subscription ($a: Boolean!) { ${FIELD} @skip(if: $a) { newState } }`,
    `subscription ($a: Boolean!) { ${FIELD} @include(if: $a) { newState } }`,
    `subscription { ${FIELD} @skip(if: true) { newState } }`,
    `subscription { ${FIELD} @include(if: false) { newState } }`,
    `subscription ($a: Boolean!) { ... @include(if: $a) { ${FIELD} { newState } } }`,
    `subscription ($a: Boolean!) { ... on Subscription @skip(if: $a) { ${FIELD} { newState } } }`,
    `subscription ($a: Boolean!) { ...F @skip(if: $a) } fragment F on Subscription { ${FIELD} { newState } }`,
    `subscription ($a: Boolean!) { ...F } fragment F on Subscription { ...G } fragment G on Subscription { ${FIELD} @skip(if: $a) { newState } }`,
    `subscription ($a: Boolean!) { ${FIELD} @skip(if: $a) { newState } other: ${FIELD} @include(if: $a) { newState } }`,
  ])("%s", async (query) => {
    for (const variables of [{ a: true }, { a: false }, {}, { a: null }]) {
      for (const { call } of TRANSPORTS) {
        const caller = call(app.url, { query, variables });
        await caller.ended;
        const [told0] = caller.results;
        for (const error of told0?.errors ?? []) {
          expect(error).toMatchObject({
            message: "@skip and @include cannot stand at the root of a subscription",
            extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            locations: [{ line: 1 }],
          });
        }
        expect(told0?.errors?.length).toBeGreaterThan(0);
      }
    }
    expect(defects()).toEqual([]);
  });

  test("below the root they stand as ever", async () => {
    const query = `subscription ($a: Boolean!) { ${FIELD} { newState @skip(if: $a) at } }`;
    const [{ call }] = TRANSPORTS as [(typeof TRANSPORTS)[number]];
    const caller = call(app.url, { query, variables: { a: true } });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(caller.results).toEqual([]);
    caller.leave();
  });
});
