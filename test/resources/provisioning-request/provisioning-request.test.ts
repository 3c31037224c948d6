import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { ProvisioningRequestDocument, ProvisioningRequestsDocument } from "../../support/graphql/graphql.ts";

const REQUESTS = "/v1/accounts/cmp-pp-org-4100/provisioning-requests";
const account = "cmp-pp-org-4100";

let app: TestApp;
afterEach(() => app.stop());

describe("Past provisioning requests", () => {
  beforeEach(async () => {
    app = await startApp();
  });

  test("are read with outcomes, progress, SIMs and activation profile in three requests", async () => {
    const provisioningRequestId =
      app.kore
        .provisioningRequests(account)
        .find(
          ({ status, activationProfileId, subscriptions }) =>
            status === "completed" && activationProfileId && subscriptions.some(({ error }) => error),
        )?.id ?? "";
    const { data, errors } = await app.graph.run(ProvisioningRequestDocument, {
      accountId: account,
      provisioningRequestId,
    });
    expect(errors).toBeUndefined();
    const request = data?.provisioningRequest;
    const sims = request?.subscriptions ?? [];
    expect(request).toMatchObject({ status: "COMPLETED", progress: { total: sims.length } });
    expect(sims.filter(({ outcome }) => outcome === "FAILED")).toHaveLength(request?.progress?.failed ?? -1);
    expect(sims.find(({ outcome }) => outcome === "FAILED")?.message).toMatch(/\w/);
    expect(sims.every(({ subscription }) => subscription?.state)).toBe(true);
    expect(app.kore.requests().sort()).toEqual([
      expect.stringMatching(/activation-profiles\/[\w-]+ ×1$/),
      `GET ${REQUESTS}/${provisioningRequestId} ×1`,
      `GET /v1/accounts/${account}/subscriptions ×1`,
    ]);
  });

  test("are listed in one request, with one more for the SIMs of each", async () => {
    const { data } = await app.graph.run(ProvisioningRequestsDocument, { accountId: account, first: 5 });
    const requests = data?.account?.provisioningRequests;
    expect(requests?.nodes).toHaveLength(5);
    expect(requests?.totalCount).toBeGreaterThan(5);
    expect(requests?.nodes.every(({ source, createdAt }) => source && createdAt)).toBe(true);
    expect(app.kore.requests()).toEqual([`GET ${REQUESTS} ×1`]);
    app.kore.clearLog();
    await app.graph.query(
      `{ account(id: "${account}") { provisioningRequests(first: 5) { nodes { progress { total } subscriptions { outcome } } } } }`,
    );
    expect(app.kore.requests()).toHaveLength(1 + 5);
  });

  test("have their source by id, too, for one request more, in which KORE lists those of a SIM", async () => {
    const { provisioningRequestId: id } = app.kore.examples;
    const source = (
      await app.graph.run(ProvisioningRequestsDocument, { accountId: account, first: 1000 })
    ).data?.account?.provisioningRequests?.nodes.find((request) => request.id === id)?.source;
    expect(source).toMatch(/\w/);
    app.kore.clearLog();
    const { data } = await app.graph.query(`{ provisioningRequest(accountId: "${account}", id: "${id}") { source } }`);
    expect(data).toEqual({ provisioningRequest: { source } });
    expect(app.kore.requests()).toEqual([`GET ${REQUESTS}/${id} ×1`, `GET ${REQUESTS} ×1`]);
    const [sim] = app.kore.provisioningRequests(account).find((request) => request.id === id)?.subscriptions ?? [];
    expect(app.kore.log().at(-1)?.query).toMatchObject({ "subscription-id": sim?.subscriptionId });
  });

  test("that are unknown are null", async () => {
    const { data, errors } = await app.graph.query(
      `{ provisioningRequest(accountId: "${account}", id: "none") { id } }`,
    );
    expect([data, errors]).toEqual([{ provisioningRequest: null }, undefined]);
  });

  test("of one SIM are filtered by its ICCID or its id, not by both", async () => {
    const { iccid, subscriptionId } = app.kore.examples;
    const list = (filter: object) =>
      app.graph.query<{ account: { provisioningRequests: { nodes: { id: string }[] } | null } }>(
        `query ($filter: ProvisioningRequestFilter) { account(id: "${account}") { provisioningRequests(filter: $filter) { nodes { id } } } }`,
        { filter },
      );
    const byIccid = await list({ iccid });
    expect(byIccid.data).toEqual((await list({ subscriptionId })).data);
    expect((await list({ iccid, subscriptionId })).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  test("show the newest one on a SIM", async () => {
    const all = app.kore.provisioningRequests(account);
    const sim = all.flatMap(({ subscriptions }) => subscriptions).find(({ iccid }) => iccid);
    const newest = all
      .filter(({ subscriptions }) => subscriptions.some(({ iccid }) => iccid === sim?.iccid))
      .sort((a, b) => Number(b.createdAt) - Number(a.createdAt))[0];
    const { data } = await app.graph.query(
      `query ($iccid: ICCID!) { subscription(accountId: "${account}", iccid: $iccid) { lastProvisioningRequest { id } } }`,
      { iccid: sim?.iccid },
    );
    expect(data).toEqual({ subscription: { lastProvisioningRequest: { id: newest?.id } } });
  });

  test.each(["truncate", "html"] as const)("with %s are a masked error", async (effect) => {
    app.kore.faults.add({ effect, path: "/connectivity/v1/accounts/*/provisioning-requests" });
    const { errors } = await app.graph.run(ProvisioningRequestsDocument, { accountId: account });
    expect(errors?.[0]?.extensions.code).toBe("KORE_CONTRACT_BROKEN");
  });

  test("of a new kind are UNKNOWN and readable in rawAction", async () => {
    app.kore.faults.add({ effect: "unknown-enums" });
    const { data, errors } = await app.graph.query<{
      provisioningRequest: { action: string; rawAction: string; status: string; subscriptions: { outcome: string }[] };
    }>(
      `{ provisioningRequest(accountId: "${account}", id: "${app.kore.examples.provisioningRequestId}") {
           action rawAction status rawStatus subscriptions { outcome rawOutcome } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data?.provisioningRequest).toMatchObject({ action: "UNKNOWN", status: "UNKNOWN" });
    expect(data?.provisioningRequest.rawAction).toMatch(/\w/);
  });
});

describe.each([
  { firstPage: 0 as const },
  { firstPage: 1 as const },
  { firstPage: 1 as const, maxTake: 7 },
  { firstPage: 0 as const, maxTake: 7 },
])("Where KORE pages by %j, which it does not document", (paging) => {
  test("the whole list is read without a gap or a repetition", async () => {
    app = await startApp({ paging });
    const seen: string[] = [];
    let after: string | null | undefined;
    do {
      const { data } = await app.graph.run(ProvisioningRequestsDocument, { accountId: account, first: 10, after });
      const page = data?.account?.provisioningRequests;
      seen.push(...(page?.nodes.map(({ id }) => id) ?? []));
      after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toEqual(app.kore.provisioningRequests(account).map(({ id }) => id));
  });
});

test("a status reply under the contract's outer key is understood", async () => {
  app = await startApp({ provisioning: { detailKey: "literal" } });
  const { data } = await app.graph.query(
    `{ provisioningRequest(accountId: "${account}", id: "${app.kore.examples.provisioningRequestId}") { status } }`,
  );
  expect(data).toEqual({ provisioningRequest: { status: "COMPLETED" } });
});
