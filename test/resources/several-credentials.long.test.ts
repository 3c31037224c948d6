import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStore } from "../../src/server/storage/lmdb.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../src/simulator/index.ts";
import { type TestApp, environmentOf, startApp } from "../support/app.ts";

/** KORE with two accounts for the first client, and one for a client of its own. */
const WORLD: SimulatorOptions = {
  accounts: {
    home: { sims: 3, states: "Active" },
    other: { sims: 2, states: "Active" },
    child: { sims: 2, states: "Active", ownClient: true },
  },
};

const ROUTER = "0123456789abcdef0123456789abcdef";

let app: TestApp;
let kore: Simulator;
let folder: string;
let file: string;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-several-"));
  file = join(folder, "credentials.json");
  kore = await startSimulator({ clock: "manual", ...WORLD });
  environment = { ...environmentOf(kore), KORE_CREDENTIALS_FILE: file, WARM_UP_MS: "0" };
  for (const name of ["KORE_CLIENT_ID", "KORE_CLIENT_SECRET", "KORE_API_KEY"]) environment[name] = "";
  environment.KORE_ACCOUNT_MAP = Object.entries(kore.examples.accountMapping)
    .map((pair) => pair.join("="))
    .join(",");
});
afterEach(async () => {
  await app.stop();
  await kore.stop();
  await rm(folder, { recursive: true });
});

const entry = (name: string, accounts: "*" | string[], { clientId, clientSecret, apiKey } = kore.credentials) => ({
  name,
  accounts,
  developerPortal: { clientId, clientSecret, apiKey },
});
const rest = () => entry("rest", "*");
const child = (accounts = ["child"]) => entry("child", accounts, kore.credentialsOf("child"));
const refused = (name: string, accounts: "*" | string[]) =>
  entry(name, accounts, { ...kore.credentials, clientSecret: "hunter2" });

/** The app in front of the outer KORE; the one of `startApp` is not used. */
async function start(entries: object[], env: Record<string, string> = {}) {
  await writeFile(file, JSON.stringify(entries));
  app = await startApp({}, { ...environment, CACHE_SECONDS: "0", ...env });
}

const count = (accountId: string) =>
  app.graph.query<{ subscriptions: { totalCount: number } | null }>(
    `{ subscriptions(accountId: "${accountId}") { totalCount } }`,
  );
const tokens = () => kore.log().filter(({ path }) => path === "/Api/api/token").length;
const asked = (path: string) => kore.log().filter((request) => request.path === path).length;
const codes = ({ errors = [] }: { errors?: { extensions: { code: string } }[] }) =>
  errors.map(({ extensions }) => extensions.code);

test("A3.2 the console's client is used for API clients and the developer portal's for ConnectivityPro", async () => {
  await kore.stop();
  kore = await startSimulator({ clock: "manual", ...WORLD, portals: "two" });
  const { clientId, clientSecret } = kore.developerCredentials;
  app = await startApp(
    {},
    {
      ...environmentOf(kore),
      WARM_UP_MS: "0",
      KORE_CONSOLE_CLIENT_ID: clientId,
      KORE_CONSOLE_CLIENT_SECRET: clientSecret,
    },
  );
  const { data, errors } = await app.graph.query(
    `{ subscriptions(accountId: "home") { totalCount } clients(first: 1) { nodes { id } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ subscriptions: { totalCount: 3 }, clients: { nodes: [{}] } });
});

describe("Credentials by account", () => {
  test("A3.6 each call uses those that serve its account, with their own tokens", async () => {
    await start([rest(), child()]);
    const totals = await Promise.all(["home", "other", "child"].map(count));
    expect(totals.map(({ data }) => data?.subscriptions?.totalCount)).toEqual([3, 2, 2]);
    expect(tokens()).toBe(2);
  });

  test("A3.6 an account that no entry serves is refused without a KORE call", async () => {
    await start([entry("home", ["home"]), child()]);
    expect(codes(await count("other"))).toEqual(["KORE_FORBIDDEN"]);
    expect(kore.log()).toEqual([]);
  });

  test("A3.6 the rate limit of one entry does not affect the other", async () => {
    await start([rest(), child()]);
    await Promise.all(["home", "child"].map(count));
    const path = "/connectivity/v1/accounts/home/**";
    kore.faults.add({ effect: "status", status: 429, retryAfter: 600, path, times: 1 });
    await count("home");
    kore.clearLog();
    expect(codes(await count("home"))).toEqual(["UPSTREAM_BUSY"]);
    expect((await count("child")).data?.subscriptions?.totalCount).toBe(2);
    expect(kore.log().map((request) => request.path)).toEqual(["/connectivity/v1/accounts/child/subscriptions"]);
  });

  test("A3.6 the circuit breaker of one entry does not affect the other's", async () => {
    await start([rest(), child()]);
    await Promise.all(["home", "child"].map(count));
    kore.faults.add({ effect: "status", status: 503, path: "/connectivity/v1/accounts/home/**" });
    const host = new URL(kore.urls.connectivity).host;
    const state = async (credential: string) => {
      const metrics = await (await fetch(`${app.url}/metrics`)).text();
      return metrics.split(`kore_graph_upstream_breaker_state{host="${host}",credential="${credential}"} `)[1]?.[0];
    };
    const OPEN = "2";
    for (let time = 0; time < 30 && (await state("rest")) !== OPEN; time += 1) await count("home");
    kore.clearLog();
    expect(codes(await count("home"))).toEqual(["KORE_UNAVAILABLE"]);
    expect(kore.log()).toEqual([]);
    expect((await count("child")).data?.subscriptions?.totalCount).toBe(2);
    expect([await state("rest"), await state("child")]).toEqual([OPEN, undefined]);
  });

  test("A3.6 replies are cached by entry, and not shared", async () => {
    await start([rest(), child()], { CACHE_SECONDS: "60" });
    const centers = (id: string) => app.graph.query(`{ account(id: "${id}") { costCenters { id } } }`);
    for (const id of ["home", "home", "child", "child"]) expect((await centers(id)).errors).toBeUndefined();
    expect(asked("/connectivity/v1/accounts/home/cost-centers")).toBe(1);
    expect(asked("/connectivity/v1/accounts/child/cost-centers")).toBe(1);
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    for (const name of ["rest", "child"]) expect(metrics).toContain(`kore_graph_cache_entries{credential="${name}"} 1`);
  });

  test("A3.6 writes use the entry of their account as well", async () => {
    await start([rest(), child()]);
    const text = `mutation ($input: SuspendSubscriptionsInput!) { suspendSubscriptions(input: $input) { counts { submitted } } }`;
    for (const accountId of ["home", "child"]) {
      const input = { accountId, subscriptions: [{ iccid: kore.iccids(accountId)[0] }] };
      expect(await app.graph.query(text, { input })).toEqual({
        data: { suspendSubscriptions: { counts: { submitted: 1 } } },
      });
      expect(kore.provisioningRequests(accountId)).toHaveLength(1);
    }
  });
});

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

describe("Readiness with several entries", () => {
  const ready = async () => {
    for (;;) {
      const reply = await fetch(`${app.url}/readyz`);
      const body = (await reply.json()) as { status: string; degraded?: string[]; reasons?: { credential: string }[] };
      if (body.status !== "starting") return { ...body, text: body.status };
      await new Promise((go) => setTimeout(go, 50));
    }
  };

  test("A3.8 shows each by its name, and a refused one degrades", async () => {
    await start([rest(), refused("child", ["child"])]);
    expect(await ready()).toMatchObject({
      text: "ready",
      degraded: ["connectivity", "clients"],
      reasons: [
        { part: "connectivity", credential: "child", reason: "KORE_CREDENTIALS_REFUSED" },
        { part: "clients", credential: "child", reason: "KORE_CREDENTIALS_REFUSED" },
      ],
      credentials: {
        rest: { connectivity: "accepted", clients: "accepted" },
        child: { connectivity: "refused", clients: "refused" },
      },
    });
    expect(app.logged()).toContainEqual(expect.objectContaining({ level: "error", credential: "child" }));
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toContain('kore_graph_degraded{part="connectivity",credential="child"} 1');
    expect(metrics).toContain('kore_graph_degraded{part="connectivity",credential="rest"} 0');
  });

  test("Ready.3 is misconfigured when KORE refuses all of them", async () => {
    await start([refused("rest", "*"), refused("child", ["child"])]);
    expect((await ready()).text).toBe("misconfigured");
  });

  test("A3.8 credentials that replace accepted ones and are refused degrade", async () => {
    await start([rest()]);
    expect((await ready()).degraded).toEqual([]);
    await writeFile(file, JSON.stringify([refused("rest", "*")]));
    await expect.poll(async () => (await ready()).degraded, { timeout: 10_000 }).toEqual(["connectivity", "clients"]);
  });
});

describe("A file that changes", () => {
  test("A3.6 is applied; entries that differ in accounts only keep their tokens", async () => {
    await start([rest()]);
    await count("home");
    expect(codes(await count("child"))).toEqual(["KORE_FORBIDDEN"]);
    await writeFile(file, JSON.stringify([entry("rest", ["home"]), child()]));
    await expect.poll(async () => (await count("child")).data?.subscriptions?.totalCount, { timeout: 10_000 }).toBe(2);
    expect((await count("home")).data?.subscriptions?.totalCount).toBe(3);
    expect(codes(await count("other"))).toEqual(["KORE_FORBIDDEN"]);
    expect(tokens()).toBe(2);
  });

  test("A3.6 aborts no call in flight with replaced credentials", async () => {
    await start([rest(), child()]);
    await count("child");
    kore.faults.add({ effect: "latency", ms: 3_000, path: "/connectivity/v1/accounts/child/**", times: 1 });
    const running = count("child");
    await writeFile(file, JSON.stringify([rest()]));
    await expect.poll(async () => codes(await count("child")), { timeout: 10_000 }).toEqual(["KORE_FORBIDDEN"]);
    expect((await running).data?.subscriptions?.totalCount).toBe(2);
  });

  test("A3.6 that is invalid keeps the old entries, with one warning without secrets", async () => {
    await start([rest()]);
    await writeFile(file, JSON.stringify([{ ...rest(), name: "not a name", developerPortal: "hunter2" }]));
    const warnings = () => app.logged().filter(({ level }) => level === "warn");
    await expect.poll(warnings, { timeout: 10_000 }).toHaveLength(1);
    expect(JSON.stringify(warnings())).toContain("KORE_CREDENTIALS_FILE: entry 1: name: must be");
    expect(JSON.stringify(warnings())).not.toContain("hunter2");
    expect((await count("home")).data?.subscriptions?.totalCount).toBe(3);
  });
});

describe("The ledger", () => {
  const SUSPEND = `mutation ($input: SuspendSubscriptionsInput!) {
    suspendSubscriptions(input: $input) { counts { submitted } requests { id } }
  }`;
  const suspend = (accountId = "child") => {
    const input = { accountId, subscriptions: [{ iccid: kore.iccids(accountId)[0] }], requestKey: "one" };
    return app.graph.query<{ suspendSubscriptions: { requests: { id: string }[] } }>(SUSPEND, { input });
  };

  test("A3.9 is keyed by account: an order is recognised after its account moved to other credentials", async () => {
    await start([rest(), child()]);
    const first = await suspend();
    expect(first.data?.suspendSubscriptions.requests).toHaveLength(1);
    await writeFile(file, JSON.stringify([{ ...child(["child", "other"]), name: "moved" }]));
    await app.restart();
    expect((await suspend()).data).toEqual(first.data);
    expect(kore.provisioningRequests("child")).toHaveLength(1);
  });

  test("A3.9 of an earlier version, which was marked by the client id, is upgraded", async () => {
    const path = join(folder, "store");
    const { clientId } = kore.credentialsOf("child");
    const mark = createHash("sha256")
      .update(JSON.stringify([kore.urls.connectivity, clientId]))
      .digest("hex");
    await (await openStore(path, { mark, former: [] })).close();
    await start([rest(), child()], { STORE_PATH: path });
    await writeFile(file, JSON.stringify([rest()]));
    await app.restart();
    expect(codes(await count("home"))).toEqual([]);
  });

  test("A3.9 belongs to KORE's base address, and is refused to another", async () => {
    const path = join(folder, "store");
    await (await openStore(path, { mark: "of another address", former: [] })).close();
    await expect(start([rest()], { STORE_PATH: path })).rejects.toThrow("another KORE_CONNECTIVITY_URL");
    await start([rest()]);
  });

  test("A3.9 stays when the client id is rotated: an order is recognised, and not sent again", async () => {
    await start([rest()]);
    const first = await suspend("home");
    expect(first.data?.suspendSubscriptions.requests).toHaveLength(1);
    const { apiKey } = kore.credentials;
    await writeFile(file, JSON.stringify([entry("rest", "*", { ...kore.developerCredentials, apiKey })]));
    await app.restart();
    kore.clearLog();
    expect((await suspend("home")).data).toEqual(first.data);
    expect(codes(await count("home"))).toEqual([]);
    expect(tokens()).toBe(1);
    expect(kore.provisioningRequests("home")).toHaveLength(1);
  });
});
