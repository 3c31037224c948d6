import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { possibleTypes, typePolicies } from "../../schema/client/apollo.ts";
import { type TestApp } from "../support/app.ts";
import { ACCOUNT, type Sim, startGraphWithSharedApn } from "./sims.ts";

let app: TestApp;
let sims: [Sim, Sim];
let client: ApolloClient;

beforeAll(async () => {
  ({ app, sims } = await startGraphWithSharedApn());
});
afterAll(() => app.stop());
beforeEach(() => {
  const cache = new InMemoryCache({ possibleTypes, typePolicies });
  client = new ApolloClient({ link: new HttpLink({ uri: `${app.url}/graphql` }), cache });
});

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

test("two SIMs that share an APN keep their own addresses in the cache", async () => {
  for (const { iccid } of sims) await client.query({ query: SIM, variables: { accountId: ACCOUNT, iccid } });
  for (const { iccid, apns } of sims) {
    const cached = client.readQuery<{ subscription: Sim }>({ query: SIM, variables: { accountId: ACCOUNT, iccid } });
    expect(cached?.subscription.apns).toMatchObject(apns);
  }
});

test("they do without the policies, too", async () => {
  client = new ApolloClient({ link: new HttpLink({ uri: `${app.url}/graphql` }), cache: new InMemoryCache() });
  for (const { iccid } of sims) await client.query({ query: SIM, variables: { accountId: ACCOUNT, iccid } });
  const [{ iccid, apns }] = sims;
  const cached = client.readQuery<{ subscription: Sim }>({ query: SIM, variables: { accountId: ACCOUNT, iccid } });
  expect(cached?.subscription.apns).toMatchObject(apns);
});

const PAGE = gql`
  query Page($accountId: ID!, $first: Int!, $after: String, $filter: SimSubscriptionFilter) {
    subscriptions(accountId: $accountId, first: $first, after: $after, filter: $filter) {
      edges {
        node {
          id
          iccid
        }
      }
      pageInfo {
        endCursor
        hasNextPage
      }
      totalCount
    }
  }
`;

interface Page {
  subscriptions: {
    edges: { node: { iccid: string } }[];
    pageInfo: { endCursor: string };
    totalCount: number;
  };
}

test("pages of a connection become one list for each filter", async () => {
  const variables = { accountId: ACCOUNT, first: 5 };
  const list = client.watchQuery<Page>({ query: PAGE, variables });
  const { data } = await list.refetch();
  await list.fetchMore({ variables: { after: data?.subscriptions.pageInfo.endCursor } });
  await client.query({ query: PAGE, variables: { ...variables, filter: { state: "STOCK" } } });
  const merged = client.readQuery<Page>({ query: PAGE, variables })?.subscriptions;
  expect(merged?.edges.map(({ node }) => node.iccid)).toEqual(app.kore.iccids(ACCOUNT).slice(0, 10));
  const stock = client.readQuery<Page>({ query: PAGE, variables: { ...variables, filter: { state: "STOCK" } } });
  expect(stock?.subscriptions.edges).toHaveLength(5);
  expect(stock?.subscriptions.totalCount).toBeLessThan(merged?.totalCount ?? 0);
});

test("an order's answer, read by an interface's fragment, is about the SIM that a list has shown", async () => {
  const [{ iccid, id }] = sims;
  const list = gql`
    query List($accountId: ID!, $iccids: [ICCID!]!) {
      subscriptionsByIccid(accountId: $accountId, iccids: $iccids) {
        id
        state
      }
    }
  `;
  const variables = { accountId: ACCOUNT, iccids: [iccid] };
  await client.query({ query: list, variables });
  const { data } = await client.mutate({
    mutation: gql`
      mutation Suspend($input: SuspendSubscriptionsInput!) {
        suspendSubscriptions(input: $input) {
          ...Outcome
        }
      }
      fragment Outcome on OrderPayload {
        results {
          outcome
          subscription {
            id
            state
          }
        }
      }
    `,
    variables: { input: { accountId: ACCOUNT, subscriptions: [{ iccid }], dryRun: true } },
  });
  expect(data).toHaveProperty("suspendSubscriptions.results", [
    expect.objectContaining({ outcome: "WOULD_BE_SUBMITTED" }),
  ]);
  const cached = Object.keys(client.extract() as object).filter((key) => key.startsWith("SimSubscription"));
  expect(cached).toEqual([`SimSubscription:${id}`]);
});

test("a request's source, which a list has shown, is not erased by reading it by its id", async () => {
  const fields = gql`
    fragment Source on ProvisioningRequest {
      id
      source
    }
  `;
  const list = gql`
    query Requests($accountId: ID!) {
      account(id: $accountId) {
        id
        provisioningRequests(first: 5) {
          edges {
            node {
              ...Source
            }
          }
        }
      }
    }
    ${fields}
  `;
  const one = gql`
    query Request($accountId: ID!, $id: ID!) {
      provisioningRequest(accountId: $accountId, id: $id) {
        ...Source
      }
    }
    ${fields}
  `;
  const variables = { accountId: ACCOUNT };
  await client.query({ query: list, variables });
  const before = client.readQuery<{ account: object }>({ query: list, variables });
  const [id] = app.kore.provisioningRequests(ACCOUNT).map((request) => request.id);
  await client.query({ query: one, variables: { ...variables, id } });
  expect(client.readQuery({ query: list, variables })).toEqual(before);
  expect(JSON.stringify(before)).toMatch(/"source":"\w/);
});

test("fields of one object that are selected in several places do not erase each other, without a warning", async () => {
  const warn = vi.spyOn(console, "warn");
  const error = vi.spyOn(console, "error");
  const [{ iccid }] = sims;
  const variables = { accountId: ACCOUNT, iccid };
  const select = (fields: string) => gql`
    query Fields($accountId: ID!, $iccid: ICCID!) {
      subscription(accountId: $accountId, iccid: $iccid) {
        id
        device { ${fields} }
      }
      capabilities { ${fields === "imei" ? "mode" : "limits { pageSize }"} }
    }
  `;
  await client.query({ query: select("imei"), variables });
  await client.query({ query: select("modelNumber"), variables });
  expect([...warn.mock.calls, ...error.mock.calls]).toEqual([]);
});
