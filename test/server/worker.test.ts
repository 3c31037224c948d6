import { afterEach, beforeEach, expect, test } from "vitest";
import { buildGraphSchema } from "../../src/graph/index.ts";
import { type Kore, borrow, lend } from "../../src/kore/index.ts";
import { type Context, graphParts } from "../../src/resources/index.ts";
import { readConfig } from "../../src/server/config/index.ts";
import { type HttpServer, startHttp } from "../../src/server/http.ts";
import { createLog } from "../../src/server/log.ts";
import { Telemetry } from "../../src/server/telemetry/index.ts";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { findCredentials, openKore } from "../../src/upstream.ts";
import { contexts, errorsFor, settingsOf } from "../../src/wiring.ts";
import { queriesOnly } from "../../src/worker.ts";
import { environmentOf } from "../support/app.ts";

let kore: Simulator;
let clients: Kore[];
let http: HttpServer;

/** A worker that sends nothing on to its primary, as if it took everything for a query. */
beforeEach(async () => {
  kore = await startSimulator({ accounts: { acme: { sims: 5, states: "Active" } } });
  const config = readConfig({ ...environmentOf(kore), KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on" });
  if (config.kore.mode !== "live") throw new Error("is live unless told otherwise");
  const log = createLog("silent");
  const { sets } = await findCredentials(config.kore.live, log);
  const target = { ...config.kore.live, credentials: sets };
  const owner = openKore(config, target, new Telemetry(), log);
  const own = openKore(config, target, new Telemetry(), log, { common: borrow(lend(owner.common)) });
  clients = [own, owner];
  http = await startHttp<Context>({
    listen: { host: "127.0.0.1", port: 0 },
    schema: await buildGraphSchema(graphParts, { idChecks: "explain" }),
    context: contexts(
      own,
      queriesOnly(config, () => Promise.resolve(false)),
      settingsOf(config, target),
    ),
    formatError: errorsFor(log),
    log,
  });
});
afterEach(async () => {
  await http.stop();
  for (const client of clients) await client.close();
  await kore.stop();
});

async function ask(query: string): Promise<{ errors?: { extensions: { code: string } }[]; data?: unknown }> {
  const body = JSON.stringify({ query });
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${http.url}/graphql`, { method: "POST", headers, body });
  return (await reply.json()) as { errors?: { extensions: { code: string } }[]; data?: unknown };
}

test("a worker reads, and tells what the deployment can do", async () => {
  const { data } = await ask(
    '{ capabilities { limits { simsPerMutation waitSeconds } } account(id: "acme") { subscriptions(first: 2) { totalCount } } }',
  );
  expect(data).toEqual({
    capabilities: { limits: { simsPerMutation: 10_000, waitSeconds: 60 } },
    account: { subscriptions: { totalCount: 5 } },
  });
});

test.each([
  'suspendSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: "ICCID" }] }) { results { outcome } }',
  'terminateSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: "ICCID" }], confirm: 1 }) { results { outcome } }',
  'createClient(input: { name: "mine", accountId: "acct_1", products: [SUPER_SIM] }) { client { id } }',
  'deleteClient(input: { id: "client_1", confirm: "mine" }) { client { id } }',
])("a mutation that reaches a worker by mistake asks KORE for nothing but reads: %s", async (mutation) => {
  const { errors } = await ask(`mutation { ${mutation.replace("ICCID", kore.iccids("acme")[0] ?? "")} }`);
  expect(errors?.[0]?.extensions.code).toBe("INTERNAL_SERVER_ERROR");
  const writes = kore.log().filter(({ method, path }) => method !== "GET" && !path.endsWith("/token"));
  expect(writes).toEqual([]);
  expect(kore.provisioningRequests("acme")).toEqual([]);
});
