import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { authEnvironment, bearer, keysFile } from "../../support/auth.ts";
import { type McpClient, connect, documentsFolder } from "./client.ts";

let app: TestApp;
let viewer: McpClient;
let keys: string[];
beforeAll(async () => {
  const file = await keysFile(
    { name: "agent", role: "viewer", accounts: ["acme"] },
    { name: "clerk", role: "operator", accounts: "*" },
    { name: "boss", role: "admin", accounts: "*" },
  );
  ({ keys } = file);
  app = await startApp(
    { accounts: { acme: { sims: 3 }, other: { sims: 1 } } },
    {
      ...authEnvironment({ keys: file }),
      MCP_ORDERS: "on",
      MCP_ORIGINS: "https://inspector.acme.example",
      MCP_HOSTS: "graph.acme.example",
    },
  );
  viewer = await connect(app.url, bearer(keys[0] ?? ""));
});
afterAll(() => app.stop());

const as = (role: "viewer" | "operator" | "admin") =>
  connect(app.url, bearer(keys[["viewer", "operator", "admin"].indexOf(role)] ?? ""));

const post = (headers: Record<string, string>, body: unknown = { jsonrpc: "2.0", id: 1, method: "tools/list" }) =>
  fetch(`${app.url}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...bearer(keys[0] ?? ""),
      ...headers,
    },
    body: JSON.stringify(body),
  });

const READS = [
  "Accounts",
  "ActivationProfiles",
  "Capabilities",
  "Catalog",
  "DiagnosticsRequest",
  "DiagnosticsRequests",
  "Esim",
  "EsimRequest",
  "EsimRequests",
  "PlanUsage",
  "ProvisioningRequest",
  "ProvisioningRequests",
  "ReadSubscriptionRequest",
  "SessionsByIccid",
  "Sim",
  "SimCounts",
  "SimSessions",
  "SimUsage",
  "Sims",
  "SimsByIccid",
  "SmsMessages",
  "UsageBySim",
];
const ADMIN = ["AlertRules", "Alerts", "ApiClients", "ApiClientsOfAccount", "TransferSims", "UnresolvedOrders"];
const ORDERS = [
  ...["ActivateSim", "AssignCostCenter", "CreateCostCenter", "DownloadEsimProfile", "EnableEsimProfile"],
  ...["ReactivateSims", "RehearseEsimDeletion", "RehearseSms", "RehearseSuspension", "ResetConnection", "SendSms"],
  ...["SetConnectedHardware", "SetCustomFields", "SuspendSims", "SwitchEsimProfile"],
];

test("each caller sees the operations that its role may use, by their names, and no operation with a secret", async () => {
  expect((await viewer.tools()).sort()).toEqual(READS);
  expect((await (await as("operator")).tools()).sort()).toEqual([...READS, ...ORDERS, "UnresolvedOrders"].sort());
  const admin = await (await as("admin")).tools();
  expect(admin.sort()).toEqual([...READS, ...ORDERS, ...ADMIN].sort());
});

test("a tool has the operation's comment, the cost of its fields, hints, and a JSON Schema of its variables", async () => {
  const { tools } = await viewer.client.listTools();
  const tool = tools.find(({ name }) => name === "SimsByIccid");
  expect(tool?.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false, idempotentHint: true });
  expect(tool?.description).toMatch(/^SIMs in the order of their ICCIDs; a hundred of them cost one call to KORE\./);
  expect(tool?.inputSchema).toEqual({
    type: "object",
    properties: {
      accountId: { type: "string", description: expect.stringMatching(/./) as string },
      iccids: {
        type: "array",
        items: { type: "string", pattern: "^[0-9A-Za-z]{18,22}$" },
        description: expect.stringMatching(/./) as string,
      },
    },
    required: ["accountId", "iccids"],
    additionalProperties: false,
  });
  const sims = tools.find(({ name }) => name === "Sims");
  expect(sims?.inputSchema).toMatchObject({
    properties: {
      first: { type: ["integer", "null"], default: 100 },
      filter: {
        type: ["object", "null"],
        properties: { state: { enum: expect.arrayContaining(["ACTIVE"]) as string[] } },
      },
    },
    required: ["accountId"],
  });
});

test("a call is one operation, with the requests to KORE that it took and could have taken", async () => {
  app.kore.clearLog();
  const sims = await viewer.call("Sims", { accountId: "acme", first: 2 });
  expect(app.kore.requests()).toEqual([
    "GET /v1/accounts/acme/subscriptions ×1",
    "GET /v1/accounts/acme/cost-centers ×1",
    "GET /v1/accounts/acme/profiles/480000 ×1",
  ]);
  expect(sims).toMatchObject({
    isError: false,
    data: { subscriptions: { totalCount: 3 } },
    extensions: { kore: { requests: 3, cached: 0, coalesced: 0, retried: 0 } },
  });
  expect(sims.extensions?.kore?.atMost).toBeGreaterThanOrEqual(3);
});

test("accounts of others are as absent as over HTTP, without a request to KORE", async () => {
  app.kore.clearLog();
  const foreign = await viewer.call("Esim", { accountId: "other", eid: "89033023426200000000000000000001" });
  expect(foreign).toMatchObject({ isError: true, errors: [{ extensions: { code: "NOT_FOUND" } }] });
  expect(app.kore.requests()).toEqual([]);
});

test("arguments that a tool does not have, or of a wrong form, are refused in words and without their values", async () => {
  app.kore.clearLog();
  const unknown = await viewer.call("SimsByIccid", { accountId: "acme", iccids: [], secretName: 1 });
  expect(unknown.errors?.[0]?.message).toBe(
    "The tool does not have all of these arguments. It takes accountId, iccids",
  );
  const wrong = await viewer.call("SimsByIccid", { accountId: "acme", iccids: ["hunter2"] });
  expect(wrong).toMatchObject({ isError: true, errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
  expect(JSON.stringify([unknown, wrong])).not.toMatch(/hunter2|secretName/);
  expect(app.kore.requests()).toEqual([]);
});

test("a tool that the caller does not see cannot be called", async () => {
  await expect(viewer.call("SuspendSims", { accountId: "acme" })).rejects.toThrow(
    "The caller has no tool of this name",
  );
  await expect(viewer.call("CreateClient")).rejects.toThrow("The caller has no tool of this name");
});

test("KORE's failures are masked as over HTTP", async () => {
  app.kore.faults.add({ effect: "status", status: 500, path: "/**/provisioning-requests" });
  const failed = await viewer.call("ProvisioningRequests", { accountId: "acme" });
  app.kore.faults.clear();
  expect(JSON.stringify(failed)).not.toContain(app.kore.url);
  expect(failed.errors?.[0]?.extensions.code).toBe("KORE_UNAVAILABLE");
});

describe("over HTTP", () => {
  test("a call without a valid credential is 401, for the SDK's client as well", async () => {
    expect((await post({ authorization: "Bearer kg_wrong" })).status).toBe(401);
    await expect(connect(app.url)).rejects.toMatchObject({ code: 401 });
  });

  test.each([
    ["another origin", { origin: "https://evil.example" }, 403],
    ["a part of an allowed origin", { origin: "https://inspector.acme.example.evil.example" }, 403],
    ["an opaque origin", { origin: "null" }, 403],
    ["an allowed origin", { origin: "https://inspector.acme.example" }, 200],
  ])("with %s", async (_, headers, status) => {
    const answer = await post(headers);
    expect(answer.status).toBe(status);
    const allowed = answer.headers.get("access-control-allow-origin");
    expect(allowed).toBe(status === 200 ? "https://inspector.acme.example" : null);
  });

  test.each([
    ["graph.acme.example", 200],
    ["localhost:4000", 200],
    ["rebound.evil.example", 421],
    ["graph.acme.example.evil.example", 421],
  ])("under the host name %s it is %d", async (host, status) => {
    const accept = "application/json, text/event-stream";
    const headers = { host, accept, "content-type": "application/json", ...bearer(keys[0] ?? "") };
    const message = request(`${app.url}/mcp`, { method: "POST", headers });
    message.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }));
    const [answer] = (await once(message, "response")) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(status);
  });

  test("a page of an allowed origin gets a preflight, another none", async () => {
    const preflight = async (origin: string) => {
      const headers = { origin, "access-control-request-method": "POST" };
      const answer = await fetch(`${app.url}/mcp`, { method: "OPTIONS", headers });
      return answer.headers.get("access-control-allow-origin");
    };
    expect(await preflight("https://inspector.acme.example")).toBe("https://inspector.acme.example");
    expect(await preflight("https://evil.example")).toBeNull();
  });

  test("there are no sessions, no streams and no batches", async () => {
    const get = await fetch(`${app.url}/mcp`, { headers: { accept: "text/event-stream", ...bearer(keys[0] ?? "") } });
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await post({}, [{ jsonrpc: "2.0", id: 1, method: "tools/list" }])).status).toBe(400);
    expect((await post({}, { jsonrpc: "2.0", method: "notifications/initialized" })).status).toBe(202);
  });
});

test("with trusted documents these are the tools, and what cannot be one is logged", async () => {
  const TRUSTED_DOCUMENTS = await documentsFolder({
    many: "# Both in one document.\nquery First { capabilities { mode } }\nquery Second { capabilities { mode } }",
    bare: "{ capabilities { mode } }",
    broken: "query Broken {",
    outdated: "query Outdated { gone }",
    twice: "query First { capabilities { mode } }",
  });
  const trusting = await startApp({ accounts: { acme: { sims: 1 } } }, { TRUSTED_DOCUMENTS });
  const agent = await connect(trusting.url);
  expect((await agent.tools()).sort()).toEqual(["First", "Second"]);
  expect(await agent.call("Second")).toMatchObject({ isError: false, data: { capabilities: { mode: "LIVE" } } });
  const left = trusting.logged().filter(({ msg }) => msg === "an operation is no MCP tool");
  expect(left.map(({ operation, why }) => [operation, why])).toEqual(
    expect.arrayContaining([
      ["", "it has no name"],
      ["", "it cannot be parsed"],
      ["Outdated", "it does not fit the schema"],
      ["First", "another operation has its name"],
    ]),
  );
  await trusting.stop();
});

test("limits of callers hold: operations and requests to KORE per minute, and cost", async () => {
  const file = await keysFile({ name: "busy", role: "viewer", accounts: "*" });
  const limited = await startApp(
    { accounts: { acme: { sims: 3 } } },
    {
      ...authEnvironment({ keys: file }),
      LIMIT_OPERATIONS_PER_MINUTE: "2",
      LIMIT_KORE_REQUESTS: "5",
    },
  );
  const agent = await connect(limited.url, bearer(file.keys[0] ?? ""));
  const costly = await agent.call("Sims", { accountId: "acme" });
  expect(costly).toMatchObject({ isError: true, errors: [{ extensions: { code: "COST_LIMIT_EXCEEDED", limit: 5 } }] });
  expect(await agent.call("Capabilities")).toMatchObject({ isError: false });
  const refused = await agent.call("Capabilities");
  expect(refused).toMatchObject({ isError: true, errors: [{ extensions: { code: "RATE_LIMITED" } }] });
  expect(limited.kore.requests()).toEqual([]);
  await limited.stop();
});

test("it is off in production unless asked for", async () => {
  const off = await startApp({ accounts: { acme: { sims: 1 } } }, { NODE_ENV: "production" });
  expect((await fetch(`${off.url}/mcp`, { method: "POST" })).status).toBe(404);
  await off.stop();
});
