import { Client, type ClientOptions, fetchExchange, gql } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { keys, resolvers } from "../../schema/client/graphcache.ts";
import { type TestApp, startApp } from "../support/app.ts";
import { bearer, keysFile } from "../support/auth.ts";
import { ACCOUNT, type Sim, startGraphWithSharedApn } from "./sims.ts";

let app: TestApp;
let sims: [Sim, Sim];
beforeAll(async () => {
  ({ app, sims } = await startGraphWithSharedApn());
});
afterAll(() => app.stop());

const SIM = gql`
  query Sim($accountId: ID!, $iccid: ICCID!) {
    subscription(accountId: $accountId, iccid: $iccid) {
      id
      iccid
      apns {
        apnId
        ipAddress
      }
    }
  }
`;
const ACCOUNTS = gql`
  query Accounts {
    accounts {
      id
    }
  }
`;

const clientOf = (options: Partial<ClientOptions> = {}) =>
  new Client({ url: `${app.url}/graphql`, exchanges: [fetchExchange], preferGetMethod: false, ...options });

describe("graphcache", () => {
  const client = (configuration: Parameters<typeof cacheExchange>[0] = { keys, resolvers }) =>
    clientOf({ exchanges: [cacheExchange(configuration), fetchExchange] });

  test.each([
    ["with our keys", { keys, resolvers }],
    ["without them, too", undefined],
  ])("two SIMs that share an APN keep their own addresses in the cache, %s", async (_, configuration) => {
    const urql = client(configuration);
    for (const { iccid } of sims) await urql.query(SIM, { accountId: ACCOUNT, iccid }).toPromise();
    for (const { iccid, apns } of sims) {
      const cached = await urql
        .query<{ subscription: Sim }>(SIM, { accountId: ACCOUNT, iccid }, { requestPolicy: "cache-only" })
        .toPromise();
      expect(cached.data?.subscription.apns).toMatchObject(apns);
    }
  });

  test("pages of a connection become one list, and no object lacks a key", async () => {
    const warn = vi.spyOn(console, "warn");
    const error = vi.spyOn(console, "error");
    const urql = client();
    const PAGE = gql`
      query Page($accountId: ID!, $after: String) {
        subscriptions(accountId: $accountId, first: 5, after: $after) {
          edges {
            node {
              id
              iccid
              device {
                imei
              }
              profile {
                id
                plans {
                  id
                  name
                }
              }
            }
          }
          nodes {
            id
          }
          pageInfo {
            endCursor
            hasNextPage
          }
        }
        capabilities {
          limits {
            pageSize
          }
        }
      }
    `;
    interface Page {
      subscriptions: { edges: { node: Sim }[]; nodes: Sim[]; pageInfo: { endCursor: string } };
    }
    const first = await urql.query<Page>(PAGE, { accountId: ACCOUNT }).toPromise();
    expect(first.error).toBeUndefined();
    const after = first.data?.subscriptions.pageInfo.endCursor;
    await urql.query(PAGE, { accountId: ACCOUNT, after }).toPromise();
    const merged = await urql.query<Page>(PAGE, { accountId: ACCOUNT }, { requestPolicy: "cache-only" }).toPromise();
    const wanted = app.kore.iccids(ACCOUNT).slice(0, 10);
    expect(merged.data?.subscriptions.edges.map(({ node }) => node.iccid)).toEqual(wanted);
    expect(merged.data?.subscriptions.nodes).toHaveLength(10);
    expect([...warn.mock.calls, ...error.mock.calls]).toEqual([]);
  });
});

describe("urql by its defaults, which sends queries by GET", () => {
  const defaults = (url: string, headers: Record<string, string> = {}) =>
    new Client({ url: `${url}/graphql`, exchanges: [fetchExchange], fetchOptions: { headers } });

  test("works out of the box with a credential", async () => {
    const keysOfApi = await keysFile({ name: "page", role: "viewer", accounts: "*" });
    const guarded = await startApp({}, { AUTH_API_KEYS_FILE: keysOfApi.path });
    const { data, error } = await defaults(guarded.url, bearer(keysOfApi.keys[0] ?? "")).query<object>(ACCOUNTS, {});
    await guarded.stop();
    expect(error).toBeUndefined();
    expect(data).toHaveProperty("accounts");
  });

  test("is answered without one what to set", async () => {
    const { error } = await defaults(app.url).query<object>(ACCOUNTS, {});
    expect(error?.message).toContain("preferGetMethod: false");
  });

  test("works with what the answer says", async () => {
    for (const client of [clientOf(), defaults(app.url, { "apollo-require-preflight": "1" })]) {
      const { data, error } = await client.query<object>(ACCOUNTS, {});
      expect(error).toBeUndefined();
      expect(data).toHaveProperty("accounts");
    }
  });
});
