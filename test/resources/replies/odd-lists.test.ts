import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Reply } from "../../support/app.ts";
import { type ScriptedApp, startScripted } from "../../support/kore/scripted-kore.ts";

let app: ScriptedApp;
beforeAll(async () => {
  app = await startScripted({ KORE_ACCOUNT_MAP: "acct_a=acme", CACHE_SECONDS: "0" });
});
afterAll(() => app.stop());

const iccidOf = (index: number) => `8901260882305${String(100_000 + index)}`;
const sim = (index: number) => ({
  "subscription-id": `sim-${String(index).padStart(5, "0")}`,
  iccid: iccidOf(index),
  states: [{ state: "Active", "is-current": true }],
});
type Wire = Record<string, unknown>;
const sims = (count: number): Wire[] => Array.from({ length: count }, (_, index) => sim(index));

/** How a server states its total. */
const TOTALS = {
  right: (total: number) => total,
  "-1": () => -1,
  "0": () => 0,
  missing: () => undefined,
  "of fewer rows than are shown": (total: number) => Math.min(total, 1),
};
type Total = keyof typeof TOTALS;

/** Answers lists of SIMs with pages of at most `cap`; where a page begins is counted in pages of that, or as asked. */
function simLists(
  all: () => Wire[],
  { cap = 1000, countsBy = "cap", total = "right" }: { cap?: number; countsBy?: string; total?: Total } = {},
) {
  return (path: string, query: Readonly<Record<string, string>>): unknown => {
    if (!path.endsWith("/subscriptions"))
      return all().find((one) => path.endsWith(`/${String(one["subscription-id"])}`));
    const asked = Number(query["max-page-item"]);
    const size = Math.min(asked, cap);
    const iccids = query.iccid?.split(",");
    const found = all().filter((one) => !iccids || iccids.includes(String(one.iccid)));
    const start = Number(query["page-index"]) * (countsBy === "cap" ? size : asked);
    const subscriptions = found.slice(start, start + size);
    return { "page-info-result": { "total-count": TOTALS[total](found.length) }, subscriptions };
  };
}

interface PageData {
  nodes: { id: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Follows the cursors of a list to its end. */
async function walk(field: string, sizes: readonly number[]): Promise<string[]> {
  const seen: string[] = [];
  let after: string | null = null;
  for (let step = 0; step < 200; step += 1) {
    const reply: Reply<{ account: Record<string, PageData> }> = await app.graph.query(
      `query ($first: Int, $after: String) { account(id: "acme") {
         list: ${field}(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }`,
      { first: sizes[step % sizes.length], after },
    );
    expect(reply.errors).toBeUndefined();
    const { nodes = [], pageInfo } = reply.data?.account.list ?? {};
    seen.push(...nodes.map(({ id }) => id));
    if (!pageInfo?.hasNextPage) return seen;
    expect(pageInfo.endCursor).not.toBeNull();
    after = pageInfo.endCursor;
  }
  throw new Error("The list has no end");
}

const byIccid = async (iccids: readonly string[]) => {
  const { data, errors } = await app.graph.query<{ subscriptionsByIccid: ({ iccid: string } | null)[] }>(
    `query ($iccids: [ICCID!]!) { subscriptionsByIccid(accountId: "acme", iccids: $iccids) { iccid } }`,
    { iccids },
  );
  return { found: data?.subscriptionsByIccid.map((one) => one?.iccid ?? null), codes: codesOf(errors) };
};
const codesOf = (errors: readonly { extensions: { code: string } }[] | undefined) => [
  ...new Set(errors?.map(({ extensions }) => extensions.code)),
];

const byId = async (ids: readonly string[]) => {
  const { data, errors } = await app.graph.query<{ _entities: ({ id: string } | null)[] }>(
    "query ($of: [_Any!]!) { _entities(representations: $of) { ... on SimSubscription { id iccid } } }",
    { of: ids.map((id) => ({ __typename: "SimSubscription", accountId: "acme", id })) },
  );
  return { found: data?._entities.map((one) => one?.id ?? null), codes: codesOf(errors) };
};

describe("A list of SIMs", () => {
  const dialects = [7, 25, 1000].flatMap((cap) =>
    ["cap", "asked"].flatMap((countsBy) => (Object.keys(TOTALS) as Total[]).map((total) => ({ cap, countsBy, total }))),
  );

  test.each(dialects)("B7.1 is read to its last row from a server with %j", async (dialect) => {
    const all = sims(61);
    app.answer(simLists(() => all, dialect));
    const ids = all.map((one) => one["subscription-id"]);
    expect(await walk("subscriptions", [10, 40, 3, 50])).toEqual(ids);
    expect(await walk("subscriptions", [1000])).toEqual(ids);
  });

  test("B7.2 reads no extra page where totals are right and pages have the requested size", async () => {
    app.answer(simLists(() => sims(61)));
    await walk("subscriptions", [20]);
    expect(app.asked()).toHaveLength(4);
  });

  test.each([
    ["[null]", { subscriptions: [null] }],
    ["a text", { subscriptions: ["8901260882305100000"] }],
    ["no list", { status: "ok" }],
    ["no rows of a total of 5", { "page-info-result": { "total-count": 5 }, subscriptions: [] }],
    ["null for the rows of a total of 5", { "page-info-result": { "total-count": 5 }, subscriptions: null }],
  ])("B7.3 with %s is a contract error, and no SIM of it is reported absent", async (_, reply) => {
    app.answer(() => reply);
    const list = await app.graph.query(`{ subscriptions(accountId: "acme") { nodes { id } } }`);
    expect(codesOf(list.errors)).toEqual(["KORE_CONTRACT_BROKEN"]);
    expect(await byIccid([iccidOf(0)])).toEqual({ found: [null], codes: ["KORE_CONTRACT_BROKEN"] });
  });

  test("B7.4 answered with 204 is empty", async () => {
    app.answer(() => null);
    expect(await walk("subscriptions", [10])).toEqual([]);
    expect(await byIccid([iccidOf(0)])).toEqual({ found: [null], codes: [] });
  });

  test("B7.5 with more rows stated than there are ends without a next page", async () => {
    const server = simLists(() => sims(12));
    app.answer((path, query) => ({ ...(server(path, query) as object), "page-info-result": { "total-count": 13 } }));
    expect(await walk("subscriptions", [5])).toHaveLength(12);
  });
});

describe("SIMs by ICCID", () => {
  test("A8.1 request as many rows as KORE may return, in one request", async () => {
    app.answer(simLists(() => sims(200)));
    const iccids = sims(100).map(({ iccid }) => String(iccid));
    expect((await byIccid(iccids)).found).toEqual(iccids);
    const sizes = app.asked().map(({ query }) => Number(query["max-page-item"]));
    expect(sizes).toHaveLength(1);
    expect(sizes[0]).toBeGreaterThan(100);
    expect(sizes[0]).toBeLessThanOrEqual(150);
  });

  // On a page of one row, a total of one is not detectable as wrong.
  const dialects = [2, 7, 50, 1000].flatMap((cap) => (Object.keys(TOTALS) as Total[]).map((total) => ({ cap, total })));
  test.each(dialects)("A8.2 continue when fewer rows arrive than requested: %j", async (dialect) => {
    const all = sims(60).filter((_, index) => index % 20 !== 3);
    app.answer(simLists(() => all, dialect));
    const asked = Array.from({ length: 60 }, (_, index) => iccidOf(index));
    const there = new Set(all.map(({ iccid }) => iccid));
    expect(await byIccid(asked)).toEqual({ found: asked.map((iccid) => (there.has(iccid) ? iccid : null)), codes: [] });
  });

  test("B7.6 are found though rows move between pages meanwhile", async () => {
    let rows = sims(30);
    const server = simLists(() => rows, { cap: 10 });
    app.answer((path, query) => {
      const reply = server(path, query);
      rows = rows.filter((one) => one["subscription-id"] !== "sim-00002"); // Transferred after the first page.
      return reply;
    });
    const { found, codes } = await byIccid(sims(30).map(({ iccid }) => String(iccid)));
    expect(found?.filter((one, index) => one === null && index !== 2)).toEqual([]);
    expect(codes).toEqual([]);
  });

  test("B7.7 answered with other SIMs are an error, not absent", async () => {
    const all = sims(300);
    app.answer((path, query) => simLists(() => all)(path, { ...query, iccid: undefined as never }));
    expect(await byIccid([iccidOf(299)])).toEqual({ found: [null], codes: ["KORE_CONTRACT_BROKEN"] });
    expect(app.asked()).toHaveLength(1);
  });
});

describe("SIMs by id from the account's list", () => {
  const ids = (count: number) => sims(count).map((one) => String(one["subscription-id"]));

  test.each([{ cap: 100 }, { cap: 100, total: "-1" as const }, { cap: 100, total: "0" as const }])(
    "B7.8 are all found: %j",
    async (dialect) => {
      app.answer(simLists(() => sims(250), dialect));
      expect(await byId(ids(250))).toEqual({ found: ids(250), codes: [] });
    },
  );

  test.each([150, 12])("B7.9 are found though a row has moved to a page that was read, of %i", async (wanted) => {
    let rows = sims(250);
    const server = simLists(() => rows, { cap: 100 });
    app.answer((path, query) => {
      const reply = server(path, query);
      // Another SIM came in its place, so that the total stays the same.
      if (path.endsWith("/subscriptions")) rows = [...sims(250).filter((_, index) => index !== 5), sim(999)];
      return reply;
    });
    const wantedIds = ids(250).slice(99, 99 + wanted);
    expect(await byId(wantedIds)).toEqual({ found: wantedIds, codes: [] });
  });

  test("B7.10 one by one are an error for a 204, which proves no absence", async () => {
    app.answer(() => null);
    expect(await byId(["sim-00001"])).toEqual({ found: [null], codes: ["KORE_CONTRACT_BROKEN"] });
  });
});

describe("Provisioning requests", () => {
  const requests = Array.from({ length: 43 }, (_, index) => ({
    "provisioning-request-id": `request-${index}`,
    "request-type": "Activation",
    "request-status": "completed",
    "date-created": new Date(Date.UTC(2025, 0, 1) + index * 1000).toISOString().slice(0, 19),
  }));
  const server =
    (cap: number, total: Total) =>
    (path: string, query: Readonly<Record<string, string>>): unknown => {
      if (path.endsWith("/subscriptions")) return simLists(() => sims(1))(path, query);
      const size = Math.min(Number(query.take), cap);
      const page = Number(query.page ?? 1);
      const records = requests.slice((page - 1) * size, page * size);
      return { "total-records": TOTALS[total](requests.length), page, records };
    };
  const dialects = [4, 1000].flatMap((cap) => (Object.keys(TOTALS) as Total[]).map((total) => ({ cap, total })));

  test.each(dialects)("B7.11 are listed to the last one from a server with %j", async ({ cap, total }) => {
    app.answer(server(cap, total));
    const ids = requests.map((request) => request["provisioning-request-id"]);
    expect(await walk("provisioningRequests", [10, 30])).toEqual(ids);
  });

  test.each(dialects)("B7.12 show a SIM's newest one from a server with %j", async ({ cap, total }) => {
    app.answer(server(cap, total));
    const { data } = await app.graph.query(
      `{ subscription(accountId: "acme", iccid: "${iccidOf(0)}") { lastProvisioningRequest { id } } }`,
    );
    expect(data).toEqual({ subscription: { lastProvisioningRequest: { id: "request-42" } } });
  });

  test.each([
    ["[null]", { records: [null] }],
    ["no list", {}],
    ["no rows of a total of 5", { "total-records": 5, records: [] }],
  ])("B7.13 with %s are a contract error", async (_, reply) => {
    app.answer(() => reply);
    const { errors } = await app.graph.query(`{ account(id: "acme") { provisioningRequests { nodes { id } } } }`);
    expect(codesOf(errors)).toEqual(["KORE_CONTRACT_BROKEN"]);
  });

  test("B7.14 answered with 204 are none", async () => {
    app.answer(() => null);
    expect(await walk("provisioningRequests", [10])).toEqual([]);
  });
});

describe("API clients", () => {
  const clients = Array.from({ length: 23 }, (_, index) => ({ client_id: `client-${index}`, account_id: "acct_a" }));
  const server =
    (cap: number, count: "page" | "total", all = () => clients) =>
    (_: string, query: Readonly<Record<string, string>>): unknown => {
      const size = Math.min(Number(query.page_size), cap);
      const number = Number(query.page_number);
      const page = all().slice((number - 1) * size, number * size);
      const next = number * size < all().length ? "https://kore.example/next" : null;
      return { meta: { count: count === "page" ? page.length : all().length, next_page_url: next }, clients: page };
    };
  const top = async (sizes: readonly number[]) => {
    const seen: string[] = [];
    let after: string | null = null;
    for (let step = 0; step < 100; step += 1) {
      const reply: Reply<{ clients: PageData }> = await app.graph.query(
        "query ($first: Int, $after: String) { clients(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }",
        { first: sizes[step % sizes.length], after },
      );
      expect(reply.errors).toBeUndefined();
      seen.push(...(reply.data?.clients.nodes.map(({ id }) => id) ?? []));
      if (!reply.data?.clients.pageInfo.hasNextPage) return seen;
      after = reply.data.clients.pageInfo.endCursor;
      expect(after).not.toBeNull();
    }
    throw new Error("The list has no end");
  };
  const ids = clients.map(({ client_id }) => client_id);

  test.each([
    { cap: 4, count: "page" as const },
    { cap: 4, count: "total" as const },
    { cap: 1000, count: "page" as const },
  ])("B7.15 are listed to the last one from a server with %j", async ({ cap, count }) => {
    app.answer(server(cap, count));
    expect(await top([5, 11, 2])).toEqual(ids);
    expect(await walk("clients", [10])).toEqual(ids);
  });

  test.each(["page", "total"] as const)(
    "B7.16 of an account are all found though they move: count of the %s",
    async (count) => {
      let all = clients;
      const moving = server(5, count, () => all);
      app.answer((path, query) => {
        const reply = moving(path, query);
        all = clients.filter((_, index) => index !== 1);
        return reply;
      });
      expect(new Set(await walk("clients", [100]))).toEqual(new Set(ids));
    },
  );

  test.each([
    ["[null]", { meta: { count: 1 }, clients: [null] }],
    ["no list", { meta: { count: 1 } }],
    ["an empty page before another", { meta: { next_page_url: "https://kore.example/2" }, clients: [] }],
  ])("B7.17 with %s are a contract error", async (_, reply) => {
    app.answer(() => reply);
    for (const query of ["{ clients { nodes { id } } }", `{ account(id: "acme") { clients { nodes { id } } } }`]) {
      expect(codesOf((await app.graph.query(query)).errors)).toEqual(["KORE_CONTRACT_BROKEN"]);
    }
  });
});

describe("Lists without pages", () => {
  const QUERIES = {
    accounts: "{ accounts { id } }",
    "cost centers": `{ account(id: "acme") { costCenters { id } } }`,
    "activation profiles": `{ account(id: "acme") { activationProfiles { id } } }`,
  };
  const cases = Object.entries(QUERIES);

  test.each(cases)("B7.18 answered with 204 are none: %s", async (_, query) => {
    app.answer(() => null);
    const { errors } = await app.graph.query(query);
    expect(errors).toBeUndefined();
  });

  test.each(cases.flatMap(([name, query]) => [[name, query, [null]] as const, [name, query, {}] as const]))(
    "B7.19 of %s that cannot be read are a contract error: %s %j",
    async (name, query, reply) => {
      app.answer(() => (name === "accounts" && Array.isArray(reply) ? { account: reply } : reply));
      const { errors } = await app.graph.query(query);
      expect(codesOf(errors)).toEqual(["KORE_CONTRACT_BROKEN"]);
    },
  );
});
