import { Client } from "undici";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../src/simulator/index.ts";
import { type Reply, environmentOf } from "./app.ts";
import { type Process, command } from "./process.ts";

/** A caller on a connection of its own, and so of one worker: they take connections in turns. */
export interface Connection {
  query(query: string, variables?: object): Promise<Reply>;
  /** Sends a body as it is. */
  post(body: unknown, headers?: Record<string, string>): Promise<{ status: number; reply: Reply; headers: object }>;
}

export interface Processes {
  readonly kore: Simulator;
  readonly url: string;
  readonly process: Process;
  connect(): Connection;
  /** Log lines of workers, of requests for the graph. */
  answered(): { worker: number; pid: number }[];
  /** The requests that KORE received but for tokens, by method and path. */
  requests(): string[];
  tokenRequests(): number;
  stop(): Promise<void>;
}

/** The graph as `serve` starts it with several workers, in front of a simulator. */
export async function startProcesses(
  world: SimulatorOptions = {},
  env: Record<string, string> = {},
): Promise<Processes> {
  const kore = await startSimulator({ clock: "real", ...world });
  const process = command(["serve"], {
    ...environmentOf(kore),
    PORT: "0",
    PLAYGROUND: "off",
    PROCESSES: "2",
    LOG_LEVEL: "debug",
    KORE_REQUESTS_PER_SECOND: "10000",
    ...env,
  });
  const [, url = ""] = await process.said(/kore-graph +(http:\S+)\/graphql/);
  const connections: Client[] = [];
  const paths = () => kore.log().map(({ method, path }) => `${method} ${path.replace(/^\/connectivity/, "")}`);
  return {
    kore,
    url,
    process,
    connect() {
      const client = new Client(url, { pipelining: 1, headersTimeout: 30_000 });
      connections.push(client);
      const post: Connection["post"] = async (body, headers = {}) => {
        const answer = await client.request({
          method: "POST",
          path: "/graphql",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify(body),
        });
        return { status: answer.statusCode, headers: answer.headers, reply: (await answer.body.json()) as Reply };
      };
      return { post, query: async (query, variables) => (await post({ query, variables })).reply };
    },
    answered: () =>
      process.stdout
        .split("\n")
        .filter((line) => line.includes('"msg":"request"') && line.includes('"worker":'))
        .map((line) => JSON.parse(line) as { worker: number; pid: number; route?: string })
        .filter(({ route }) => route === "/graphql"),
    requests: () => paths().filter((path) => !path.endsWith("/token")),
    tokenRequests: () => paths().filter((path) => path.endsWith("/token")).length,
    async stop() {
      await Promise.all(connections.map((client) => client.destroy()));
      process.signal("SIGKILL");
      await process.ended;
      await kore.stop();
    },
  };
}
