import { ApolloServer } from "@apollo/server";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type TestApp, startApp } from "../support/app.ts";
import { type RawOperation, byApollo, byGet, byPost, bySocket, byStream } from "../support/operations/raw-requests.ts";

const ICCID = "8988303000000000001";

let app: TestApp;
beforeAll(async () => {
  app = await startApp(
    { accounts: { acme: { sims: 5 } } },
    { LIMIT_OPERATIONS_PER_MINUTE: "0", LIMIT_KORE_REQUESTS_PER_MINUTE: "0", CACHE_SECONDS: "0" },
  );
});
afterAll(() => app.stop());

const OPERATIONS: Record<string, string> = {
  "a number": 'query ($odd: Int) { subscriptions(accountId: "acme", first: $odd) { totalCount } }',
  "an id": 'query ($odd: ID!) { subscription(accountId: "acme", id: $odd) { id } }',
  "a list": 'query ($odd: [ICCID!]!) { subscriptionsByIccid(accountId: "acme", iccids: $odd) { id } }',
  "an input": 'query ($odd: SimSubscriptionFilter) { subscriptions(accountId: "acme", filter: $odd) { totalCount } }',
  "a condition": "query ($odd: Boolean = true) { capabilities { mode @include(if: $odd) __typename } }",
  "a reference": "query ($odd: [_Any!]!) { _entities(representations: $odd) { __typename } }",
  "nothing that is declared": "{ capabilities { mode } }",
};

/** JSON, since a value of JavaScript has lost by then what is odd about it. */
const nested = (levels: number, inner = "1") => "[".repeat(levels) + inner + "]".repeat(levels);
const nestedObjects = (levels: number) => '{"a":'.repeat(levels) + "null" + "}".repeat(levels);

const ODD: readonly string[] = [
  "null",
  "-0",
  "-0.0",
  "0",
  "1e400",
  "-1e400",
  "1e-400",
  "9007199254740993",
  "123456789012345678901234567890",
  "2147483648",
  "1.5",
  "true",
  '""',
  '" "',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"\\u2028"',
  '"\\ud834\\udd1e"',
  `"${ICCID}"`,
  `["${ICCID}",null]`,
  `["${ICCID}"]`,
  "[]",
  "{}",
  "[null]",
  '{"":1}',
  '{"__proto__":{"state":"ACTIVE"}}',
  '[{"__typename":"Account","__proto__":{"id":"acme"}}]',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"constructor":"x","toString":null,"valueOf":1,"hasOwnProperty":[],"toJSON":"x"}',
  '{"state":"ACTIVE","state":"STOCK"}',
  '{"state":"NO_SUCH","state":null}',
  '[{"__typename":"Account","id":"acme","id":"other"}]',
  '[{"__typename":"Account","id":-0}]',
  nested(50),
  nested(99),
  nested(100),
  nested(101),
  nested(1000),
  nestedObjects(100),
  nestedObjects(101),
  nestedObjects(700),
];

/** The second POST takes the fast path, if the document is valid and its values are usual. */
async function everyWay(operation: RawOperation, ways: readonly (typeof byPost)[]) {
  const answers = [];
  for (const way of ways) answers.push(await way(app.url, operation));
  return answers;
}

const HTTP = [byApollo, byPost, byPost, byGet] as const;
const OTHERS = [bySocket, byStream] as const;

async function isTheSame(operation: RawOperation, http: readonly (typeof byPost)[] = HTTP): Promise<void> {
  const [first, ...more] = await everyWay(operation, http);
  for (const answer of more) expect(answer).toEqual(first);
  for (const { body } of await everyWay(operation, OTHERS)) expect(body).toBe(first?.body);
  expect(first?.status).toBeLessThan(500);
  expect(first?.body).not.toContain("INTERNAL");
}

const defects = () => app.logged().filter(({ level }) => level === "error" || level === "fatal");

describe("12.6.1 an odd value has the same status and bytes on every way and transport", () => {
  test.each(Object.entries(OPERATIONS))("for %s", async (_, query) => {
    for (const value of ODD) await isTheSame({ query, variables: `{"odd":${value}}` });
    expect(defects()).toEqual([]);
  });

  test.each(["", "__proto__", "toString", "Other", "é"])("for the operation's name %j", async (operationName) => {
    await isTheSame({
      query: "query A { capabilities { mode } } query B { __typename }",
      variables: "{}",
      operationName,
    });
    await isTheSame({ query: "{ capabilities { mode } }", variables: "{}", operationName });
  });

  test.each([
    '{"odd":1,"odd":null}',
    '{"":1}',
    '{"__proto__":{"odd":true}}',
    '{"constructor":{"prototype":{}}}',
    '{"other":-0}',
    "{}",
  ])("for variables %s", async (variables) => {
    for (const query of Object.values(OPERATIONS)) await isTheSame({ query, variables });
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("for a variable named %s", async (name) => {
    const query = `query ($${name}: ID!, $if: Boolean! = true) { subscription(accountId: "acme", id: $${name}) { id @include(if: $if) } }`;
    await isTheSame({ query, variables: "{}" });
    await isTheSame({ query, variables: `{"${name}":"x"}` });
  });

  test.each([4100, 100_000, 400_000])(
    "for variables nested %i deep, which no address can hold",
    async (levels) => {
      for (const query of Object.values(OPERATIONS)) {
        await isTheSame({ query, variables: `{"odd":${nested(levels)}}` }, [byApollo, byPost, byPost]);
      }
      expect(defects()).toEqual([]);
    },
    60_000,
  );

  test("for a name and variables that an address cannot hold", async () => {
    const query = "query A { capabilities { mode } }";
    await isTheSame({ query, variables: "{}", operationName: "\ud800" }, [byApollo, byPost, byPost]);
    await isTheSame({ query, variables: "null" }, [byApollo, byPost, byPost]);
  });

  test("for texts with a lone surrogate, though their hash is another's", async () => {
    const valid = "{ capabilities { mode } } # \ufffd";
    const lone = valid.replace("\ufffd", "\ud800");
    const before = await byPost(app.url, { query: lone, variables: "{}" });
    expect(before.status).toBe(400);
    await isTheSame({ query: valid, variables: "{}" });
    expect(await byPost(app.url, { query: lone, variables: "{}" })).toEqual(before);
    expect(before.body).toContain("GRAPHQL_PARSE_FAILED");
  });

  test("for whatever else there is", async () => {
    const scalar = fc.oneof(
      fc.constantFrom(...ODD.filter((text) => text.length < 100)),
      fc.double().map((value) => (Number.isFinite(value) ? (Object.is(value, -0) ? "-0" : String(value)) : "null")),
      fc.bigInt().map(String),
      fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
    );
    const key = fc.constantFrom(
      "",
      "state",
      "iccids",
      "__proto__",
      "constructor",
      "prototype",
      "__typename",
      "id",
      "a",
    );
    const { value: odd } = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { depthSize: "medium" },
        scalar,
        fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
        fc
          .array(fc.tuple(key, tie("value")), { maxLength: 3 })
          .map((pairs) => `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.values(OPERATIONS)), odd, async (query, value) => {
        await isTheSame({ query, variables: `{"odd":${value}}` });
      }),
      { numRuns: 60 },
    );
    expect(defects()).toEqual([]);
  }, 120_000);
});

describe("12.6.2 values that JSON rewrites are their own in the keys of coalescing:", () => {
  const query = 'query ($n: Int) { subscriptions(accountId: "acme", first: $n) { totalCount } }';

  test.each([
    ["null", "1e400"],
    ["null", "-1e400"],
    ["0", "-0"],
  ])("%s under way is not joined by %s", async (plain, odd) => {
    await byPost(app.url, { query, variables: '{"n":0}' }); // Makes the document known.
    const alone = await byPost(app.url, { query, variables: `{"n":${odd}}` });
    app.kore.clearLog();
    app.kore.faults.add({ effect: "latency", ms: 700, path: "/connectivity/**", times: 1 });
    const running = byPost(app.url, { query, variables: `{"n":${plain}}` });
    await vi.waitUntil(() => app.kore.requests().length === 1);
    const ran = vi.spyOn(ApolloServer.prototype, "executeHTTPGraphQLRequest");
    expect(await byPost(app.url, { query, variables: `{"n":${odd}}` })).toEqual(alone);
    expect(ran).toHaveBeenCalledTimes(1); // The fast path would have joined it.
    ran.mockRestore();
    expect((await running).status).toBe(200);
  });
});
