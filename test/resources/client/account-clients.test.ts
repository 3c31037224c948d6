import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

const WORLD = { accounts: { acme: { sims: 1, name: "Acme" }, beta: { sims: 1, name: "Beta" } } } as const;

let app: TestApp;
beforeEach(async () => {
  const probe = await startApp(WORLD);
  const map = Object.entries(probe.kore.examples.accountMapping).map(([id, account]) => `${id}=${account}`);
  await probe.stop();
  app = await startApp(WORLD, { KORE_ACCOUNT_MAP: map.join(",") });
});
afterEach(() => app.stop());

interface Account {
  clients: {
    totalCount: number;
    nodes: { id: string; name: string }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  } | null;
}
const of = (accountId: string) =>
  app.kore
    .clients()
    .filter((client) => app.kore.examples.accountMapping[client.accountId] === accountId)
    .map(({ id }) => id);
const idsOf = (account: Account | undefined) => account?.clients?.nodes.map(({ id }) => id);

test("all accounts of an operation get their API clients by one request, pages included", async () => {
  const { data, errors } = await app.graph.query<Record<string, Account>>(`{
    acme: account(id: "acme") { clients { nodes { id } totalCount } }
    beta: account(id: "beta") { clients(first: 1) { nodes { id } totalCount } }
    admins: account(id: "acme") { clients(type: ADMIN) { nodes { id } totalCount } }
    clients(first: 1000) { totalCount }
  }`);
  expect(errors).toBeUndefined();
  expect(idsOf(data?.acme)).toEqual(of("acme"));
  expect(data?.acme?.clients?.totalCount).toBe(of("acme").length);
  expect(data?.beta?.clients).toEqual({ nodes: [{ id: of("beta")[0] }], totalCount: of("beta").length });
  const admins = app.kore.clients().filter(({ id, type }) => type === "admin" && of("acme").includes(id));
  expect(idsOf(data?.admins)).toEqual(admins.map(({ id }) => id));
  expect(app.kore.requests()).toEqual(["GET /v1/clients ×1"]);
});

test("pages take one request each, and a cursor of another list is refused", async () => {
  const page = `query ($after: String) { account(id: "acme") { clients(first: 2, after: $after) {
    nodes { id } pageInfo { hasNextPage endCursor } } } }`;
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const { data } = await app.graph.query<{ account: Account }>(page, { after });
    seen.push(...(idsOf(data?.account) ?? []));
    const info = data?.account.clients?.pageInfo;
    after = info?.hasNextPage ? info.endCursor : undefined;
  } while (after !== undefined);
  expect(seen).toEqual(of("acme"));
  expect(app.kore.requests()).toEqual([`GET /v1/clients ×${Math.ceil(seen.length / 2)}`]);

  const other = await app.graph.query<{ clients: { pageInfo: { endCursor: string } } }>(
    `{ clients(first: 1) { pageInfo { endCursor } } }`,
  );
  const { errors } = await app.graph.query(page, { after: other.data?.clients.pageInfo.endCursor });
  expect(errors?.[0]?.message).toMatch(/^after: /);
});

test("an account without a mapping has null and a hint", async () => {
  const reply = await app.graph.query<{ account: Account }>(`{ account(id: "cmp-other") { clients { totalCount } } }`);
  expect(reply.data).toEqual({ account: { clients: null } });
  expect(reply.extensions?.hints).toEqual([
    { path: ["account", "clients"], message: expect.stringContaining("KORE_ACCOUNT_MAP") as string },
  ]);
  expect(app.kore.requests()).toEqual([]);
});

test("the type UNKNOWN and an invalid page size are refused without a KORE call", async () => {
  for (const args of ["type: UNKNOWN", "first: 1001", `after: "nonsense"`]) {
    const { errors } = await app.graph.query(`{ account(id: "acme") { clients(${args}) { totalCount } } }`);
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  }
  expect(app.kore.requests()).toEqual([]);
});

test("an endless list of KORE's is an error, not a partial list", async () => {
  const wire = await startOddKore();
  const odd = await startApp(WORLD, { KORE_ACCOUNT_MAP: "acct_x=acme", KORE_CLIENTS_URL: wire.url });
  const { data, errors } = await odd.graph.query(`{ account(id: "acme") { clients { totalCount } } }`);
  expect(data).toEqual({ account: { clients: null } });
  expect(errors?.[0]?.extensions.code).toBe("KORE_CONTRACT_BROKEN");
  await odd.stop();
  await wire.stop();
});

/** States for every page that another follows, and returns the same one. */
async function startOddKore(): Promise<{ url: string; stop(): Promise<unknown> }> {
  const page = {
    meta: { next_page_url: "https://kore.example/2" },
    clients: [{ client_id: "a", account_id: "acct_x" }],
  };
  const server = createServer((_, reply) => reply.end(JSON.stringify(page)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}
