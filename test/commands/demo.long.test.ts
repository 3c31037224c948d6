import { describe, expect, test } from "vitest";
import { command } from "../support/process.ts";
import { SIMULATOR, post, takenPort } from "./environment.ts";

interface Answer {
  data: { accounts: unknown[] };
}

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
