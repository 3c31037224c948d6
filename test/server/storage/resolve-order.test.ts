import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type App, createApp } from "../../../src/app.ts";
import { readConfig } from "../../../src/server/config/index.ts";
import { runCommand } from "../../../src/commands/arguments/parse.ts";
import { resolveOrder } from "../../../src/commands/resolve-order.ts";
import { SettingError } from "../../../src/server/config/setting-error.ts";
import { StoreInUse } from "../../../src/server/storage/process-lock.ts";
import { createLog } from "../../../src/server/logging/log.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/index.ts";
import { environmentOf } from "../../support/app.ts";
import { command } from "../../support/process.ts";

const LIST = "/connectivity/**/provisioning-requests";
const DIAGNOSTICS = "/connectivity/**/diagnostics";
/** The simulator's id of the first. */
const FIRST_RESET = "cmp-cpro-diagnostics-51300";

let kore: Simulator;
let env: Record<string, string>;
let folder: string;
let app: App | undefined;

beforeAll(async () => {
  kore = await startSimulator({ accounts: { acme: { sims: 200, states: "Active" } } });
});
afterAll(() => kore.stop());
let used = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-resolve-"));
  env = {
    ...environmentOf(kore),
    WARM_UP_MS: "0",
    PORT: "0",
    LOG_LEVEL: "error",
    STORE_PATH: join(folder, "store"),
    AUDIT_FILE: join(folder, "audit.jsonl"),
    PROVISIONING_SETTLE_MS: "20",
    PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "40",
  };
});
afterEach(async () => {
  await stopServer();
  kore.faults.clear();
  await rm(folder, { recursive: true, force: true });
});

async function suspend(places: number[]): Promise<string[]> {
  return order("suspendSubscriptions", places);
}

async function order(mutation: "suspendSubscriptions" | "resetConnection", places: number[]): Promise<string[]> {
  app ??= await createApp(readConfig(env), { log: createLog("silent") });
  const sims = places.map((place) => ({ iccid: kore.iccids("acme")[place] }));
  const query = `mutation ($sims: [SimSelector!]!) {
    order: ${mutation}(input: { accountId: "acme", subscriptions: $sims, requestKey: "k" }) { results { outcome } }
  }`;
  const body = JSON.stringify({ query, variables: { sims } });
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${app.url}/graphql`, { method: "POST", headers, body });
  const { data } = (await reply.json()) as { data: { order: { results: { outcome: string }[] } } };
  return data.order.results.map(({ outcome }) => outcome);
}

async function stopServer(): Promise<void> {
  await app?.stop();
  app = undefined;
}

/** A stopped server whose store holds an order of two SIMs in doubt. */
async function leaveInDoubt(does: "take" | "lose"): Promise<number[]> {
  const places = [used++, used++];
  const when = does === "take" ? "after" : "before";
  kore.faults.add({ effect: "drop", when, method: "POST", path: `${LIST}/*` });
  kore.faults.add({ effect: "wrong-types", method: "GET", path: LIST });
  expect(await suspend(places)).toEqual(["OUTCOME_UNKNOWN", "OUTCOME_UNKNOWN"]);
  await stopServer();
  kore.faults.clear();
  kore.clearLog();
  return places;
}

/** As the command does, in this process: starting one takes seconds. */
async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: "", stderr: "" };
  const output = {
    say: (text: string) => void (written.stdout += text),
    complain: (text: string) => void (written.stderr += text),
  };
  const code = await runCommand(resolveOrder, args, env, output).catch((error: unknown) => {
    if (!(error instanceof SettingError || error instanceof StoreInUse)) throw error;
    output.complain(error.message);
    return 2;
  });
  return { code, ...written };
}

async function intentId(): Promise<string> {
  const { stdout } = await run("--account", "acme");
  return (JSON.parse(stdout) as { intentId: string }).intentId;
}

const posts = () => kore.log().filter(({ method, path }) => method === "POST" && !path.endsWith("/token"));

test("C2.7 the command lists unresolved orders in a stopped server's store, and resolves them without sending anything", async () => {
  const places = await leaveInDoubt("lose");
  const listed = command(["resolve-order", "--account", "acme"], env);
  expect(await listed.ended).toBe(0);
  const order = JSON.parse(listed.stdout) as { intentId: string; sims: { iccid: string }[] };
  expect(order).toMatchObject({
    verb: "suspend",
    sims: places.map((place) => ({ iccid: kore.iccids("acme")[place] })),
  });
  const settled = await run("--account", "acme", "--intent", order.intentId, "--did-not-arrive", "--confirm", "2");
  expect([settled.code, JSON.parse(settled.stdout)]).toMatchObject([0, { outcome: "RELEASED" }]);
  expect(posts()).toEqual([]);
  expect(await run("--account", "acme")).toMatchObject({ code: 0, stdout: "" });
  expect(await suspend(places)).toEqual(["SUBMITTED", "SUBMITTED"]);
});

test("C2.7 the command adopts KORE's request, which the same requestKey returns then", async () => {
  const places = await leaveInDoubt("take");
  const [held] = kore.provisioningRequests("acme");
  const intent = await intentId();
  const settled = await run("--account", "acme", "--intent", intent, "--arrived-as", held?.id ?? "", "--confirm", "2");
  expect([settled.code, JSON.parse(settled.stdout)]).toMatchObject([0, { outcome: "ADOPTED" }]);
  expect(posts()).toEqual([]);
  expect(await suspend(places)).toEqual(["SUBMITTED", "SUBMITTED"]);
  expect(posts()).toEqual([]);
});

test("the command lists a reset of a connection, too, and adopts KORE's request of it", async () => {
  const places = [used++];
  kore.faults.add({ effect: "drop", when: "after", method: "POST", path: DIAGNOSTICS });
  kore.faults.add({ effect: "wrong-types", method: "GET", path: DIAGNOSTICS });
  expect(await order("resetConnection", places)).toEqual(["OUTCOME_UNKNOWN"]);
  await stopServer();
  kore.faults.clear();
  kore.clearLog();
  const { stdout } = await run("--account", "acme");
  const { intentId: intent, verb } = JSON.parse(stdout) as { intentId: string; verb: string };
  expect(verb).toBe("cancel-device-location");
  const settled = await run("--account", "acme", "--intent", intent, "--arrived-as", FIRST_RESET, "--confirm", "1");
  expect([settled.code, JSON.parse(settled.stdout)]).toMatchObject([0, { outcome: "ADOPTED", verb }]);
  expect(await run("--account", "acme")).toMatchObject({ code: 0, stdout: "" });
  expect(await order("resetConnection", places)).toEqual(["SUBMITTED"]);
  expect(posts()).toEqual([]);
});

test("C2.7 the command refuses invalid options by their name, and changes nothing", async () => {
  await leaveInDoubt("lose");
  const intent = await intentId();
  const order = ["--account", "acme", "--intent", intent];
  for (const [args, code, option] of [
    [[...order, "--did-not-arrive", "--confirm", "3"], 1, "--confirm"],
    [[...order, "--arrived-as", "cmp-cpro-request-1", "--confirm", "2"], 1, "--arrived-as"],
    [["--account", "acme", "--intent", "none", "--did-not-arrive", "--confirm", "2"], 1, "--intent"],
    [[...order, "--confirm", "2"], 2, "--arrived-as, --did-not-arrive"],
    [[...order, "--arrived-as", "x", "--did-not-arrive", "--confirm", "2"], 2, "--arrived-as, --did-not-arrive"],
    [[...order, "--did-not-arrive"], 2, "--confirm"],
    [["--intent", intent], 2, "--account"],
  ] as const) {
    const { code: given, stderr } = await run(...args);
    expect([given, stderr]).toEqual([code, expect.stringMatching(new RegExp(`^${option}: `)) as unknown]);
  }
  expect(await intentId()).toBe(intent);
});

test("C2.7 the command refuses a store that a server uses, and a simulator's", async () => {
  await suspend([used++]);
  expect(await run("--account", "acme")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("STORE_PATH") as unknown,
  });
  env = { KORE_MODE: "simulator", LOG_LEVEL: "silent" };
  expect(await run("--account", "acme")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("KORE_MODE") as unknown,
  });
});
