import { existsSync } from "node:fs";
import pg from "pg";
import { expect, test } from "vitest";
import { type Reply } from "../support/app.ts";
import { until } from "../support/fleet/replica.ts";
import { TRANSPORTS } from "../support/live/callers.ts";
import { describePostgres } from "../support/fleet/postgres.ts";
import { command } from "../support/process.ts";

const SUSPEND = `mutation ($accountId: ID!, $sims: [SimSelector!]!) {
  suspendSubscriptions(input: { accountId: $accountId, subscriptions: $sims }) { results { outcome } }
}`;

describePostgres("npm run demo -- --replicas 3", () => {
  test("13.6 shows three replicas behind one port; a killed one is replaced, and Ctrl+C ends all", async () => {
    const demo = command(["demo", "--replicas", "3"], {
      ...{ PORT: "0", SIMULATOR_PORT: "0", STORE_PATH: "", METRICS: "on", KORE_API_KEY: "of-another", PROCESSES: "1" },
    });
    const [text, url = "", simulator = "", database = "", list = ""] = await demo.said(
      /kore-graph +(http:\S+)\/graphql[^]*simulator +(http:\S+) [^]*database +(postgres:\S+)\n[^]*processes ([\d, ]+)\.[^]*Ctrl\+C ends/,
    );
    const pids = list.split(", ").map(Number);
    expect(pids).toHaveLength(3);
    expect(text).toContain(`playground  ${url}/\n`);
    expect(text).toContain(`kill -9 ${String(pids[0])}\n`);

    const client = new pg.Client({ connectionString: database });
    client.on("error", () => undefined);
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>("show data_directory");
    const folder = rows[0]?.data_directory ?? "";
    expect(existsSync(folder)).toBe(true);

    // Orders and subscribes as the page does: the simulator sends webhooks to the shared port.
    const { tabs, mode } = (await (await fetch(`${url}/playground/tabs.json`)).json()) as {
      mode: string;
      tabs: { query: string; variables: Record<string, unknown> }[];
    };
    expect(mode).toBe("simulator");
    const { accountId } = tabs.find(({ query }) => query.includes("subscription WatchSimStates"))?.variables ?? {};
    const watching = TRANSPORTS.map(({ call }) =>
      call(url, {
        query: "subscription ($accountId: ID!) { subscriptionStateChanged(accountId: $accountId) { newState } }",
        variables: { accountId },
      }),
    );
    const { sims } = tabs.map(({ variables }) => variables).find((variables) => "sims" in variables) ?? {};
    process.kill(pids[0] ?? 0, "SIGKILL");
    await until(() => demo.stdout.includes("a replica was restarted"), "another replica");
    const headers = { "content-type": "application/json", connection: "close" };
    const reply = await fetch(`${url}/graphql`, {
      ...{ method: "POST", headers },
      body: JSON.stringify({ query: SUSPEND, variables: { accountId, sims } }),
    });
    const { data } = (await reply.json()) as Reply<{ suspendSubscriptions: { results: unknown[] } }>;
    expect(data?.suspendSubscriptions.results[0]).toEqual({ outcome: "SUBMITTED" });
    await until(() => watching.some(({ results }) => results.length > 0), "an event");
    const sent = (await (await fetch(`${simulator}/webhooks?last=1`)).json()) as { to: { url: string } };
    expect(sent.to.url).toBe(`${url}/webhooks/kore`);

    for (const pid of pids.slice(1)) process.kill(pid, "SIGINT"); // A terminal sends it to all.
    demo.signal("SIGINT");
    expect(await demo.ended).toBe(0);
    expect(existsSync(folder)).toBe(false);
    await expect(new pg.Client({ connectionString: database }).connect()).rejects.toThrow("ECONNREFUSED");
    await expect(fetch(`${simulator}/webhooks`)).rejects.toThrow();
  });

  test.each(["1", "0", "three", "99"])("13.6 --replicas %s is refused", async (replicas) => {
    const demo = command(["demo", "--replicas", replicas]);
    expect(await demo.ended).toBe(2);
    expect(demo.stderr).toBe("--replicas: must be a number from 2 to 19\n");
  });
});
