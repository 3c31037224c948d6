import { readFile } from "node:fs/promises";
import { ApolloGateway, type GraphQLDataSourceProcessOptions, RemoteGraphQLDataSource } from "@apollo/gateway";
import { composeServices } from "@apollo/composition";
import { ApolloServer } from "@apollo/server";
import { parse } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApp, startApp } from "../support/app.ts";
import { ROUTER_SECRET } from "../support/auth.ts";

interface RouterContext {
  caller?: { id: string; role: string; accounts: string };
}

/** Says who asks, as a router does that has authenticated its callers. */
class KoreGraph extends RemoteGraphQLDataSource<RouterContext> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<RouterContext>): void {
    const { caller } = context as RouterContext;
    if (!caller) return;
    const { id, role, accounts } = caller;
    request.http?.headers.set("x-kore-graph-router-secret", ROUTER_SECRET);
    request.http?.headers.set("x-kore-graph-caller-id", id);
    request.http?.headers.set("x-kore-graph-caller-role", role);
    request.http?.headers.set("x-kore-graph-caller-accounts", accounts);
  }
}

let app: TestApp;
let router: ApolloServer<RouterContext>;
beforeAll(async () => {
  app = await startApp(
    { accounts: { own: { sims: 3 }, foreign: { sims: 3 } } },
    { AUTH_ROUTER_SECRETS: ROUTER_SECRET },
  );
  const typeDefs = parse(await readFile(new URL("../../schema/subgraph.graphql", import.meta.url), "utf8"));
  const { supergraphSdl = "" } = composeServices([{ name: "kore", url: "http://kore.example", typeDefs }]);
  const buildService = () => new KoreGraph({ url: `${app.url}/graphql` });
  router = new ApolloServer<RouterContext>({ gateway: new ApolloGateway({ supergraphSdl, buildService }) });
  await router.start();
});
afterAll(async () => {
  await router.stop();
  await app.stop();
});

async function ask(contextValue: RouterContext) {
  const query = '{ accounts { id } own: account(id: "own") { id } foreign: account(id: "foreign") { id } }';
  const { body } = await router.executeOperation({ query }, { contextValue });
  if (body.kind !== "single") throw new Error("one answer is expected");
  const { data, errors } = body.singleResult;
  return { data, codes: errors?.map(({ extensions }) => extensions?.code) };
}

test("through a gateway that says who asks, each of its callers reaches its own accounts", async () => {
  expect(await ask({ caller: { id: "ada", role: "viewer", accounts: "own" } })).toEqual({
    data: { accounts: [{ id: "own" }], own: { id: "own" }, foreign: null },
    codes: ["NOT_FOUND"],
  });
  expect(await ask({ caller: { id: "root", role: "admin", accounts: "*" } })).toEqual({
    data: { accounts: [{ id: "own" }, { id: "foreign" }], own: { id: "own" }, foreign: { id: "foreign" } },
    codes: undefined,
  });
});

test("a gateway that does not say who asks is let in to nothing", async () => {
  app.kore.clearLog();
  expect((await ask({})).data).toBeNull();
  expect(app.kore.log()).toEqual([]);
});
