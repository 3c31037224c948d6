import { setTimeout as delay } from "node:timers/promises";
import { type GraphQLSchema, isObjectType } from "graphql";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { accessRules, buildGraphSchema } from "../../src/graph/index.ts";
import { graphParts } from "../../src/resources/index.ts";
import { operationWith } from "../support/operations/any-operation.ts";
import { type Reply, type TestApp, startApp } from "../support/app.ts";
import { ROUTER_SECRET, ask } from "../support/auth.ts";
import { cacheDocument } from "../support/operations/every-transport.ts";
import { TRANSPORTS, arrived } from "../support/live/callers.ts";
import { WAIT } from "../support/live/toy-graph.ts";

const OWN = "cmp-own";
const FOREIGN = "cmp-foreign";
const MISSING = "cmp-missing";
const WORLD = { accounts: { [OWN]: { sims: 30 }, [FOREIGN]: { sims: 30 } } };

let app: TestApp;
let schema: GraphQLSchema;
let env: Record<string, string>;
/** `acct_…` ids of the two accounts. */
let clientAccounts: Record<string, string>;

beforeAll(async () => {
  schema = await buildGraphSchema(graphParts, { idChecks: "explain" });
  const look = await startApp(WORLD);
  const mapping = Object.entries(look.kore.examples.accountMapping);
  await look.stop();
  clientAccounts = Object.fromEntries(mapping.map(([client, account]) => [account, client]));
  env = { AUTH_ROUTER_SECRETS: ROUTER_SECRET, KORE_ACCOUNT_MAP: mapping.map((pair) => pair.join("=")).join(",") };
  app = await startApp(WORLD, { ...env, KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on" });
});
afterAll(() => app.stop());
beforeEach(() => app.kore.clearLog());

/** The credential of a caller with a role and accounts. */
const as = (role: string, accounts = OWN, id = `${role} of ${accounts || "none"}`): Record<string, string> => ({
  "x-kore-graph-router-secret": ROUTER_SECRET,
  "x-kore-graph-caller-id": id,
  "x-kore-graph-caller-role": role,
  "x-kore-graph-caller-accounts": accounts,
});

interface Way {
  name: string;
  /** The first that comes of an operation. */
  first: (query: string, credential: Record<string, string>) => Promise<Reply | undefined>;
}
const WAYS: Way[] = [
  { name: "HTTP", first: async (query, credential) => (await ask(app.url, query, credential)).reply },
  {
    name: "HTTP, where the document is known",
    async first(query, credential) {
      await cacheDocument(app.url, { query }, credential);
      return (await ask(app.url, query, credential)).reply;
    },
  },
  ...TRANSPORTS.map(({ name, call }) => ({
    name,
    first: async (query: string, credential: Record<string, string>) => {
      const caller = call(app.url, { query }, credential);
      await Promise.race([caller.ended, arrived(caller, 1)]);
      caller.leave();
      return caller.results[0];
    },
  })),
];
const overHttp = async (query: string, credential = as("viewer"), variables = {}): Promise<Reply> =>
  (await ask(app.url, query, credential, variables)).reply;

const rules = [...accessRules(await buildGraphSchema(graphParts, { idChecks: "explain" }))];
/** Root fields that name an account, with the place where they do. */
const placed = rules.flatMap(([name, { role, account }]) =>
  typeof account === "object" && /^(Query|Mutation|Subscription)\./.test(name)
    ? [{ name, role, at: account.argument, isDirect: account.accountOf === undefined }]
    : [],
);

test("every field of the schema that could read or write KORE has a rule", () => {
  expect(rules.length).toBeGreaterThan(50);
  const named = new Set(rules.map(([name]) => name));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter(({ name, resolve }) => !name.startsWith("_") && (roots.includes(type) || resolve))
        .map(({ name }) => `${type.name}.${name}`),
    );
  expect(fields.filter((name) => !name.startsWith("_") && !named.has(name))).toEqual([]);
});

test("what is open without an account, or filters by itself, is this and no more", () => {
  const open = rules.flatMap(([name, { account }]) =>
    account === "none" || account === "filtered" ? [`${name}: ${account}`] : [],
  );
  expect(open.sort()).toEqual(["Query.accounts: filtered", "Query.capabilities: none", "Query.clients: filtered"]);
  const roots = rules.filter(([name]) => /^(Query|Mutation|Subscription)\./.test(name));
  expect(roots.filter(([, { account }]) => account === "parent")).toEqual([]);
});

test("mutations need an operator, those of API clients and alert rules an admin, and so do reads of both", () => {
  // Unresolved orders are for those that may write; resolving one by hand is an admin's.
  const exceptions = new Map([
    ["Query.unresolvedOrders", "operator"],
    ["UnresolvedOrder.candidates", "operator"],
    ["Mutation.resolveOrder", "admin"],
    ["Mutation.transferSubscriptions", "admin"],
    // Its URL opens a file on all SIMs.
    ["Account.dailySubscriptionsReport", "admin"],
    ["DailySubscriptionsReport.url", "admin"],
    // Events and actions that rules may name are no data of the account.
    ["Account.alertEvents", "viewer"],
    ["Account.alertActions", "viewer"],
  ]);
  for (const [name, { role }] of rules) {
    const isOfAdmins = /client|alert|WebhookRule/i.test(name);
    const usual = isOfAdmins ? "admin" : name.startsWith("Mutation.") ? "operator" : "viewer";
    expect([name, role]).toEqual([name, exceptions.get(name) ?? usual]);
  }
});

describe.each(WAYS)("over $name", ({ name: way, first }) => {
  const reachable = placed.filter(({ name }) => !way.startsWith("HTTP") || !name.startsWith("Subscription."));

  test.each(reachable.filter(({ isDirect }) => isDirect))(
    "$name cannot tell a foreign account from one that does not exist, and asks KORE nothing",
    async ({ name, at }) => {
      const [foreign, missing] = [FOREIGN, MISSING].map((id) => operationWith(schema, name, at, id));
      const answers = [await first(foreign ?? "", as("admin")), await first(missing ?? "", as("admin"))];
      expect(answers[0]).toEqual(answers[1]);
      expect(answers[0]?.errors?.map(({ message, extensions }) => [message, extensions])).toEqual([
        ["KORE has no such account, request or administrator", { code: "NOT_FOUND" }],
      ]);
      expect(JSON.stringify(answers)).not.toMatch(/cmp-/);
      expect(app.kore.log()).toEqual([]);
    },
  );

  test.each(reachable.filter(({ role }) => role !== "viewer"))(
    "$name is refused to who has no more than the role below $role, on any account",
    async ({ name, at, role }) => {
      const below = role === "admin" ? "operator" : "viewer";
      for (const id of [OWN, FOREIGN, MISSING]) {
        const answer = await first(operationWith(schema, name, at, id), as(below));
        expect(answer?.errors?.map(({ message, extensions }) => [message, extensions])).toEqual([
          [`This needs the role ${role}`, { code: "FORBIDDEN" }],
        ]);
      }
      expect(app.kore.log()).toEqual([]);
    },
  );

  test("of the list of accounts there is only the own one", async () => {
    expect(await first("{ accounts { id } }", as("viewer"))).toEqual({ data: { accounts: [{ id: OWN }] } });
    expect((await first("{ accounts { id } }", as("viewer", "*")))?.data).toEqual({
      accounts: [{ id: OWN }, { id: FOREIGN }],
    });
    expect((await first("{ accounts { id } }", as("viewer", "")))?.data).toEqual({ accounts: [] });
  });
});

test("the own account is reached, whole", async () => {
  const { data, errors } = await overHttp(`{ account(id: "${OWN}") {
    name costCenters { id } activationProfiles { id serviceTypeId }
    provisioningRequests(first: 5) { nodes { id } }
    subscriptions(first: 5) { totalCount nodes { account { id name } costCenter { id } profile { id } stateHistory { state } } }
  } }`);
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({
    account: { name: expect.any(String) as string, subscriptions: { totalCount: 30 } },
  });
});

describe("a gateway's references", () => {
  const ENTITIES = `query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }`;
  const iccid = "8988303000000000001";

  test.each([
    { __typename: "Account", id: "$" },
    { __typename: "SimSubscription", accountId: "$", id: "1" },
    { __typename: "SimSubscription", accountId: "$", iccid },
    { __typename: "ActivationProfile", accountId: "$", id: "1" },
    { __typename: "ProvisioningRequest", accountId: "$", id: "1" },
    { __typename: "DiagnosticsRequest", accountId: "$", id: "1" },
    { __typename: "SubscriptionRequest", accountId: "$", id: "1" },
  ])("of a foreign account find what those of a missing one do: $__typename", async (reference) => {
    const answerTo = (account: string) =>
      overHttp(ENTITIES, as("admin"), { r: [JSON.parse(JSON.stringify(reference).replace("$", account)) as unknown] });
    const [foreign, missing] = [await answerTo(FOREIGN), await answerTo(MISSING)];
    expect(foreign).toEqual(missing);
    expect(foreign.data).toEqual({ _entities: [null] });
    expect(foreign.errors?.map(({ extensions }) => extensions)).toEqual([{ code: "NOT_FOUND" }]);
    expect(app.kore.log()).toEqual([]);
  });

  test("that are no ids reach nothing", async () => {
    for (const accountId of [5, true, "", " ", `${OWN} `, OWN.toUpperCase()]) {
      const { data } = await overHttp(ENTITIES, as("admin"), { r: [{ __typename: "Account", id: accountId }] });
      expect(data).toEqual({ _entities: [null] });
    }
    expect(app.kore.log()).toEqual([]);
  });

  test("fail alone: the own one beside a foreign one is found", async () => {
    const r = [FOREIGN, OWN].map((id) => ({ __typename: "Account", id }));
    expect((await overHttp(ENTITIES, as("viewer"), { r })).data).toEqual({
      _entities: [null, { __typename: "Account" }],
    });
  });
});

describe("under the own account", () => {
  test("a SIM, an activation profile and a provisioning request of a foreign one are as if they were not", async () => {
    const all = as("operator", "*");
    const theirs = await overHttp(
      `{ account(id: "${FOREIGN}") { subscriptions(first: 1) { nodes { id iccid } } activationProfiles { id } } }`,
      all,
    );
    const account = theirs.data?.account as {
      subscriptions: { nodes: { id: string; iccid: string }[] };
      activationProfiles: { id: string }[];
    };
    const [sim = { id: "", iccid: "" }] = account.subscriptions.nodes;
    const [profile = { id: "" }] = account.activationProfiles;
    const order = await overHttp(
      `mutation { suspendSubscriptions(input: { accountId: "${FOREIGN}", subscriptions: [{ id: "${sim.id}" }], requestKey: "theirs" }) {
        requests { id } } }`,
      all,
    );
    const { requests } = order.data?.suspendSubscriptions as { requests: { id: string }[] };
    const [request = { id: "" }] = requests;
    for (const id of [sim.id, sim.iccid, profile.id]) expect(id).not.toBe("");

    const look = (ids: { sim: string; iccid: string; profile: string; request: string }) =>
      overHttp(`{
        byId: subscription(accountId: "${OWN}", id: "${ids.sim}") { id }
        byIccid: subscription(accountId: "${OWN}", iccid: "${ids.iccid}") { id }
        inList: subscriptions(accountId: "${OWN}", filter: { iccids: ["${ids.iccid}"] }) { totalCount }
        activationProfile(accountId: "${OWN}", id: "${ids.profile}") { id }
        provisioningRequest(accountId: "${OWN}", id: "${ids.request}") { id }
      }`);
    const foreign = await look({ sim: sim.id, iccid: sim.iccid, profile: profile.id, request: request.id });
    const missing = await look({ sim: "0", iccid: "8988303000000000000", profile: "0", request: "0" });
    expect({ ...foreign, extensions: undefined }).toEqual({ ...missing, extensions: undefined });
    expect(foreign.data).toMatchObject({ byId: null, byIccid: null, inList: { totalCount: 0 } });
    expect(foreign.data).toMatchObject({ activationProfile: null, provisioningRequest: null });
  });

  test("a cursor of a foreign account's list leads nowhere", async () => {
    const page = (account: string, after: string | null, credential: Record<string, string>) =>
      overHttp(
        `query ($after: String) { subscriptions(accountId: "${account}", first: 5, after: $after) {
          nodes { iccid } pageInfo { endCursor } } }`,
        credential,
        { after },
      );
    const theirs = (await page(FOREIGN, null, as("viewer", "*"))).data?.subscriptions as {
      pageInfo: { endCursor: string };
    };
    app.kore.clearLog();
    const { errors } = await page(OWN, theirs.pageInfo.endCursor, as("viewer"));
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["BAD_USER_INPUT"]);
    expect(await page(FOREIGN, theirs.pageInfo.endCursor, as("viewer"))).toEqual(
      await page(MISSING, theirs.pageInfo.endCursor, as("viewer")),
    );
    expect(app.kore.log()).toEqual([]);
  });
});

test("another's request key tells nothing: the same key on the own account is an order of its own", async () => {
  const order = (account: string, credential: Record<string, string>, place: number, sims = account) =>
    overHttp(
      `mutation { suspendSubscriptions(input: { accountId: "${account}", requestKey: "night shift",
        subscriptions: [{ iccid: "${app.kore.iccids(sims)[place] ?? ""}" }] }) { requests { accountId } } }`,
      credential,
    );
  expect((await order(FOREIGN, as("operator", FOREIGN), 3)).errors).toBeUndefined();
  expect((await order(OWN, as("operator"), 4)).errors).toBeUndefined();
  // The foreign account's order again, with its key and its input, is as one of an account that is not there.
  app.kore.clearLog();
  const replay = await order(FOREIGN, as("operator"), 3);
  expect(replay.errors?.map(({ extensions }) => extensions)).toEqual([{ code: "NOT_FOUND" }]);
  expect(replay).toEqual(await order(MISSING, as("operator"), 3, FOREIGN));
  expect(app.kore.log()).toEqual([]);
});

test("of what KORE's webhooks tell, a caller hears its own account's part, on every transport", async () => {
  const callbackUrl = "https://graph.acme.example/hook";
  const stock = { sims: 5, states: "Stock" } as const;
  const live = await startApp(
    { accounts: { [OWN]: stock, [FOREIGN]: stock }, clock: "real" },
    { AUTH_ROUTER_SECRETS: ROUTER_SECRET, KORE_WEBHOOK_SECRETS: "s3", KORE_WEBHOOK_URL: callbackUrl },
  );
  try {
    live.kore.webhooks.to({ url: `${live.url}/webhooks/kore`, secret: "s3", callbackUrl });
    const queries = [
      `subscription { event: subscriptionStateChanged(accountId: "${OWN}") { accountId } }`,
      `subscription { event: accountEvents(accountId: "${OWN}") { ... on KoreEvent { accountId } } }`,
    ];
    const foreign = `subscription { accountEvents(accountId: "${FOREIGN}") { ... on KoreEvent { accountId } } }`;
    const listeners = TRANSPORTS.flatMap(({ call }) => queries.map((query) => call(live.url, { query }, as("viewer"))));
    const refused = TRANSPORTS.map(({ call }) => call(live.url, { query: foreign }, as("viewer")));
    await delay(300); // Nothing says when subscriptions stand.
    for (const account of [FOREIGN, OWN]) {
      const iccid = live.kore.iccids(account)[0] ?? "";
      const order = `mutation { activateSubscriptions(input: { accountId: "${account}", activationState: TEST,
        waitUpTo: 20, subscriptions: [{ iccid: "${iccid}" }] }) { requests { status } } }`;
      const { reply } = await ask(live.url, order, as("operator", "*"));
      expect(reply.data).toEqual({ activateSubscriptions: { requests: [{ status: "COMPLETED" }] } });
    }
    await live.kore.webhooks.settled();
    for (const listener of listeners) {
      await arrived(listener, 1);
      const heard = listener.results.map(({ data }) => data?.event);
      expect(new Set(heard.map((event) => JSON.stringify(event)))).toEqual(new Set([`{"accountId":"${OWN}"}`]));
      listener.leave();
    }
    for (const { ended, results } of refused) {
      await ended;
      expect(results.map(({ errors }) => errors?.[0]?.extensions)).toEqual([{ code: "NOT_FOUND" }]);
    }
  } finally {
    await live.stop();
  }
});

describe("API clients", () => {
  const CLIENTS = `query ($first: Int, $after: String) { clients(first: $first, after: $after) {
    totalCount nodes { id accountId account { id } } pageInfo { hasNextPage endCursor } } }`;
  interface Clients {
    totalCount: number;
    nodes: { id: string; accountId: string; account: { id: string } | null }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  }
  const list = async (credential: Record<string, string>, variables = {}) =>
    (await overHttp(CLIENTS, credential, variables)).data?.clients as Clients;

  test("of foreign accounts are not in the list, nor in its total, nor between its pages", async () => {
    const all = await list(as("admin", "*"));
    const reached = all.nodes.filter(({ accountId }) => accountId === clientAccounts[OWN]);
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.length).toBeLessThan(all.nodes.length);
    const own = await list(as("admin"));
    expect(own).toMatchObject({ totalCount: reached.length, nodes: reached, pageInfo: { hasNextPage: false } });

    const seen: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { nodes, totalCount, pageInfo } = await list(as("admin"), { first: 2, after });
      expect(totalCount).toBe(reached.length);
      seen.push(...nodes.map(({ id }) => id));
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    expect(seen).toEqual(reached.map(({ id }) => id));
    expect(await list(as("admin", ""))).toMatchObject({ totalCount: 0, nodes: [] });
  });

  test("of foreign accounts are found no more than those that do not exist, by the same one read", async () => {
    const { nodes } = await list(as("admin", "*"));
    const idIn = (account: string) => nodes.find(({ accountId }) => accountId === clientAccounts[account])?.id ?? "";
    const answerTo = async (id: string) => {
      app.kore.clearLog();
      const byField = await overHttp(`{ client(id: "${id}") { id name owner } }`, as("admin"));
      const reference = { r: [{ __typename: "Client", id }] };
      const entity = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Client { id owner } } }";
      const byReference = await overHttp(entity, as("admin"), reference);
      return { byField, byReference, reads: app.kore.log().filter(({ path }) => !path.endsWith("/token")).length };
    };
    expect(idIn(FOREIGN)).not.toBe("");
    expect(await answerTo(idIn(FOREIGN))).toEqual(await answerTo("apiclient_none"));
    expect((await answerTo(idIn(FOREIGN))).byField.errors?.[0]?.extensions).toEqual({ code: "NOT_FOUND" });
    expect((await answerTo(idIn(OWN))).byField.data).toMatchObject({ client: { id: idIn(OWN) } });
  });

  const writes = placed.filter(({ name, isDirect }) => name.startsWith("Mutation.") && !isDirect);
  test("can be written to by nine mutations", () => expect(writes).toHaveLength(9));

  test.each(writes)("of foreign accounts are beyond $name, as those that do not exist", async ({ name, at }) => {
    const { nodes } = await list(as("admin", "*"));
    const foreign = clientAccounts[FOREIGN] ?? "";
    const [given, missing] = at.endsWith("accountId")
      ? [foreign, "acct_none"]
      : [nodes.find(({ accountId }) => accountId === foreign)?.id ?? "", "apiclient_none"];
    app.kore.clearLog();
    const answer = await overHttp(operationWith(schema, name, at, given), as("admin"));
    expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([{ code: "NOT_FOUND" }]);
    expect(await overHttp(operationWith(schema, name, at, missing), as("admin"))).toEqual(answer);
    expect(app.kore.requests().filter((request) => !request.startsWith("GET"))).toEqual([]);
  });

  const changes = writes.filter(({ name }) => name !== "Mutation.createClient");
  const idsOf = async (account: string) => {
    const { nodes } = await list(as("admin", "*"));
    return nodes.flatMap(({ id, accountId }) => (accountId === clientAccounts[account] ? [id] : []));
  };

  test.each(changes)(
    "are not offered for $name either, where KORE publishes none: it is not asked",
    async ({ name, at }) => {
      const ids = [...(await idsOf(OWN)).slice(0, 1), ...(await idsOf(FOREIGN)).slice(0, 1), "apiclient_none"];
      expect(ids).toHaveLength(3);
      const published = await startApp(WORLD, env);
      for (const accounts of [OWN, "*"]) {
        for (const id of ids) {
          const { reply } = await ask(published.url, operationWith(schema, name, at, id), as("admin", accounts));
          expect(reply.errors?.map(({ extensions }) => extensions.code)).toEqual(["NOT_PUBLISHED_BY_KORE"]);
        }
      }
      expect(published.kore.log()).toEqual([]);
      await published.stop();
    },
  );

  test.each(changes)(
    "that kore-graph itself uses are beyond $name of who reaches some accounts only: all others depend on it",
    async ({ name, at }) => {
      const { clientId } = app.kore.credentials;
      expect(await idsOf(OWN)).toContain(clientId);
      app.kore.clearLog();
      const codeFor = async (account: string) => {
        const { errors } = await overHttp(operationWith(schema, name, at, clientId), as("admin", account));
        return errors?.map(({ extensions }) => extensions.code);
      };
      expect([await codeFor(OWN), await codeFor(FOREIGN)]).toEqual([["FORBIDDEN"], ["NOT_FOUND"]]);
      expect(app.kore.requests().filter((request) => !request.startsWith("GET"))).toEqual([]);
    },
  );

  test.each(["", "accountId: null,", 'accountId: "",', 'accountId: "acct_none",'])(
    "are made by who reaches some accounts only where it is said in which: with %j nowhere",
    async (accountId) => {
      const query = `mutation { createClient(input: { ${accountId} name: "Depot" }) { clientSecret } }`;
      const { data, errors } = await overHttp(query, as("admin"));
      expect([data, errors?.map(({ extensions }) => extensions)]).toEqual([
        { createClient: null },
        [{ code: "NOT_FOUND" }],
      ]);
      expect(app.kore.log()).toEqual([]);
    },
  );

  test("are made at most once for each account by one request key, which tells nothing of another's", async () => {
    const make = async (account: string, name: string) => {
      const query = `mutation { createClient(input: { accountId: "${clientAccounts[account] ?? ""}", name: "${name}",
        requestKey: "spring" }) { outcome secretStatus client { id accountId } } }`;
      const { data, errors } = await overHttp(query, as("admin", account));
      return errors?.[0]?.extensions.code ?? (data?.createClient as { secretStatus: string }).secretStatus;
    };
    expect(await make(FOREIGN, "Depot")).toBe("SHOWN_NOW");
    // The same key, were it shared, would be ALREADY_SHOWN or REQUEST_KEY_REUSED.
    expect([await make(OWN, "Depot"), await make(OWN, "Depot"), await make(OWN, "Other")]).toEqual([
      "SHOWN_NOW",
      "ALREADY_SHOWN",
      "REQUEST_KEY_REUSED",
    ]);
  });

  test("of foreign accounts are found no more than missing ones where several are asked for, nor by what it costs", async () => {
    const [foreign = ""] = await idsOf(FOREIGN);
    const costWith = async (id: string) => {
      const ids = ["apiclient_1", "apiclient_2", "apiclient_3", "apiclient_4", id];
      const query = `{ ${ids.map((each, index) => `c${index}: client(id: "${each}") { id }`).join(" ")} }`;
      const { reply } = await ask(app.url, query, { ...as("admin"), "x-kore-graph-stats": "1" });
      expect(reply.errors?.map(({ extensions }) => extensions.code)).toEqual(ids.map(() => "NOT_FOUND"));
      return reply.extensions?.kore;
    };
    expect(foreign).not.toBe("");
    expect(await costWith(foreign)).toEqual(await costWith("apiclient_5"));
  });
});

test("what all callers do together is shown to who reaches all accounts only", async () => {
  const metrics = async (accounts: string) => {
    const answer = await fetch(`${app.url}/metrics`, { headers: as("admin", accounts) });
    return { status: answer.status, text: await answer.text() };
  };
  expect(await metrics("*")).toMatchObject({ status: 200, text: expect.stringContaining("kore_graph_") as string });
  for (const accounts of [OWN, ""]) {
    const { status, text } = await metrics(accounts);
    expect([status, JSON.parse(text)]).toEqual([
      403,
      { errors: [{ message: expect.any(String) as string, extensions: { code: "FORBIDDEN" } }] },
    ]);
  }
});

test("which administrators there are is not shown to callers of some accounts", async () => {
  const emails = [app.kore.credentials.accountEmail, "nobody@acme.example"];
  const answers = await Promise.all(emails.map((email) => overHttp(`{ accounts(email: "${email}") { id } }`)));
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]?.errors?.map(({ extensions }) => extensions)).toEqual([{ code: "FORBIDDEN" }]);
  expect(app.kore.log()).toEqual([]);
});

test("a read of a foreign account that is under way for another caller is not joined", async () => {
  const path = `/connectivity/v1/accounts/${FOREIGN}/subscriptions`;
  app.kore.faults.add({ effect: "latency", ms: 300, path, times: 1 });
  const query = `{ subscriptions(accountId: "${FOREIGN}") { totalCount } }`;
  const theirs = overHttp(query, as("viewer", FOREIGN));
  await vi.waitUntil(() => app.kore.log().some((request) => request.path === path), WAIT);
  const ours = await overHttp(query, as("viewer"));
  expect(ours.errors?.map(({ extensions }) => extensions)).toEqual([{ code: "NOT_FOUND" }]);
  expect((await theirs).data).toEqual({ subscriptions: { totalCount: 30 } });
});
