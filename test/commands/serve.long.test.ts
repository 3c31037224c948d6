import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { environmentOf } from "../support/app.ts";
import { command } from "../support/process.ts";
import { SIMULATOR, post, start, takenPort } from "./environment.ts";

const SIMS = "query Sims($accountId: ID!) { subscriptions(accountId: $accountId, first: 1) { totalCount } }";
const PATIENCE = { timeout: 10_000 };

describe.concurrent("serve", () => {
  test("without credentials names each missing one and fails", async () => {
    const process = command(["serve"], { KORE_MODE: "live", PORT: "0" });
    expect(await process.ended).toBe(2);
    for (const name of ["KORE_CLIENT_ID", "KORE_CLIENT_SECRET", "KORE_API_KEY", "KORE_ACCOUNT_EMAIL"]) {
      expect(process.stderr).toContain(`${name}: is missing`);
    }
    expect(process.stdout).toBe("");
  });

  test("answers, and on SIGTERM finishes running operations, refuses new ones and exits with 0", async () => {
    const simulator = await start();
    const process = command(["serve"], { ...environmentOf(simulator), PORT: "0" });
    const [, url = ""] = await process.said(/kore-graph +(http:\S+)/);
    const { accountId } = simulator.examples;
    expect(await (await post(url, SIMS, { accountId })).json()).toEqual({
      data: { subscriptions: { totalCount: 900 } },
    });

    simulator.faults.add({ effect: "latency", ms: 1500, path: "/connectivity/v1/accounts/*/subscriptions" });
    simulator.clearLog();
    const running = post(url, SIMS, { accountId });
    await vi.waitUntil(() => simulator.log().length === 1, PATIENCE);
    process.signal("SIGTERM");
    await vi.waitUntil(() => refusesConnections(url), PATIENCE);
    expect(simulator.log().map(({ outcome }) => outcome)).toEqual(["open"]);

    const reply = await running;
    expect(reply.status).toBe(200);
    expect(await reply.json()).toEqual({ data: { subscriptions: { totalCount: 900 } } });
    const answered = performance.now();
    expect(await process.ended).toBe(0);
    expect(performance.now() - answered).toBeLessThan(5_000); // No connection that is merely kept open delays it.
  });

  test("exits at once on the second signal", async () => {
    const simulator = await start();
    const process = command(["serve"], { ...environmentOf(simulator), PORT: "0" });
    const [, url = ""] = await process.said(/kore-graph +(http:\S+)/);
    simulator.faults.add({ effect: "latency", ms: 60_000 });
    const lost = post(url, SIMS, { accountId: simulator.examples.accountId }).catch(() => "lost");
    await vi.waitUntil(() => simulator.log().length === 1, PATIENCE);
    process.signal("SIGINT");
    await vi.waitUntil(() => refusesConnections(url), PATIENCE);
    process.signal("SIGTERM");
    expect(await process.ended).toBe(143);
    expect(await lost).toBe("lost");
  });

  test.each(["throw error", "void Promise.reject(error)"])("logs a defect (%s) and exits", async (defect) => {
    const simulator = await start();
    const plant = `process.on("SIGUSR2", () => { const error = new Error("of 89445385204117357883"); ${defect} })`;
    const process = command(["serve"], {
      ...environmentOf(simulator),
      PORT: "0",
      NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(plant)}"`,
    });
    await process.said(/kore-graph +http:/);
    process.signal("SIGUSR2");
    expect(await process.ended).toBe(1);
    const line = process.stdout.split("\n").find((text) => text.includes('"level":"fatal"'));
    expect(line).toContain('"message":"of …"');
    expect(process.stdout + process.stderr).not.toContain("89445385204117357883");
  });

  test.each(["PORT", "METRICS_PORT", "SIMULATOR_PORT"])(
    "names %s when its port is taken, offers one that is free, and fails",
    async (variable) => {
      const port = await takenPort();
      const process = command(["serve"], { ...SIMULATOR, [variable]: port });
      expect(await process.ended).toBe(2);
      const [, free = ""] = /=(\d+) is free/.exec(process.stderr) ?? [];
      expect(process.stderr).toBe(
        `${variable}: port ${port} is in use. ${variable}=${free} is free, and 0 takes any free one\n`,
      );
      const next = command(["serve"], { ...SIMULATOR, [variable]: free });
      await next.said(/kore-graph +http:/);
      expect(next.stdout).toContain(`:${free}`);
    },
  );

  test.each([
    [{ HOST: "192.0.2.1", AUTH_ROUTER_SECRETS: "x".repeat(32) }, /^HOST: must be an address of this machine\n$/],
    [{ TRUSTED_DOCUMENTS: "/none" }, /^TRUSTED_DOCUMENTS: cannot be read \(ENOENT\)\n$/],
    [{ AUTH_API_KEYS_FILE: "/none" }, /^AUTH_API_KEYS_FILE: cannot be read \(ENOENT\)\n$/],
    [{ AUDIT_FILE: "/none/audit" }, /^AUDIT_FILE: cannot be written \(ENOENT\)\n$/],
  ])("with %j, which cannot be, says so in a line and fails", async (env, message) => {
    const process = command(["serve"], { ...SIMULATOR, ...env });
    expect(await process.ended).toBe(2);
    expect(process.stderr).toMatch(message);
  });

  test("names a store that another process uses and fails", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kore-graph-cli-"));
    const env = { ...environmentOf(await start()), PORT: "0", STORE_PATH: folder };
    const first = command(["serve"], env);
    await first.said(/kore-graph +http:/);
    const second = command(["serve"], env);
    expect(await second.ended).toBe(2);
    expect(second.stderr).toContain(`Another process uses the store at ${folder} (STORE_PATH)`);
    first.signal("SIGTERM");
    expect(await first.ended).toBe(0);
    await rm(folder, { recursive: true, force: true });
  });

  test("warns of a misspelt variable, without its value", async () => {
    const process = command(["serve"], { ...SIMULATOR, KORE_CLIENT_SECRTE: "hunter2" });
    await process.said(/kore-graph +http:/);
    expect(process.stdout).toContain('"level":"warn"');
    expect(process.stdout).toContain("KORE_CLIENT_SECRTE is not read: did you mean KORE_CLIENT_SECRET?");
    process.signal("SIGTERM");
    expect(await process.ended).toBe(0);
    expect(process.stdout + process.stderr).not.toContain("hunter2");
  });

  test("refuses a store that was made with another KORE; with the same it starts", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kore-graph-cli-"));
    try {
      const env = { ...environmentOf(await start()), PORT: "0", STORE_PATH: join(folder, "store") };
      for (let round = 0; round < 2; round += 1) {
        const process = command(["serve"], env);
        await process.said(/kore-graph +http:/);
        expect(process.stdout).toContain('"msg":"the store is open"');
        process.signal("SIGTERM");
        expect(await process.ended).toBe(0);
      }
      const another = command(["serve"], { ...env, KORE_CONNECTIVITY_URL: "http://127.0.0.1:9/connectivity" });
      expect(await another.ended).toBe(2);
      expect(another.stderr).toMatch(/^The store \(STORE_PATH\) was made with another KORE_CONNECTIVITY_URL, /);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("reads secrets from files, and refuses a former variable by the current one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kore-graph-cli-"));
    const { KORE_CLIENT_SECRET: secret = "", ...koreAddress } = environmentOf(await start());
    const others = { ...koreAddress, PORT: "0", STORE_PATH: join(folder, "store") };
    await writeFile(join(folder, "secret"), `${secret}\n`);
    const fromFile = { ...others, KORE_CLIENT_SECRET_FILE: join(folder, "secret") };
    const process = command(["serve"], fromFile);
    const [, url = ""] = await process.said(/kore-graph +(http:\S+)/);
    expect(await (await post(url, "{ accounts { id } }")).json()).not.toHaveProperty("errors");
    process.signal("SIGTERM");
    expect(await process.ended).toBe(0);
    const old = command(["serve"], { ...fromFile, AUTH_ROUTER_SECRET: "x".repeat(32) });
    expect(await old.ended).toBe(2);
    expect(old.stderr).toBe("The configuration has a mistake:\n  AUTH_ROUTER_SECRET: is AUTH_ROUTER_SECRETS now\n");
    await rm(folder, { recursive: true, force: true });
  });

  test("takes each variable that is no secret as an option, which precedes the variable", async () => {
    const port = await takenPort();
    const process = command(["serve", "--kore-mode", "simulator", "--port=0", "--simulator-port", "0"], { PORT: port });
    const [, url = ""] = await process.said(/kore-graph +(http:\S+)/);
    expect(await (await post(url, "{ capabilities { mode } }")).json()).toHaveProperty("data");
  });
});

async function refusesConnections(url: string): Promise<boolean> {
  return fetch(new URL("/livez", url), { headers: { connection: "close" } }).then(
    () => false,
    () => true,
  );
}
