import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { environmentOf } from "../support/app.ts";
import { until } from "../support/fleet/replica.ts";
import { describePostgres } from "../support/fleet/postgres.ts";
import { type Process, command } from "../support/process.ts";

let kore: Simulator;
afterEach(() => kore.stop());

async function serve(env: Record<string, string>): Promise<Process> {
  kore = await startSimulator();
  return command(["serve"], {
    ...environmentOf(kore),
    WARM_UP_MS: "0",
    STORE_PATH: "",
    PORT: "0",
    PROCESSES: "3",
    PLAYGROUND: "off",
    LOG_LEVEL: "warn",
    ...env,
  });
}

async function started(process: Process): Promise<{ url: string; pids: number[] }> {
  const [, url = "", pids = ""] = await process.said(
    /kore-graph +(http:\S+)\/graphql\n3 replicas .*processes ([\d, ]+)\./,
  );
  return { url, pids: pids.split(", ").map(Number) };
}

/** False also for a zombie process. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

const gone = (pids: readonly number[]) => until(() => !pids.some(isRunning), "the end of the replicas");

const ask = async (url: string): Promise<unknown> => {
  const headers = { "content-type": "application/json", connection: "close" };
  const body = JSON.stringify({ query: "{ __typename }" });
  const reply = await fetch(`${url}/graphql`, { method: "POST", headers, body });
  return ((await reply.json()) as { data?: unknown }).data;
};

describePostgres("PROCESSES with a database", (postgres) => {
  test("13.4 three replicas share a port; a killed one is restarted, and all end on a signal", async () => {
    const process = await serve({ DATABASE_URL: await postgres().database() });
    const { url, pids } = await started(process);
    expect(new Set([...pids, process.pid]).size).toBe(4);
    const [first = 0] = pids;
    for (const killed of [1, 2]) {
      globalThis.process.kill(killed === 1 ? first : (pids[1] ?? 0), "SIGKILL");
      await until(() => process.stdout.split("a replica was restarted").length > killed, "the second start");
      expect(await ask(url)).toBeTruthy();
    }
    const [, lost] = /"pid":(\d+),"code":"SIGKILL"/.exec(process.stdout) ?? [];
    expect(Number(lost)).toBe(first);
    process.signal("SIGTERM");
    expect(await process.ended).toBe(0);
    await gone(pids);
    await expect(ask(url)).rejects.toThrow();
  });

  test("13.4 a second signal does not change how a replica ends", async () => {
    const process = await serve({ DATABASE_URL: await postgres().database(), STOP_DELAY_MS: "300" });
    const { pids } = await started(process);
    for (const pid of pids) globalThis.process.kill(pid, "SIGTERM"); // As a terminal or systemd does.
    process.signal("SIGTERM");
    expect(await process.ended).toBe(0);
    await gone(pids);
    expect(process.stdout).not.toContain("a replica was restarted");
  });

  test("13.4 replicas do not outlive the process that started them", async () => {
    const process = await serve({ DATABASE_URL: await postgres().database() });
    const { pids } = await started(process);
    process.signal("SIGKILL");
    expect(await process.ended).toBe("SIGKILL");
    await gone(pids);
  });

  test.each([
    ["a database that cannot be reached", () => "postgres://kore:secret@127.0.0.1:1/kore"],
    ["a database that is not there", () => postgres().url.replace(/postgres$/, "no_such_database")],
  ])("13.4 %s ends all with one exit code and a sentence", async (_, url) => {
    const process = await serve({ DATABASE_URL: url() });
    expect(await process.ended).toBe(2);
    expect(process.stderr).toMatch(/The database \(DATABASE_URL\) (refuses connections|does not exist)/);
    expect(process.stdout).not.toContain("a replica was restarted");
  });
});

test("13.4 several processes without a database are refused with the reason", async () => {
  const process = await serve({});
  expect(await process.ended).toBe(2);
  expect(process.stderr).toContain("PROCESSES: more than one are replicas, which need a database to share");
});
