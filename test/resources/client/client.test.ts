import { afterEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

let app: TestApp;
afterEach(() => app.stop());

interface Clients {
  clients: {
    totalCount: number | null;
    nodes: {
      id: string;
      type: string;
      isLocked: boolean | null;
      createdAt: string;
      accountId: string;
      account: { id: string } | null;
    }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}
const PAGE = `query ($first: Int, $after: String, $type: ClientType) {
  clients(first: $first, after: $after, type: $type) {
    totalCount nodes { id type isLocked createdAt accountId account { id } } pageInfo { hasNextPage endCursor }
  }
}`;
const page = async (variables: object) =>
  (await app.graph.query<Clients>(PAGE, variables as Record<string, unknown>)).data?.clients;

test.each(["page", "total"] as const)(
  "API clients are paged completely where KORE counts by %s",
  async (clientsCount) => {
    app = await startApp({ paging: { clientsCount } });
    const all = await page({ first: 1000 });
    expect(all?.totalCount).toBe(all?.nodes.length);
    app.kore.clearLog();

    const seen: string[] = [];
    let after: string | undefined;
    do {
      const part = await page({ first: 7, after });
      seen.push(...(part?.nodes.map(({ id }) => id) ?? []));
      after = part?.pageInfo.hasNextPage ? part.pageInfo.endCursor : undefined;
    } while (after !== undefined);
    expect(seen).toEqual(all?.nodes.map(({ id }) => id));
    expect(app.kore.requests()).toEqual([`GET /v1/clients ×${Math.ceil(seen.length / 7)}`]);
  },
);

test("a count that may be the page's is not shown as the total", async () => {
  app = await startApp({ paging: { clientsCount: "page" } });
  expect((await page({ first: 5 }))?.totalCount).toBeNull();
});

test("API clients of one type are filtered by KORE", async () => {
  app = await startApp();
  const admins = await page({ first: 50, type: "ADMIN" });
  expect(new Set(admins?.nodes.map(({ type }) => type))).toEqual(new Set(["ADMIN"]));
  expect(app.kore.log().at(-1)?.query).toEqual({ page_size: "50", page_number: "1", client_type: "admin" });
  const { errors } = await app.graph.query(PAGE, { type: "UNKNOWN" });
  expect(errors?.[0]?.message).toMatch(/^type: /);
});

test("an API client is read by its id, with dates, lock and owner of KORE's", async () => {
  app = await startApp();
  const { clientId, clientAccountId } = app.kore.examples;
  const { data } = await app.graph.query(
    `query ($id: ID!) { client(id: $id) { id accountId name owner type rawType isLocked createdAt account { id } } }`,
    { id: clientId },
  );
  expect(data).toMatchObject({
    client: { id: clientId, accountId: clientAccountId, owner: expect.stringContaining("@") as string, account: null },
  });
  expect(app.kore.requests()).toEqual([`GET /v1/clients/${clientId} ×1`]);
  const nodes = (await page({ first: 50 }))?.nodes ?? [];
  expect(new Set(nodes.map(({ isLocked }) => isLocked))).toEqual(new Set([true, false, null]));
  expect(nodes.every(({ createdAt }) => !Number.isNaN(Date.parse(createdAt)))).toBe(true);
});

test("its account is the mapped one, without a request", async () => {
  const clientAccount = (app = await startApp()).kore.examples.clientAccountId;
  await app.stop();
  app = await startApp({}, { KORE_ACCOUNT_MAP: `acct_other=cmp-other, ${clientAccount}=cmp-pp-org-4100` });
  const { data } = await app.graph.query(`query ($id: ID!) { client(id: $id) { account { id } } }`, {
    id: app.kore.examples.clientId,
  });
  expect(data).toEqual({ client: { account: { id: "cmp-pp-org-4100" } } });
  expect(app.kore.requests()).toHaveLength(1);
});

describe("References of a gateway", () => {
  const entities = (ids: readonly string[]) =>
    app.graph.query<{ _entities: ({ id: string; name: string } | null)[] }>(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Client { id name } } }`,
      { representations: ids.map((id) => ({ __typename: "Client", id })) },
    );

  test("to few API clients are one request each, and to many listed ones one for all", async () => {
    app = await startApp();
    const ids = app.kore.clients().map(({ id }) => id);
    const few = await entities([...ids.slice(0, 4), ...ids.slice(0, 4)]);
    expect(few.data?._entities.map((client) => client?.id)).toEqual([...ids.slice(0, 4), ...ids.slice(0, 4)]);
    expect(app.kore.requests()).toEqual(ids.slice(0, 4).map((id) => `GET /v1/clients/${id} ×1`));

    app.kore.clearLog();
    const many = await entities(ids);
    expect(many.data?._entities.map((client) => client?.name)).toEqual(app.kore.clients().map(({ name }) => name));
    expect(app.kore.requests()).toEqual(["GET /v1/clients ×1"]);
  });

  test("to one that is not listed, unknown or disabled, are one more request", async () => {
    app = await startApp({}, { KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on" });
    const ids = app.kore.clients().map(({ id }) => id);
    const hidden = ids[5] ?? "";
    await app.graph.query(`mutation ($id: ID!) { disableClient(input: { id: $id }) { outcome } }`, { id: hidden });
    app.kore.clearLog();
    const { data, errors } = await entities([...ids, "apiclient_none"]);
    expect(errors).toBeUndefined();
    expect(data?._entities.map((client) => client?.id)).toEqual([...ids, undefined]);
    expect(app.kore.requests()).toEqual([
      "GET /v1/clients ×1",
      `GET /v1/clients/${hidden} ×1`,
      "GET /v1/clients/apiclient_none ×1",
    ]);
  });
});

test("to an unknown one are null", async () => {
  app = await startApp();
  expect(await app.graph.query(`{ client(id: "apiclient_none") { id } }`)).toEqual({ data: { client: null } });
});
