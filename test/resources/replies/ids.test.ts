import { type AddressInfo } from "node:net";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Reply, type TestApp, startApp } from "../../support/app.ts";

/*
 * KORE states no form for its ids. This KORE gives one and the same odd id to everything that it has, and answers for it
 * only where it was asked for it to the letter.
 */

const ODD = [
  "a/b",
  "two words",
  "100%",
  "a%2Fb%41",
  "a?b=c#d&e",
  "1,2",
  "…",
  "...",
  ".hidden",
  "größe-编号-𝄞",
  'quote"and\\backslash',
  "tab\tand\nline",
  "x".repeat(200),
  "y/".repeat(1500),
];

const named = (ids: readonly string[]) => ids.map((id) => ({ id, name: JSON.stringify(id.slice(0, 30)) }));
const NAMED = named(ODD);

/** No request can carry these: they would be another path, or invalid text. */
const IMPOSSIBLE = [
  "",
  ".",
  "..",
  "../../accounts",
  "a/../../b",
  "a\\..\\b",
  "%2e%2e",
  "a/.%2E/b",
  "\ud800",
  "z".repeat(9000),
];

/** Has each entity of an account under the same id. */
class OddKore {
  id = "";
  readonly asked: string[] = [];
  readonly #server = createServer((request, response) => {
    const { method = "", url = "" } = request;
    const isToken = url.endsWith("/token");
    if (!isToken) this.asked.push(`${method} ${url}`);
    const body = isToken ? { access_token: "t", token_type: "Bearer", expires_in: 3600 } : this.#answer(url);
    response.writeHead(body ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(body ?? {}));
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(url: string): unknown {
    const { id } = this;
    const [path = ""] = url.split("?");
    const parts = path.split("/").slice(2).map(decodeURIComponent);
    const isAsked = parts.every((part, index) => index % 2 === 0 || part === id);
    if (!isAsked) return undefined;
    const shape = parts.map((part, index) => (index % 2 === 0 ? part : "*")).join("/");
    const request = { "provisioning-request-id": id, "request-type": "Activation", status: "Completed" };
    const answers: Record<string, unknown> = {
      accounts: { account: [{ "account-id": id, "account-name": "Odd" }] },
      "accounts/*/subscriptions": {
        subscriptions: [this.#sim()],
        "page-info-result": { "total-count": 1 },
      },
      "accounts/*/subscriptions/*": this.#sim(),
      "accounts/*/profiles/*": { plans: [{ "plan-id": "p", "plan-name": "Plan" }] },
      "accounts/*/activation-profiles": [{ "activation-profile-id": id, "activation-profile-name": "Short" }],
      "accounts/*/activation-profiles/*": { "activation-profile-id": id, "service-type-id": "32" },
      "accounts/*/provisioning-requests": { records: [request], "total-records": 1, page: 1 },
      "accounts/*/provisioning-requests/*": {
        "request-type": { ...request, subscriptions: [{ "subscription-id": id }] },
      },
      "clients/*": { client: { client_id: id, name: "Odd" } },
    };
    return answers[shape];
  }

  #sim() {
    return {
      "subscription-id": this.id,
      "service-type-id": "32",
      profiles: [{ "profile-id": this.id, "is-current": true }],
      states: [],
    };
  }
}

const kore = new OddKore();
let app: TestApp;
beforeAll(async () => {
  const url = await kore.open();
  app = await startApp(
    {},
    {
      KORE_CONNECTIVITY_URL: url,
      KORE_CONNECTIVITY_TOKEN_URL: `${url}/Api/api/token`,
      KORE_CLIENTS_URL: url,
      KORE_GLOBAL_TOKEN_URL: `${url}/v1/auth/token`,
      KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on",
      CACHE_SECONDS: "0",
      LIMIT_KORE_REQUESTS: "100000",
      LIMIT_KORE_REQUESTS_PER_MINUTE: "0",
    },
  );
});
afterAll(async () => {
  await app.stop();
  kore.close();
});

async function ask(id: string, query: string, variables: Record<string, unknown> = {}): Promise<Reply> {
  kore.id = id;
  kore.asked.length = 0;
  return app.graph.query(query, variables);
}

const failed = (reply: Reply) => reply.errors?.map(({ message, extensions: { code } }) => `${code} ${message}`) ?? [];

/** Requested paths, without queries. */
const paths = () => [...new Set(kore.asked.map((line) => line.replace(/^\w+ \/v1\/|\?.*$/g, "")))].sort();

describe("A9.3 an id of KORE's is sent unchanged, in any form:", () => {
  test.each(NAMED)("$name, reached through other fields", async ({ id }) => {
    const reply = await ask(
      id,
      `{ accounts { id subscriptions(first: 1) { nodes {
        id
        profile { id plans { name } }
        lastProvisioningRequest { id subscriptions { subscriptionId subscription { id } } }
        eligibleActivationProfiles { id serviceTypeId }
      } } } }`,
    );
    expect(failed(reply)).toEqual([]);
    const subscription = { id };
    expect(reply.data).toEqual({
      accounts: [
        {
          id,
          subscriptions: {
            nodes: [
              {
                id,
                profile: { id, plans: [{ name: "Plan" }] },
                lastProvisioningRequest: { id, subscriptions: [{ subscriptionId: id, subscription }] },
                eligibleActivationProfiles: [{ id, serviceTypeId: "32" }],
              },
            ],
          },
        },
      ],
    });
    const written = encodeURIComponent(id);
    expect(paths()).toEqual([
      "accounts",
      `accounts/${written}/activation-profiles`,
      `accounts/${written}/activation-profiles/${written}`,
      `accounts/${written}/profiles/${written}`,
      `accounts/${written}/provisioning-requests`,
      `accounts/${written}/provisioning-requests/${written}`,
      `accounts/${written}/subscriptions`,
      `accounts/${written}/subscriptions/${written}`,
    ]);
  });

  test.each(NAMED)("$name, as an argument", async ({ id }) => {
    const reply = await ask(
      id,
      `query ($id: ID!) {
        subscription(accountId: $id, id: $id) { id }
        activationProfile(accountId: $id, id: $id) { id }
        provisioningRequest(accountId: $id, id: $id) { id }
        account(id: $id) { provisioningRequests(filter: { subscriptionId: $id }) { nodes { id } } }
        client(id: $id) { id }
      }`,
      { id },
    );
    expect(failed(reply)).toEqual([]);
    expect(reply.data).toMatchObject({ subscription: { id }, provisioningRequest: { id }, client: { id } });
    const written = encodeURIComponent(id);
    expect(paths()).toContain(`clients/${written}`);
    expect(kore.asked.some((line) => line.includes(`subscription-id=${written}`))).toBe(true);
  });

  test.each(NAMED)("$name, in a gateway's reference", async ({ id }) => {
    const reply = await ask(
      id,
      `query ($all: [_Any!]!) { _entities(representations: $all) {
        ... on SimSubscription { id } ... on ActivationProfile { id } ... on ProvisioningRequest { id } ... on Client { id }
      } }`,
      {
        all: [
          ...["SimSubscription", "ActivationProfile", "ProvisioningRequest"].map((name) => ({
            __typename: name,
            accountId: id,
            id,
          })),
          { __typename: "Client", id },
        ],
      },
    );
    expect(failed(reply)).toEqual([]);
    expect(reply.data?._entities).toEqual([{ id }, { id }, { id }, { id }]);
  });

  test.each(NAMED)("$name, of an API client that is changed", async ({ id }) => {
    const reply = await ask(id, `mutation ($id: ID!) { lockClient(input: { id: $id }) { outcome } }`, { id });
    expect(failed(reply)).not.toContainEqual(expect.stringContaining("BAD_USER_INPUT"));
    expect(paths()).toContain(`clients/${encodeURIComponent(id)}`);
  });

  test.each(["a b", "b"])("ids whose concatenations are equal are distinct (%j)", async (id) => {
    const reply = await ask(
      id,
      `{ a: subscription(accountId: "a", id: "b c") { id } b: subscription(accountId: "a b", id: "c") { id } }`,
    );
    expect(reply.data).toEqual({ a: null, b: null });
    expect(paths()).toEqual(["accounts/a%20b/subscriptions/c", "accounts/a/subscriptions/b%20c"]);
  });

  test.each(["..", "\ud800", "z".repeat(9000)])(
    "an id of KORE's that no request can carry is a contract error, not a user error (%#)",
    async (id) => {
      const reply = await ask(id, `{ accounts { name costCenters { id } activationProfiles { id } } }`);
      expect(reply.data).toEqual({ accounts: [{ name: "Odd", costCenters: null, activationProfiles: null }] });
      expect(reply.errors?.map(({ extensions: { code } }) => code)).toEqual([
        "KORE_CONTRACT_BROKEN",
        "KORE_CONTRACT_BROKEN",
      ]);
      expect(kore.asked).toHaveLength(1);
    },
  );
});

describe("A caller's id that no request can carry", () => {
  const OPERATIONS: [place: string, query: string][] = [
    ["accountId", "query ($id: ID!) { subscriptions(accountId: $id) { totalCount } }"],
    ["id", 'query ($id: ID!) { subscription(accountId: "a", id: $id) { id } }'],
    ["id", "query ($id: ID!) { client(id: $id) { id } }"],
    [
      "filter.subscriptionId",
      'query ($id: ID!) { account(id: "a") { provisioningRequests(filter: { subscriptionId: $id }) { totalCount } } }',
    ],
    ["input.id", 'mutation ($id: ID!) { deleteClient(input: { id: $id, confirm: "x" }) { outcome } }'],
    [
      "input.subscriptions[1].id",
      'mutation ($id: ID!) { suspendSubscriptions(input: { accountId: "a", subscriptions: [{ id: "1" }, { id: $id }] }) { counts { submitted } } }',
    ],
  ];

  test.each(
    IMPOSSIBLE.flatMap((id) => OPERATIONS.map(([place, query]) => ({ id: id.slice(0, 20), given: id, place, query }))),
  )("($id) is refused at $place without a KORE call", async ({ given, place, query }) => {
    const reply = await ask("", query, { id: given });
    expect(failed(reply)).toEqual([expect.stringContaining(`BAD_USER_INPUT ${place}: must be an id`)]);
    expect(kore.asked).toEqual([]);
  });
});
