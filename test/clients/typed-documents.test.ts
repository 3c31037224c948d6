import { readFile } from "node:fs/promises";
import { GraphQLClient, type RequestDocument } from "graphql-request";
import { initGraphQLTada } from "gql.tada";
import { parse as parseYaml } from "yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scalars } from "../../schema/client/scalars.ts";
import { type TestApp, startApp } from "../support/app.ts";
import { AccountsDocument, SimsByIccidDocument } from "../support/graphql/graphql.ts";
import { ACCOUNT } from "./sims.ts";

let app: TestApp;
let client: GraphQLClient;
beforeAll(async () => {
  app = await startApp();
  client = new GraphQLClient(`${app.url}/graphql`);
});
afterAll(() => app.stop());

test("graphql-request runs documents of GraphQL Code Generator", async () => {
  const iccids = app.kore.iccids(ACCOUNT).slice(0, 2);
  const document = SimsByIccidDocument.toString();
  const data = await client.request<{ subscriptionsByIccid: object[] }>(document, { accountId: ACCOUNT, iccids });
  expect(data.subscriptionsByIccid).toMatchObject(iccids.map((iccid) => ({ iccid })));
});

test("graphql-request shows the code of an error", async () => {
  const document = SimsByIccidDocument.toString();
  const failed = client.request(document, { accountId: ACCOUNT, iccids: ["no ICCID"] });
  await expect(failed).rejects.toMatchObject({
    response: { errors: [{ extensions: { code: "BAD_USER_INPUT" } }] },
  });
});

test("GraphQL Code Generator has the scalars that schema/client/scalars.ts lists", async () => {
  const config = parseYaml(await readFile(new URL("../../codegen.yml", import.meta.url), "utf8")) as {
    generates: Record<string, { config: { scalars: unknown } }>;
  };
  expect(Object.values(config.generates).map((one) => one.config.scalars)).toEqual([scalars]);
  expect(AccountsDocument.toString()).toContain("query Accounts");
});

test("documents of gql.tada run", async () => {
  const graphql = initGraphQLTada<{ introspection: never }>() as unknown as (text: string) => RequestDocument;
  const data = await client.request<object>(graphql("query Mode { capabilities { mode } }"));
  expect(data).toEqual({ capabilities: { mode: "LIVE" } });
});
