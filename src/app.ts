import { createGraphContext, buildGraphSchema, errorFormatter } from "./graph/index.ts";
import { type Kore, createKore } from "./kore/index.ts";
import { type Context, describeKoreError, graphParts } from "./resources/index.ts";
import { type Config, type KoreConfig } from "./server/config.ts";
import { startHttp } from "./server/http.ts";
import { type Logger, createLog } from "./server/log.ts";
import { operationTabs } from "./server/playground/tabs.ts";
import { type Simulator, startSimulator } from "./simulator/index.ts";

export interface App {
  /** Such as http://127.0.0.1:4000. */
  readonly url: string;
  /** The simulator's address, when it is one that was started here. */
  readonly simulatorUrl: string | undefined;
  readonly hasPlayground: boolean;
  /** Finishes what runs and lets go of everything. */
  stop(): Promise<void>;
}

/** Puts the floors together and starts them. */
export async function createApp(config: Config, ports: { log?: Logger } = {}): Promise<App> {
  const log = ports.log ?? createLog(config.logLevel);
  const { simulator, target, examples } = await findKore(config);
  const kore = openKore(config, target, log);
  const settings = { mode: config.kore.mode, accountEmail: target.accountEmail, accountMapping: target.accountMapping };
  const schema = await buildGraphSchema(graphParts, { idChecks: config.idChecks });
  const http = await startHttp<Context>({
    host: config.host,
    port: config.port,
    schema,
    context: (signal) => ({ ...createGraphContext(signal), kore: kore.session(signal), settings }),
    formatError: errorFormatter(describeKoreError, (err) => log.error({ err }, "an operation failed with a defect")),
    log,
    ...(config.playground && { playground: { mode: config.kore.mode, tabs: await operationTabs(examples) } }),
  });
  return {
    url: http.url,
    simulatorUrl: simulator?.url,
    hasPlayground: config.playground,
    async stop() {
      await http.stop();
      await kore.close();
      await simulator?.stop();
    },
  };
}

/** Where KORE is: live as configured, or a simulator of our own. */
async function findKore({ kore }: Config): Promise<{
  simulator?: Simulator;
  target: KoreConfig;
  /** Values for the playground's variables, by name. */
  examples: Readonly<Record<string, unknown>>;
}> {
  if (kore.mode === "live") return { target: kore.live, examples: {} };
  const simulator = await startSimulator({ port: kore.port, sims: kore.sims, seed: kore.seed });
  const { urls, credentials, examples } = simulator;
  return {
    simulator,
    examples: { ...examples },
    target: {
      connectivityUrl: urls.connectivity,
      connectivityTokenUrl: urls.connectivityToken,
      clientsUrl: urls.clients,
      globalTokenUrl: urls.globalToken,
      ...credentials,
      accountMapping: new Map(Object.entries(examples.accountMapping)),
    },
  };
}

function openKore({ deadline, connections }: Config, target: KoreConfig, log: Logger): Kore {
  return createKore({
    ...target,
    deadline,
    connections,
    onCall: ({ operation, status, error, milliseconds }) =>
      log.debug({ operation, status, error, ms: Math.round(milliseconds) }, "call to KORE"),
    onRenewalFailed: (err) => log.warn({ err }, "KORE gave no new token ahead of time; the old one is still good"),
    onUnknownValue: (field, value) => log.warn({ field, value }, "KORE says something new; shown as UNKNOWN"),
  });
}
