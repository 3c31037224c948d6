import {
  Environment,
  Network,
  RecordSource,
  Store,
  type Variables,
  createOperationDescriptor,
  fetchQuery,
  getSingularSelector,
} from "relay-runtime";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getDataID } from "../../schema/client/relay.ts";
import { type TestApp } from "../support/app.ts";
import { type Artifacts, compileForRelay, installRelayCompiler } from "./relay-compiler.ts";
import { ACCOUNT, type Sim, startGraphWithSharedApn } from "./sims.ts";

const PROGRAM = `
  import { graphql } from "relay-runtime";
  graphql\`
    query appSimQuery($accountId: ID!, $iccid: ICCID!) {
      subscription(accountId: $accountId, iccid: $iccid) { iccid ...app_sim }
    }
  \`;
  graphql\`
    fragment app_sim on SimSubscription @refetchable(queryName: "appSimRefetchQuery") {
      state apns { apnId ipAddress } costCenter { id name }
    }
  \`;
  graphql\`
    query appListQuery($id: ID!) { account(id: $id) { ...app_list } }
  \`;
  graphql\`
    fragment app_list on Account
    @refetchable(queryName: "appListPageQuery")
    @argumentDefinitions(count: { type: "Int", defaultValue: 5 }, cursor: { type: "String" }) {
      subscriptions(first: $count, after: $cursor) @connection(key: "app_list_subscriptions") {
        edges { node { iccid ...app_sim } }
      }
    }
  \`;
  graphql\`fragment app_profile on ActivationProfile @refetchable(queryName: "appProfileQuery") { name }\`;
  graphql\`fragment app_request on ProvisioningRequest @refetchable(queryName: "appRequestQuery") { status }\`;
  graphql\`fragment app_client on Client @refetchable(queryName: "appClientQuery") { name }\`;
`;

const compiler = await installRelayCompiler();

describe.skipIf(compiler === undefined)("Relay", () => {
  let app: TestApp;
  let sims: [Sim, Sim];
  let artifacts: Artifacts;
  let environment: Environment;

  beforeAll(async () => {
    ({ app, sims } = await startGraphWithSharedApn());
    artifacts = await compileForRelay(compiler ?? "", PROGRAM);
  });
  afterAll(async () => {
    await artifacts.remove();
    await app.stop();
  });
  beforeEach(() => {
    const network = Network.create(async ({ text }, variables) => {
      const reply = await app.graph.query(text ?? "", variables);
      expect(reply.errors).toBeUndefined();
      return reply as never;
    });
    environment = new Environment({ network, store: new Store(new RecordSource()), getDataID });
  });

  async function read(name: string, variables: Variables): Promise<Record<string, unknown>> {
    const request = await artifacts.request(name);
    await fetchQuery(environment, request, variables).toPromise();
    const operation = createOperationDescriptor(request, variables);
    environment.retain(operation);
    return environment.lookup(operation.fragment).data;
  }

  async function readFragment(name: string, of: unknown): Promise<Record<string, unknown>> {
    return environment.lookup(getSingularSelector(await artifacts.fragment(name), of)).data;
  }

  const simIn = (data: Record<string, unknown>) => readFragment("app_sim", data.subscription);

  test("two SIMs that share an APN keep their own addresses in the store", async () => {
    const read0 = await read("appSimQuery", { accountId: ACCOUNT, iccid: sims[0].iccid });
    const read1 = await read("appSimQuery", { accountId: ACCOUNT, iccid: sims[1].iccid });
    expect((await simIn(read0)).apns).toEqual(sims[0].apns);
    expect((await simIn(read1)).apns).toEqual(sims[1].apns);
  });

  test("a refetchable fragment is read again by node, with the KORE calls of the field", async () => {
    const { data } = await app.graph.query<{ subscription: { nodeId: string } }>(
      `{ subscription(accountId: "${ACCOUNT}", iccid: "${sims[0].iccid}") { nodeId } }`,
    );
    app.kore.clearLog();
    const { node } = await read("appSimRefetchQuery", { nodeId: data?.subscription.nodeId });
    expect(await readFragment("app_sim", node)).toMatchObject({ apns: sims[0].apns });
    expect(app.kore.requests()).toHaveLength(2); // The SIM, and the account's cost centers.
  });

  test("pages of Account.subscriptions become one list, by node", async () => {
    const { account } = await read("appListQuery", { id: ACCOUNT });
    interface List {
      subscriptions: { edges: { node: { iccid: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
    }
    const first = (await readFragment("app_list", account)) as unknown as List;
    const { data } = await app.graph.query<{ account: { nodeId: string } }>(`{ account(id: "${ACCOUNT}") { nodeId } }`);
    const cursor = first.subscriptions.pageInfo.endCursor;
    await read("appListPageQuery", { nodeId: data?.account.nodeId, count: 5, cursor });
    const all = (await readFragment("app_list", account)) as unknown as List;
    expect(all.subscriptions.edges.map(({ node }) => node.iccid)).toEqual(app.kore.iccids(ACCOUNT).slice(0, 10));
  });

  test.each(["appProfileQuery", "appRequestQuery", "appClientQuery"])("the compiler makes %s", async (name) => {
    expect((await artifacts.request(name)).params.text).toContain("node(id: $nodeId)");
  });

  test("an object that another type's id names is another object", async () => {
    expect(getDataID({ id: "21287" }, "CostCenter")).not.toBe(getDataID({ id: "21287" }, "SimProfile"));
    expect(getDataID({ apnId: "3361" }, "SimApn")).toBeUndefined();
    const data = await read("appSimQuery", { accountId: ACCOUNT, iccid: sims[0].iccid });
    expect((await simIn(data)).costCenter).toMatchObject({ id: expect.any(String) as string });
  });
});
