import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../../src/simulator/index.ts";
import { type Reply, environmentOf } from "../app.ts";
import { LoadBalancer } from "../network/load-balancer.ts";
import { freePort } from "../../../src/server/storage/postgres/temporary-postgres.ts";
import { type Postgres } from "./postgres.ts";
import { type Process, command } from "../process.ts";

/** One of several equal processes. Killed, it can be started again at its port. */
class FleetProcess {
  readonly port: number;
  readonly #env: Readonly<Record<string, string>>;
  readonly #all: Process[] = [];

  constructor(port: number, env: Readonly<Record<string, string>>) {
    this.port = port;
    this.#env = { ...env, PORT: String(port) };
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get #now(): Process {
    const newest = this.#all.at(-1);
    if (!newest) throw new Error("The replica was never started");
    return newest;
  }

  async start(): Promise<void> {
    this.#all.push(command(["serve"], this.#env));
    await this.#now.said(/kore-graph +(http:\S+)\/graphql/);
  }

  signal(signal: NodeJS.Signals): void {
    this.#now.signal(signal);
  }

  get ended(): Process["ended"] {
    return this.#now.ended;
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.ended;
  }

  /** Log lines at a level or above, of all processes that were at this port. */
  logged(level: "warn" | "error"): string[] {
    const wanted = level === "error" ? /"level":"(error|fatal)"/ : /"level":"(warn|error|fatal)"/;
    return this.#all.flatMap(({ stdout }) => stdout.split("\n").filter((line) => wanted.test(line)));
  }

  get stderr(): string {
    return this.#all.map(({ stderr }) => stderr).join("");
  }
}

/** Several processes on one database, behind a balancer, in front of a simulator. */
export interface FleetEnvironment {
  kore: Simulator;
  replicas: readonly FleetProcess[];
  balancer: LoadBalancer;
  close(): Promise<void>;
}

export async function openFleet(
  postgres: Postgres,
  world: SimulatorOptions,
  { noticesAfter, env = {} }: { noticesAfter: number; env?: Record<string, string> },
): Promise<FleetEnvironment> {
  const kore = await startSimulator({ clock: "real", ...world });
  const shared = {
    ...environmentOf(kore),
    WARM_UP_MS: "0",
    DATABASE_URL: await postgres.database(),
    PLAYGROUND: "off",
    LOG_LEVEL: "warn",
    KORE_REQUESTS_PER_SECOND: "400",
    KORE_DEADLINE_MS: "2000",
    PROVISIONING_SETTLE_MS: "200",
    PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "1500",
    ...env,
  };
  const ports = [await freePort(), await freePort(), await freePort()];
  const replicas = ports.map((port) => new FleetProcess(port, shared));
  await Promise.all(replicas.map((replica) => replica.start()));
  const balancer = await LoadBalancer.before(ports, noticesAfter);
  return {
    ...{ kore, replicas, balancer },
    async close() {
      for (const replica of replicas) replica.signal("SIGKILL");
      await balancer.close();
      await kore.stop();
    },
  };
}

/** How an operation that got no answer was lost. */
export interface Lost {
  lost: string;
}

/** One operation over a connection of its own. */
export function ask<Data = Record<string, unknown>>(
  url: string,
  query: string,
  variables: Record<string, unknown>,
  timeout = 30_000,
): Promise<Reply<Data> | Lost> {
  return new Promise((resolve) => {
    const body = JSON.stringify({ query, variables });
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const asked = request(`${url}/graphql`, { method: "POST", agent: false, headers, timeout });
    asked.on("response", (reply) => {
      let text = "";
      reply.setEncoding("utf8").on("data", (part: string) => (text += part));
      reply.on("end", () => resolve(JSON.parse(text) as Reply<Data>));
      reply.on("error", (error) => resolve({ lost: `in the middle: ${error.message}` }));
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer in time")));
    asked.on("error", (error) => resolve({ lost: error.message }));
    asked.end(body);
  });
}

export const wait = (milliseconds: number): Promise<void> => delay(milliseconds);
