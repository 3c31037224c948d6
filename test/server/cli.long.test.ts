import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { environmentOf } from "../support/app.ts";
import { command } from "../support/process.ts";

const SIMS = "query Sims($accountId: ID!) { subscriptions(accountId: $accountId, first: 1) { totalCount } }";
const PATIENCE = { timeout: 10_000 };
const SIMULATOR = { KORE_MODE: "simulator", PORT: "0", SIMULATOR_PORT: "0" };

interface Answer {
  data: { accounts: unknown[] };
}

const simulators: Simulator[] = [];
const servers: Server[] = [];
afterAll(async () => {
  for (const server of servers) server.close();
  await Promise.all(simulators.map((simulator) => simulator.stop()));
});

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

describe.concurrent("demo", () => {
  test("prints the addresses of the graph, its playground and its simulator, whatever else is configured", async () => {
    const process = command(["demo"], { ...SIMULATOR, KORE_MODE: "live", PLAYGROUND: "off", NODE_ENV: "production" });
    const [, graph = ""] = await process.said(/^kore-graph +(http:\S+)$/m);
    const [, playground = ""] = await process.said(/^playground +(http:\S+)$/m);
    const [, simulator = ""] = await process.said(/^simulator +(http:\S+)/m);
    const { data } = (await (await post(graph, "{ capabilities { mode } }")).json()) as { data: unknown };
    expect(data).toEqual({ capabilities: { mode: "SIMULATOR" } });
    expect(await (await fetch(playground)).text()).toMatch(/^<!doctype html>/i);
    expect(await (await fetch(simulator)).json()).toHaveProperty("calls");
    process.signal("SIGINT");
    expect(await process.ended).toBe(0);
    expect(process.stderr).toBe("");
  });

  test("names a port that is taken, stops its simulator and fails", async () => {
    const port = await takenPort();
    const process = command(["demo"], { ...SIMULATOR, PORT: port });
    expect(await process.ended).toBe(2);
    expect(process.stderr).toMatch(new RegExp(`^PORT: port ${port} is in use\\. PORT=\\d+ is free`));
  });

  test("runs beside another one on ports of its own", async () => {
    const demos = ["0", "0"].map((PORT) => command(["demo"], { PORT }));
    const addresses = await Promise.all(
      demos.map((demo) => demo.said(/^kore-graph +(http:\S+)$[^]*^simulator +(http:\S+)/m)),
    );
    const urls = addresses.flatMap(([, graph = "", simulator = ""]) => [graph, simulator]);
    expect(new Set(urls).size).toBe(4);
    for (const url of urls.filter((one) => one.endsWith("/graphql"))) {
      const { data } = (await (await post(url, "{ accounts { subscriptions { totalCount } } }")).json()) as Answer;
      expect(data.accounts.length).toBeGreaterThan(0);
    }
  });
});

describe.concurrent("simulate", () => {
  test("prints the environment that points the graph to it", async () => {
    const simulator = command(["simulate", "--port", "0", "--sims", "40", "--seed", "3"]);
    await simulator.said(/KORE_ACCOUNT_EMAIL=.+\n/);
    const exports = [...simulator.stdout.matchAll(/^export (\w+)=(.*)$/gm)];
    const env = Object.fromEntries(exports.map(([, name = "", value = ""]) => [name, value]));

    const graph = command(["serve"], { ...env, PORT: "0" });
    const [, url = ""] = await graph.said(/kore-graph +(http:\S+)/);
    const reply = await post(
      url,
      "{ capabilities { mode } accounts { subscriptions { totalCount } } clients { nodes { id } } }",
    );
    const { data, errors } = (await reply.json()) as {
      data: {
        accounts: { subscriptions: { totalCount: number } }[];
        clients: { nodes: unknown[] };
        capabilities: unknown;
      };
      errors?: unknown;
    };
    expect(errors).toBeUndefined();
    expect(data.capabilities).toEqual({ mode: "LIVE" });
    const sims = data.accounts.map(({ subscriptions }) => subscriptions.totalCount);
    expect(sims.reduce((sum, count) => sum + count, 0)).toBe(40);
    expect(data.clients.nodes.length).toBeGreaterThan(0);

    simulator.signal("SIGTERM");
    expect(await simulator.ended).toBe(0);
  });

  test.each([
    ["--sims", "many", "SIMULATOR_SIMS: must be a whole number"],
    ["--sim", "40", "--sim: is not known: did you mean --sims?"],
  ])("%s %s is refused", async (option, value, message) => {
    const process = command(["simulate", "--port", "0", option, value]);
    expect(await process.ended).toBe(2);
    expect(process.stderr).toContain(message);
  });
});

describe.concurrent("check-config", () => {
  test("shows a configuration that is complete, without its secrets", async () => {
    const env = environmentOf(await start());
    const process = command(["check-config"], { ...env, KORE_CLIENT_SECRET: "hunter2" });
    expect(await process.ended).toBe(0);
    expect(process.stdout).toMatch(/^KORE_CLIENT_SECRET +\[redacted\]$/m);
    expect(process.stdout).toContain(env.KORE_CONNECTIVITY_URL);
    expect(process.stdout).toMatch(/\nThe configuration is complete\.\n$/);
    expect(process.stdout + process.stderr).not.toContain("hunter2");
  });

  test("shows one that is not, names all mistakes, and fails", async () => {
    const process = command(["check-config"], { KORE_CLIENT_SECRET: "hunter2", PORT: "hunter2", HOST: "0.0.0.0" });
    expect(await process.ended).toBe(2);
    for (const name of ["KORE_CLIENT_ID", "KORE_API_KEY", "KORE_ACCOUNT_EMAIL", "HOST", "PORT"]) {
      expect(process.stderr).toMatch(new RegExp(`^ {2}${name}: `, "m"));
    }
    expect(process.stdout + process.stderr).not.toContain("hunter2");
    expect(process.stdout).not.toContain("complete");
  });
});

describe.concurrent("A caller's limit that is not below the rate limit for KORE", () => {
  const env = { ...SIMULATOR, LIMIT_KORE_REQUESTS_PER_MINUTE: "3000" };

  test("12.5.2 is a warning of check-config", async () => {
    const process = command(["check-config"], env);
    expect(await process.ended).toBe(0);
    expect(process.stderr).toMatch(/^LIMIT_KORE_REQUESTS_PER_MINUTE: is not below [^\n]+\n$/);
  });

  test("12.5.2 is a warning of a start, which goes on", async () => {
    const process = command(["serve"], env);
    await process.said(/kore-graph +http/);
    const warnings = process.stdout.split("\n").filter((line) => line.includes('"warn"'));
    expect(warnings).toEqual([expect.stringContaining("LIMIT_KORE_REQUESTS_PER_MINUTE: is not below")]);
  });
});

describe.concurrent("check-config, about variables and files,", () => {
  test("names misspelt variables, and ignores those of other programs", async () => {
    const others = { KORE_GRAPH_SERVICE_HOST: "10.0.0.1", KORE_GRAPH_PORT: "tcp://10.0.0.1:4000", CACHE: "1" };
    const process = command(["check-config"], {
      ...SIMULATOR,
      ...others,
      KORE_CLIENT_SECRTE: "hunter2",
      LIMIT_DEEP: "1",
    });
    expect(await process.ended).toBe(0);
    expect(process.stderr).toBe(
      "KORE_CLIENT_SECRTE is not read: did you mean KORE_CLIENT_SECRET?\nLIMIT_DEEP is not read: did you mean LIMIT_DEPTH?\n",
    );
    expect(process.stdout).not.toContain("hunter2");
  });

  test.each([
    ["AUTH_API_KEYS_FILE", "{}", /^AUTH_API_KEYS_FILE: /],
    ["TRUSTED_DOCUMENTS", "{", /^TRUSTED_DOCUMENTS: has no known form\n$/],
    ["TRUSTED_DOCUMENTS", "{}", /^TRUSTED_DOCUMENTS: holds no operation/],
  ])("reads %s, too: %s is a mistake", async (name, text, message) => {
    const folder = await mkdtemp(join(tmpdir(), "kore-graph-cli-"));
    const file = join(folder, "file.json");
    await writeFile(file, text);
    const process = command(["check-config"], { ...SIMULATOR, [name]: file });
    expect(await process.ended).toBe(2);
    expect(process.stderr).toMatch(message);
    expect(process.stdout).not.toContain("complete");
    await rm(folder, { recursive: true, force: true });
  });
});

describe("new-api-key", () => {
  test("makes a key that authenticates once its entry is in the file", async () => {
    const made = command(["new-api-key", "--name", "erp", "--role", "operator", "--accounts", "cmp-1,cmp-2"]);
    expect(await made.ended).toBe(0);
    const [key = ""] = /^kg_[\w-]{43}$/m.exec(made.stdout) ?? [];
    const [entry = ""] = /^\{.*\}$/m.exec(made.stdout) ?? [];
    expect(JSON.parse(entry)).toEqual({
      name: "erp",
      role: "operator",
      accounts: ["cmp-1", "cmp-2"],
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    const folder = await mkdtemp(join(tmpdir(), "kore-graph-cli-"));
    const file = join(folder, "keys.json");
    await writeFile(file, `[${entry}]`);
    const process = command(["serve"], { ...SIMULATOR, AUTH_API_KEYS_FILE: file });
    const [, url = ""] = await process.said(/kore-graph +(http:\S+)/);
    await process.said(/^Callers are authenticated by API key\. /m);
    const headers = { "content-type": "application/json", "x-api-key": key };
    const body = JSON.stringify({ query: "{ capabilities { mode } }" });
    expect((await fetch(url, { method: "POST", headers, body })).status).toBe(200);
    expect((await post(url, "{ capabilities { mode } }")).status).toBe(401);
    process.signal("SIGTERM");
    await process.ended;
    await rm(folder, { recursive: true, force: true });
  });

  test("is refused by option and rule, and shows no key", async () => {
    const process = command(["new-api-key", "--name", "erp", "--role", "root"]);
    expect(await process.ended).toBe(2);
    expect(process.stderr).toMatch(/^--role: .*\n--accounts: must be a list of account ids/);
    expect(process.stdout).toBe("");
  });
});

describe.concurrent("The command line", () => {
  test.each([[[]], [["help"]], [["--help"]], [["-h"]]])("%j prints the commands", async (args) => {
    const process = command(args);
    expect(await process.ended).toBe(0);
    for (const name of ["serve", "demo", "simulate", "check-config", "new-api-key", "print-schema", "print-config"]) {
      expect(process.stdout).toMatch(new RegExp(`^ {2}${name} `, "m"));
    }
  });

  test.each(["server", "constructor"])("%s is not a command: prints the commands and fails", async (name) => {
    const process = command([name]);
    expect(await process.ended).toBe(2);
    expect(process.stderr).toMatch(new RegExp(`^There is no command ${name}\\.\n`));
    expect(process.stderr).toContain("check-config");
    expect(process.stdout).toBe("");
  });
});

async function start(): Promise<Simulator> {
  const simulator = await startSimulator({ clock: "manual" });
  simulators.push(simulator);
  return simulator;
}

async function takenPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push(server);
  return String((server.address() as AddressInfo).port);
}

async function refusesConnections(url: string): Promise<boolean> {
  return fetch(new URL("/livez", url), { headers: { connection: "close" } }).then(
    () => false,
    () => true,
  );
}

function post(url: string, query: string, variables: Record<string, unknown> = {}): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
}
