import { readFile } from "node:fs/promises";
import { composeServices } from "@apollo/composition";
import { parse } from "graphql";
import { createClient } from "graphql-sse";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Reply, type TestApp, startApp } from "../../support/app.ts";
import { ROUTER_SECRET } from "../../support/auth.ts";
import { installHiveGateway, startHiveGateway } from "../../support/gateways/hive.ts";
import { freePort } from "../../../src/server/storage/postgres/temporary-postgres.ts";

const installed = await installHiveGateway();

async function supergraphOf(url: string): Promise<string> {
  const typeDefs = parse(await readFile(new URL("../../../schema/subgraph.graphql", import.meta.url), "utf8"));
  const { supergraphSdl, errors } = composeServices([{ name: "kore", url: `${url}/graphql`, typeDefs }]);
  if (!supergraphSdl) throw new AggregateError(errors ?? []);
  return supergraphSdl;
}

/** Names the caller, as a gateway that has authenticated it, and keeps variables out of addresses. */
const CONFIG = `
export const gatewayConfig = {
  transportEntries: { kore: { options: { method: "POST" } } },
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => ({
      "x-kore-graph-router-secret": ${JSON.stringify(ROUTER_SECRET)},
      "x-kore-graph-caller-id": "ada",
      "x-kore-graph-caller-role": request.headers.get("x-role") ?? "viewer",
      "x-kore-graph-caller-accounts": "*",
    }),
  },
};
`;

describe.skipIf(!installed).each([
  { name: "with its defaults", env: {}, config: undefined },
  { name: "as a trusted router", env: { AUTH_ROUTER_SECRETS: ROUTER_SECRET }, config: CONFIG },
])("through Hive Gateway $name", ({ env, config }) => {
  let app: TestApp;
  let gateway: { url: string; stop: () => Promise<void> };
  beforeAll(async () => {
    app = await startApp({}, env);
    const supergraph = await supergraphOf(app.url);
    gateway = await startHiveGateway(installed ?? "", {
      supergraph,
      port: await freePort(),
      ...(config && { config }),
    });
  }, 180_000);
  afterAll(async () => {
    await gateway.stop();
    await app.stop();
  });

  async function ask<Data>(query: string, variables: object = {}, role = "viewer"): Promise<Reply<Data>> {
    const reply = await fetch(`${gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-role": role },
      body: JSON.stringify({ query, variables }),
    });
    return (await reply.json()) as Reply<Data>;
  }

  test("a query of a hundred SIMs with their cost centers is two requests to KORE", async () => {
    app.kore.clearLog();
    const { accountId } = app.kore.examples;
    const { data, errors } = await ask<{ subscriptions: { nodes: unknown[] } }>(
      "query ($id: ID!) { subscriptions(accountId: $id, first: 100) { nodes { iccid costCenter { name } } } }",
      { id: accountId },
    );
    expect(errors).toBeUndefined();
    expect(data?.subscriptions.nodes).toHaveLength(100);
    expect(app.kore.log().filter(({ path }) => !path.endsWith("/token"))).toHaveLength(2);
  });

  test("an order is written, and its subscription sends the present state, then each change", async () => {
    const { accountId, stockIccid, activationProfileId } = app.kore.examples;
    const ordered = await ask<{ activateSubscriptions: { requests: { id: string }[] } }>(
      `mutation ($accountId: ID!, $iccid: ICCID!, $profile: ID!) {
        activateSubscriptions(input: { accountId: $accountId, activationState: TEST, activationProfileId: $profile,
          subscriptions: [{ iccid: $iccid }], requestKey: "through a gateway" }) { requests { id } } }`,
      { accountId, iccid: stockIccid, profile: activationProfileId },
      "operator",
    );
    expect(ordered.errors).toBeUndefined();
    const [request] = ordered.data?.activateSubscriptions.requests ?? [];
    const client = createClient({ url: `${gateway.url}/graphql`, retryAttempts: 0 });
    const statuses: unknown[] = [];
    const events = client.iterate({
      query:
        "subscription ($accountId: ID!, $id: ID!) { provisioningRequestUpdated(accountId: $accountId, id: $id) { status } }",
      variables: { accountId, id: request?.id },
    });
    for await (const { data, errors } of events) {
      expect(errors).toBeUndefined();
      statuses.push((data?.provisioningRequestUpdated as { status: string }).status);
      app.kore.clock.advance(60_000);
    }
    expect(statuses.length).toBeGreaterThan(1);
    expect(statuses.at(-1)).toBe("COMPLETED");
  });

  test("an error keeps its code", async () => {
    const { errors } = await ask('{ subscription(accountId: "cmp-pp-org-4100") { id } }');
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });
});
