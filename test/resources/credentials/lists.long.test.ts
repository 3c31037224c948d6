import { writeFile } from "node:fs/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { startKore, app, kore, file, start, entry, rest, child, refused, tokens, asked, codes } from "./fixtures.ts";

const ROUTER = "0123456789abcdef0123456789abcdef";

beforeEach(() => startKore());

describe("Lists that name no account", () => {
  const ACCOUNTS = "{ accounts { id } }";
  const ids = ({ data }: { data?: unknown }) =>
    (data as { accounts: { id: string }[] } | undefined)?.accounts.map(({ id }) => id);

  test("A3.7 read each entry once, and show an account once that several list", async () => {
    await start([rest(), child(), entry("twin", ["other"])]);
    expect(ids(await app.graph.query(ACCOUNTS))).toEqual(["home", "other", "child"]);
    expect(asked("/connectivity/v1/accounts")).toBe(3);
  });

  test("A3.7 show the replies of some, and name the entries that failed", async () => {
    await start([rest(), refused("child", ["child"])]);
    const reply = await app.graph.query(ACCOUNTS);
    expect(ids(reply)).toEqual(["home", "other"]);
    expect(reply.errors).toBeUndefined();
    expect(reply.extensions).toEqual({
      incomplete: [
        {
          list: "accounts",
          credential: "child",
          code: "KORE_UNAUTHENTICATED",
          message: "KORE did not accept the credentials of this deployment",
        },
      ],
    });
    expect(JSON.stringify([reply, app.logged()])).not.toContain("hunter2");
  });

  test("A3.7 fail as a single list does when all fail", async () => {
    await start([refused("rest", "*"), refused("child", ["child"])]);
    expect(codes(await app.graph.query(ACCOUNTS))).toEqual(["KORE_UNAUTHENTICATED"]);
  });

  test("A3.7 an entry may have an administrator of its own", async () => {
    await start([rest(), { ...child(), accountEmail: "nobody@acme.example" }]);
    const reply = await app.graph.query(ACCOUNTS);
    expect(ids(reply)).toEqual(["home", "other"]);
    expect(reply.extensions).toMatchObject({ incomplete: [{ credential: "child", code: "NOT_FOUND" }] });
  });

  test("A3.7 an account's name comes from the list of the entry that serves it", async () => {
    await start([rest(), child()]);
    const named = await app.graph.query(`{ account(id: "child") { name } }`);
    expect(named).toEqual({ data: { account: { name: "Account child" } } });
    expect(asked("/connectivity/v1/accounts")).toBe(1);
  });

  test("A3.7 a caller of some accounts reads with their entries only", async () => {
    await start([refused("rest", "*"), child()], { AUTH_ROUTER_SECRETS: ROUTER });
    const headers = {
      "x-kore-graph-router-secret": ROUTER,
      "x-kore-graph-caller-id": "somebody",
      "x-kore-graph-caller-role": "admin",
      "x-kore-graph-caller-accounts": "child",
    };
    const reply = await app.graph.post({ query: "{ accounts { id } clients { totalCount } }" }, headers);
    const body = (await reply.json()) as Record<string, unknown>;
    expect(ids(body)).toEqual(["child"]);
    expect(body).not.toHaveProperty("extensions");
    expect(tokens()).toBe(1);
  });

  interface Clients {
    clients: {
      totalCount: number | null;
      nodes: { id: string }[];
      pageInfo: { endCursor: string; hasNextPage: boolean };
    };
  }
  const CLIENTS = `query ($first: Int, $after: String) {
    clients(first: $first, after: $after) { totalCount nodes { id } pageInfo { endCursor hasNextPage } }
  }`;

  test("A3.7 API clients of all entries are one list, page by page", async () => {
    await start([rest(), child()]);
    const every = kore.clients().map(({ id }) => id);
    const found: string[] = [];
    let after: string | undefined;
    for (;;) {
      const { data } = await app.graph.query<Clients>(CLIENTS, { first: 4, after });
      if (!data) throw new Error("no page");
      expect(data.clients.totalCount).toBe(every.length);
      found.push(...data.clients.nodes.map(({ id }) => id));
      if (!data.clients.pageInfo.hasNextPage) break;
      after = data.clients.pageInfo.endCursor;
    }
    expect(found.sort()).toEqual(every.sort());
  });

  test("A3.7 a page of API clients that lacks an entry reports it, has no total, and its cursor needs the same entries", async () => {
    await start([rest(), refused("child", ["child"])]);
    const { data, extensions } = await app.graph.query<Clients>(CLIENTS, { first: 2 });
    expect(data?.clients.totalCount).toBeNull();
    expect(extensions).toMatchObject({ incomplete: [{ list: "clients", credential: "child" }] });
    const after = data?.clients.pageInfo.endCursor;
    expect((await app.graph.query<Clients>(CLIENTS, { first: 2, after })).data?.clients.nodes).toHaveLength(2);
    await writeFile(file, JSON.stringify([rest(), child()]));
    await expect
      .poll(async () => codes(await app.graph.query<Clients>(CLIENTS, { first: 2, after })), { timeout: 10_000 })
      .toEqual(["BAD_USER_INPUT"]); // Its offset in a longer list would skip some.
  });

  test("A3.7 an API client is found with any entry, and a failing entry does not prove its absence", async () => {
    await start([rest(), child()]);
    const client = (id: string) => app.graph.query<{ client: { id: string } | null }>(`{ client(id: "${id}") { id } }`);
    const { clientId } = kore.credentialsOf("child");
    expect((await client(clientId)).data).toEqual({ client: { id: clientId } });
    expect((await client("apiclient_none")).data).toEqual({ client: null });
    kore.faults.add({ effect: "status", status: 401, path: "/api-services/v1/auth/token" });
    kore.expireTokens();
    expect(codes(await client("apiclient_none"))).toEqual(["KORE_UNAUTHENTICATED"]);
  });

  test("A3.7 writes to API clients use the credentials that reach them", async () => {
    await start([rest(), child()], { KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on" });
    const theirs = kore.clients().find(({ name }) => name === "Account child: Fleet dashboard");
    const account = kore.clients().find(({ id }) => id === kore.credentialsOf("child").clientId)?.accountId;
    const write = (text: string, input: object) => app.graph.query(text, { input });
    const lock = `mutation ($input: UnlockClientInput!) { unlockClient(input: $input) { outcome } }`;
    expect(await write(lock, { id: theirs?.id })).toEqual({ data: { unlockClient: { outcome: "DONE" } } });
    const create = `mutation ($input: CreateClientInput!) { createClient(input: $input) { outcome client { accountId } } }`;
    expect(await write(create, { name: "Depot", accountId: account })).toEqual({
      data: { createClient: { outcome: "DONE", client: { accountId: account } } },
    });
  });
});
