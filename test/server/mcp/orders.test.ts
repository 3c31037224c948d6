import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { authEnvironment, bearer, keysFile } from "../../support/auth.ts";
import { type Answer, type McpClient, connect, documentsFolder } from "./client.ts";

let app: TestApp;
let clerk: McpClient;
let colleague: McpClient;
let keys: string[];
beforeAll(async () => {
  const file = await keysFile(
    { name: "clerk", role: "operator", accounts: "*" },
    { name: "colleague", role: "operator", accounts: "*" },
  );
  const TRUSTED_DOCUMENTS = await documentsFolder({
    suspend: `mutation Suspend($accountId: ID!, $sims: [SimSelector!]!) {
      suspendSubscriptions(input: { accountId: $accountId, subscriptions: $sims, requestKey: "always the same" }) {
        ...Outcome
      }
    }
    fragment Outcome on OrderPayload { isDryRun koreRequests results { outcome reason } requests { id } }`,
    terminate: `# Ends SIMs, for good.
    mutation Terminate($input: TerminateSubscriptionsInput!) {
      terminateSubscriptions(input: $input) { isDryRun results { outcome } }
    }`,
    rehearse: `mutation Rehearse($accountId: ID!, $sims: [SimSelector!]!) {
      suspendSubscriptions(input: { accountId: $accountId, subscriptions: $sims, dryRun: true }) { isDryRun }
    }`,
    client: `mutation NewClient { createClient(input: { name: "x" }) { outcome clientSecret } }`,
    renew: `mutation Renew($id: ID!) { renewClientKey(input: { id: $id, confirm: "x" }) { outcome } }`,
    lock: `mutation Lock($id: ID!) { lockClient(input: { id: $id }) { outcome } }`,
    two: `mutation Two($a: SuspendSubscriptionsInput!) {
      suspendSubscriptions(input: $a) { isDryRun } again: suspendSubscriptions(input: $a) { isDryRun }
    }`,
    live: `subscription Live($id: ID!) { subscriptionStateChanged(accountId: $id) { newState } }`,
  });
  ({ keys } = file);
  app = await startApp(
    { accounts: { acme: { sims: 20, states: "Active" } } },
    { ...authEnvironment({ keys: file }), MCP_ORDERS: "on", TRUSTED_DOCUMENTS },
  );
  clerk = await connect(app.url, bearer(keys[0] ?? ""));
  colleague = await connect(app.url, bearer(keys[1] ?? ""));
});
afterAll(() => app.stop());
beforeEach(() => app.kore.clearLog());

const OTHER = "is of a rehearsal with other arguments";
const FORGED = "is none that a rehearsal has returned";
const TERMINATION = () => ({
  input: { accountId: "acme", subscriptions: orderOf(7).sims, confirm: 1, requestKey: "the end" },
});

const SUSPEND = "POST /v1/accounts/acme/provisioning-requests/suspend";
const READ = "GET /v1/accounts/acme/subscriptions";

/** An order of one SIM each, so that tests do not touch each other's. */
const orderOf = (index: number, requestKey = `key ${index}`) => ({
  accountId: "acme",
  sims: [{ iccid: app.kore.iccids("acme")[index] ?? "" }],
  requestKey,
});

async function rehearse(client: McpClient, input: Record<string, unknown>, name = "Suspend"): Promise<string> {
  const { rehearsal, isError } = await client.call(name, input);
  expect(isError).toBe(false);
  return rehearsal?.token ?? "";
}

const refusalOf = ({ isError, errors, data }: Answer) => [isError, data, errors?.[0]?.message.split(".")[0]];

test("only orders are tools: no secret, no change of API clients, no two orders in one, no subscription", async () => {
  expect((await clerk.tools()).sort()).toEqual(["Rehearse", "Suspend", "Terminate"]);
});

test("an order's tool asks for a request key, takes a token, and says that it writes", async () => {
  const { tools } = await clerk.client.listTools();
  const suspend = tools.find(({ name }) => name === "Suspend");
  expect(suspend?.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true, idempotentHint: true });
  expect(suspend?.inputSchema.required).toEqual(["accountId", "sims", "requestKey"]);
  expect(Object.keys(suspend?.inputSchema.properties ?? {})).toEqual(["accountId", "sims", "requestKey", "token"]);
  expect(suspend?.description).toMatch(/Suspends SIMs\..*Without `token` it rehearses/s);

  const terminate = tools.find(({ name }) => name === "Terminate");
  expect(terminate?.inputSchema.properties?.input).toMatchObject({
    type: "object",
    required: ["accountId", "subscriptions", "confirm", "requestKey"],
    properties: { confirm: { type: "integer" }, requestKey: { type: "string" } },
  });
  expect(terminate?.inputSchema.properties?.input).not.toHaveProperty("properties.dryRun");
  expect(tools.find(({ name }) => name === "Rehearse")?.annotations?.readOnlyHint).toBe(true);
});

test("the first call rehearses, the second executes with the first's token, each at its price", async () => {
  const input = orderOf(0);
  const rehearsed = await clerk.call("Suspend", input);
  expect(rehearsed).toMatchObject({
    isError: false,
    data: { suspendSubscriptions: { isDryRun: true, results: [{ outcome: "WOULD_BE_SUBMITTED" }], requests: [] } },
    extensions: { kore: { requests: 1 } },
  });
  expect(app.kore.requests()).toEqual([`${READ} ×1`]);
  expect(rehearsed.rehearsal?.next).toContain("Nothing was written");

  const executed = await clerk.call("Suspend", { ...input, token: rehearsed.rehearsal?.token });
  const [held] = app.kore.provisioningRequests("acme");
  expect(executed).toMatchObject({
    isError: false,
    data: {
      suspendSubscriptions: { isDryRun: false, results: [{ outcome: "SUBMITTED" }], requests: [{ id: held?.id }] },
    },
    extensions: { kore: { requests: 2 } },
  });
  expect(app.kore.requests()).toEqual([`${READ} ×2`, `${SUSPEND} ×1`]);
  expect(executed.rehearsal).toBeUndefined();
});

test("a token is used once, and the outcome is had again by another rehearsal with the same key, without a write", async () => {
  const input = orderOf(1);
  const token = await rehearse(clerk, input);
  const first = await clerk.call("Suspend", { ...input, token });
  app.kore.clearLog();
  expect(refusalOf(await clerk.call("Suspend", { ...input, token }))).toEqual([
    true,
    undefined,
    "token: has been used",
  ]);
  expect(app.kore.requests()).toEqual([]);
  const again = await clerk.call("Suspend", { ...input, token: await rehearse(clerk, input) });
  expect(again.data).toEqual(first.data);
  expect(app.kore.requests().filter((line) => line.startsWith("POST"))).toEqual([]);
});

test("of two concurrent calls with one token one executes", async () => {
  const input = orderOf(2);
  const token = await rehearse(clerk, input);
  const both = await Promise.all([1, 2].map(() => clerk.call("Suspend", { ...input, token })));
  expect(both.filter(({ isError }) => isError)).toHaveLength(1);
  expect(app.kore.requests()).toContain(`${SUSPEND} ×1`);
});

test.each<[what: string, call: (token: string) => Promise<Answer>, why: string]>([
  [
    "another caller",
    (token) => colleague.call("Suspend", { ...orderOf(3), token }),
    "is of another caller's rehearsal",
  ],
  ["other SIMs", (token) => clerk.call("Suspend", { ...orderOf(4, "key 3"), token }), OTHER],
  ["another request key", (token) => clerk.call("Suspend", { ...orderOf(3, "another"), token }), OTHER],
  [
    "another tool",
    (token) => clerk.call("Terminate", { ...TERMINATION(), token }),
    "is of a rehearsal of another tool",
  ],
  ["a changed token", (token) => clerk.call("Suspend", { ...orderOf(3), token: `${token}x` }), FORGED],
  ["a made-up token", () => clerk.call("Suspend", { ...orderOf(3), token: "hunter2" }), FORGED],
  ["a token that is no text", () => clerk.call("Suspend", { ...orderOf(3), token: 1 }), "must be a text"],
])("a token is refused in words for %s, and nothing is asked of KORE", async (_, call, why) => {
  const token = await rehearse(clerk, orderOf(3));
  app.kore.clearLog();
  const refused = await call(token);
  expect(refusalOf(refused)).toEqual([true, undefined, `token: ${why}`]);
  expect(JSON.stringify(refused)).not.toContain("hunter2");
  expect(app.kore.requests()).toEqual([]);
});

test("the order in which a client writes the arguments means nothing", async () => {
  const { accountId, sims, requestKey } = orderOf(5);
  const token = await rehearse(clerk, { accountId, sims, requestKey });
  expect(await clerk.call("Suspend", { token, requestKey, sims, accountId })).toMatchObject({ isError: false });
});

test("a rehearsal that fails has no token", async () => {
  const wrong = await clerk.call("Terminate", { input: { ...TERMINATION().input, confirm: 2 } });
  expect(wrong).toMatchObject({ isError: true, errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
  expect(wrong.rehearsal).toBeUndefined();
  const keyless = await clerk.call("Suspend", { accountId: "acme", sims: orderOf(6).sims });
  expect(keyless.errors?.[0]?.message).toMatch(/^requestKey: is required/);
  const input = { ...TERMINATION().input, requestKey: "" };
  expect((await clerk.call("Terminate", { input })).errors?.[0]?.message).toMatch(/^input\.requestKey: is required/);
});

test("confirm is the schema's, in rehearsal and execution", async () => {
  const token = await rehearse(clerk, TERMINATION(), "Terminate");
  const executed = await clerk.call("Terminate", { ...TERMINATION(), token });
  expect(executed.data).toEqual({ terminateSubscriptions: { isDryRun: false, results: [{ outcome: "SUBMITTED" }] } });
});

test("an operation that always rehearses writes nothing, and takes no token", async () => {
  const { accountId, sims } = orderOf(8);
  const rehearsed = await clerk.call("Rehearse", { accountId, sims });
  expect(rehearsed.data).toEqual({ suspendSubscriptions: { isDryRun: true } });
  expect(rehearsed.rehearsal).toBeUndefined();
});

test("a token outlives a restart on the same store", async () => {
  const input = orderOf(9);
  const token = await rehearse(clerk, input);
  await app.restart();
  clerk = await connect(app.url, bearer(keys[0] ?? ""));
  expect(await clerk.call("Suspend", { ...input, token })).toMatchObject({ isError: false });
  expect(app.kore.requests()).toContain(`${SUSPEND} ×1`);
});

test("orders are no tools unless they are switched on", async () => {
  const readOnly = await startApp({ accounts: { acme: { sims: 1 } } });
  const names = await (await connect(readOnly.url)).tools();
  expect(names).toContain("ApiClients");
  expect(names).not.toContain("SuspendSims");
  expect(names).not.toContain("RehearseSuspension");
  await readOnly.stop();
});

test("with a prefix of names, orders of trusted documents are tools, and ours, which have none, are not", async () => {
  const env = { SCHEMA_PREFIX: "Kore", MCP_ORDERS: "on" };
  const TRUSTED_DOCUMENTS = await documentsFolder({
    suspend: `mutation Suspend($input: KoreSuspendSubscriptionsInput!) { koreSuspendSubscriptions(input: $input) { isDryRun } }`,
    secret: `mutation New($input: KoreCreateClientInput!) { koreCreateClient(input: $input) { outcome clientSecret } }`,
  });
  const prefixed = await startApp({ accounts: { acme: { sims: 1, states: "Active" } } }, { ...env, TRUSTED_DOCUMENTS });
  const agent = await connect(prefixed.url);
  expect(await agent.tools()).toEqual(["Suspend"]);
  const subscriptions = prefixed.kore.iccids("acme").map((iccid) => ({ iccid }));
  const input = { accountId: "acme", subscriptions, requestKey: "a" };
  expect((await agent.call("Suspend", { input })).data).toEqual({ koreSuspendSubscriptions: { isDryRun: true } });
  await prefixed.stop();

  const bare = await startApp({ accounts: { acme: { sims: 1 } } }, env);
  expect(await (await connect(bare.url)).tools()).toEqual([]);
  await bare.stop();
});
