import cluster from "node:cluster";
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type App, createApp } from "./app.ts";
import { StoreUnavailable } from "./common/store-errors.ts";
import { buildGraphSchema, printSubgraph } from "./graph/index.ts";
import { graphParts } from "./resources/index.ts";
import { auditTrail } from "./server/storage/audit-log.ts";
import { newApiKey } from "./server/auth/api-keys.ts";
import { createAuthenticator } from "./server/auth/index.ts";
import {
  type Config,
  ConfigError,
  allowanceWarning,
  configurationTable,
  describeEnvironment,
  limitsTable,
  readConfig,
  readDatabaseUrl,
  unknownNames,
} from "./server/config/index.ts";
import { openCredentialsFile } from "./server/config/credentials-file.ts";
import { SettingError } from "./server/config/setting-error.ts";
import { readTrustedDocuments } from "./server/graphql/trusted-documents.ts";
import { type Logger, createLog } from "./server/logging/log.ts";
import { sharePort } from "./server/cluster.ts";
import { migrateSchema } from "./server/storage/postgres/index.ts";
import { StoreInUse } from "./server/storage/process-lock.ts";
import { StoreOfAnother, releaseStore } from "./server/storage/lmdb.ts";
import { StoreMoved, StoreUnusable } from "./server/storage/lmdb-errors.ts";
import { type Simulator } from "./simulator/index.ts";
import { importStore } from "./import-store.ts";
import { demoOfReplicas, demoReplica } from "./demo.ts";
import { resolveOrderInStore } from "./resolve-order.ts";

const HELP = `kore-graph: one GraphQL API over KORE Wireless' REST APIs

  serve          the graph, in front of KORE (KORE_MODE=live, the default) or of the simulator
  demo           the graph in front of its own simulator, with a playground; needs no KORE account
                 --replicas 3  behind one port, on a PostgreSQL that it starts and removes
  simulate       the simulator alone   --port 4010  --sims 2000  --seed 1
  check-config   reads the configuration, shows it without secrets, and names every mistake
  release-store  frees a store that another machine has not closed, once no process there uses it   --confirm
  migrate        brings the schema in the database (DATABASE_URL) up to date, for starts with DATABASE_MIGRATE=off
  import-store   moves a stopped server's ledger into the database (DATABASE_URL), once   --from FOLDER
  new-api-key    makes a key for AUTH_API_KEYS_FILE   --name erp  --role viewer|operator|admin  --accounts cmp-1,cmp-2|*
  resolve-order  settles an order in doubt while the server is stopped   --account cmp-1   lists them; and with
                 --intent ID  --confirm SIMS  and  --arrived-as REQUEST  or  --did-not-arrive  it adopts or releases one
  print-schema   the subgraph's SDL    --write  into schema/subgraph.graphql   --check  that it is current
  print-config   tables of variables   --write  into src/server/config/README.md  --check  that it is current

Configuration comes from environment variables; see src/server/config/README.md.
`;

type Command = (args: string[], env: NodeJS.ProcessEnv) => Promise<number>;

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    serve,
    demo,
    simulate,
    "check-config": checkConfig,
    "release-store": release,
    migrate: migrateDatabase,
    "import-store": (args, env) => importStore(args, env, say),
    "new-api-key": newKey,
    "resolve-order": (args, env) => resolveOrderInStore(args, { LOG_LEVEL: "warn", ...env }, { say, complain }),
    "print-schema": printSchema,
    "print-config": printConfig,
  }),
);

/** Runs a command and gives the process's exit code. */
export async function run([name = "", ...args]: string[], env: NodeJS.ProcessEnv): Promise<number> {
  if (["", "help", "--help", "-h"].includes(name)) {
    say(HELP);
    return 0;
  }
  const command = COMMANDS.get(name);
  if (!command) {
    complain(`There is no command ${name}.\n\n${HELP}`);
    return 2;
  }
  if (args.some((arg) => arg === "--help" || arg === "-h")) {
    say(HELP);
    return 0;
  }
  try {
    return await command(args, env);
  } catch (error) {
    const message = usageMessage(error);
    if (message === undefined) throw error;
    complain(message);
    return 2;
  }
}

/** Demos default to `LOG_LEVEL=warn`, so that their addresses are not lost between log lines. */
async function demo(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({ args, options: { replicas: { type: "string" } } });
  const settings = { LOG_LEVEL: "warn", ...env, KORE_MODE: "simulator", PLAYGROUND: "on" };
  if (values.replicas === undefined) return serve([], settings);
  if (!/^([2-9]|1\d)$/.test(values.replicas)) throw new SettingError("--replicas: must be a number from 2 to 19");
  const replica = demoReplica(settings);
  if (replica) return serveOne(replica, createLog(replica.logLevel, undefined, { pid: process.pid }));
  return demoOfReplicas(Number(values.replicas), settings, { say, stopped: untilStopped() });
}

async function serve(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  parseArgs({ args }); // Takes none, and an option that does nothing must not look as if it did.
  const config = readConfig(env);
  const log = createLog(config.logLevel, undefined, cluster.isWorker ? { pid: process.pid } : null);
  if (cluster.isPrimary) {
    for (const name of unknownNames(env)) log.warn({ field: name }, "a variable that is not read: is its name right?");
    const warning = allowanceWarning(config.limits, config.budget.rate);
    if (warning !== undefined) log.warn(warning);
    if (config.processes > 1) return serveSeveral(config, log);
  }
  return serveOne(config, log);
}

async function serveOne(config: Config, log: Logger): Promise<number> {
  endAfterDefects(log);
  const stopped = untilStopped(); // Before the start: a signal may arrive during it.
  try {
    const app = await createApp(config, { log });
    if (cluster.isPrimary) say(welcome(app));
    await stopped;
    await app.stop();
  } finally {
    cluster.worker?.disconnect(); // The way to the primary would keep the process alive.
  }
  return 0;
}

function serveSeveral({ host, processes }: Config, log: Logger): Promise<number> {
  return sharePort({
    ...{ replicas: processes, stopped: untilStopped(), log },
    onStarted(port, pids) {
      const address = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
      say(
        `kore-graph  ${address}/graphql\n${pids.length} replicas share the port: processes ${pids.join(", ")}. Ctrl+C stops them.\n`,
      );
    },
  });
}

function welcome({ url, simulatorUrl, metricsUrl, hasPlayground, authentication }: App): string {
  const lines = [
    `kore-graph  ${url}/graphql`,
    ...(hasPlayground ? [`playground  ${url}/`] : []),
    ...(metricsUrl ? [`metrics     ${metricsUrl}`] : []),
    ...(simulatorUrl ? [`simulator   ${simulatorUrl}/_simulator   (made-up SIMs; faults, clock and request log)`] : []),
    authentication.length > 0
      ? `Callers are authenticated by ${authentication.join(", ")}. Ctrl+C stops it.`
      : "Callers are not authenticated, so the graph listens on this machine only. Ctrl+C stops it.",
  ];
  return lines.join("\n") + "\n";
}

async function simulate(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { port: { type: "string" }, sims: { type: "string" }, seed: { type: "string" } },
  });
  const { kore } = readConfig({
    ...env,
    KORE_MODE: "simulator",
    ...(values.port && { SIMULATOR_PORT: values.port }),
    ...(values.sims && { SIMULATOR_SIMS: values.sims }),
    ...(values.seed && { SIMULATOR_SEED: values.seed }),
  });
  if (kore.mode !== "simulator" || "live" in kore) throw new Error("the mode was set above");
  const { startSimulator } = await import("./simulator/index.ts");
  const simulator = await startSimulator({ port: kore.port, sims: kore.sims, seed: kore.seed });
  const stopped = untilStopped();
  say(introduction(simulator));
  await stopped;
  await simulator.stop();
  return 0;
}

/** Shell commands that point the graph, or another client, to the simulator. */
function introduction({ url, urls, credentials }: Simulator): string {
  return `simulator  ${url}/_simulator   (help, faults, clock, request log)

export KORE_CONNECTIVITY_URL=${urls.connectivity}
export KORE_CONNECTIVITY_TOKEN_URL=${urls.connectivityToken}
export KORE_CLIENTS_URL=${urls.clients}
export KORE_GLOBAL_TOKEN_URL=${urls.globalToken}
export KORE_CLIENT_ID=${credentials.clientId}
export KORE_CLIENT_SECRET=${credentials.clientSecret}
export KORE_API_KEY=${credentials.apiKey}
export KORE_ACCOUNT_EMAIL=${credentials.accountEmail}
`;
}

async function checkConfig(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  parseArgs({ args });
  say(describeEnvironment(env) + "\n\n");
  for (const name of unknownNames(env)) complain(`${name} is not read: is its name right?`);
  const config = readConfig(env);
  const warning = allowanceWarning(config.limits, config.budget.rate);
  if (warning !== undefined) complain(warning);
  await checkFiles(config);
  say("The configuration is complete.\n");
  return 0;
}

async function release(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({ args, options: { confirm: { type: "boolean" } } });
  const { storePath, audit } = readConfig(env);
  if (storePath === undefined) throw new SettingError("STORE_PATH: is not set, so there is no store to release");
  if (!values.confirm) {
    complain("release-store frees the store at STORE_PATH: give --confirm when no process on its last machine runs.");
    return 2;
  }
  const trail = await auditTrail(audit, createLog("silent"));
  const last = await releaseStore(storePath);
  if (!last) {
    say("The store is free: no machine has it.\n");
    return 0;
  }
  trail.record({ who: "command line", verb: "release-store", lastHost: last.host });
  await trail.flushed();
  say(`The store is free. Its last owner was on host ${last.host}.\n`);
  return 0;
}

async function migrateDatabase(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  parseArgs({ args });
  const { from, to } = await migrateSchema({ url: readDatabaseUrl(env) });
  say(
    from === to ? `The schema is up to date (version ${to}).\n` : `The schema is at version ${to}; it was ${from}.\n`,
  );
  return 0;
}

/** Files that the configuration names are part of it. @throws SettingError */
async function checkFiles({ auth, kore, trustedDocuments }: Config): Promise<void> {
  if (kore.mode === "live" && "file" in kore.live.credentials) {
    const ignore = () => undefined;
    (await openCredentialsFile(kore.live.credentials.file, { reread: ignore, failure: ignore })).close();
  }
  (await createAuthenticator(auth, createLog("silent"))).close();
  if (trustedDocuments !== undefined) await readTrustedDocuments(trustedDocuments);
}

function newKey(args: string[]): Promise<number> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args, options: { name: text, role: text, accounts: text } });
  const { key, entry } = newApiKey(values);
  say(`The key, which is shown this once:\n\n${key}\n\nIts entry in AUTH_API_KEYS_FILE, a JSON list:\n\n`);
  say(`${JSON.stringify(entry)}\n`);
  return Promise.resolve(0);
}

async function printSchema(args: string[]): Promise<number> {
  const sdl = printSubgraph(await buildGraphSchema(graphParts, { idChecks: "explain" }));
  return generated(args, "schema/subgraph.graphql", () => sdl, sdl);
}

function printConfig(args: string[]): Promise<number> {
  const tables = { configuration: configurationTable(), limits: limitsTable() };
  const written = Object.entries(tables).map(([name, table]) => {
    const begin = `<!-- ${name}: written by "npm run generate" -->`;
    return { name, text: `${begin}\n\n<!-- prettier-ignore -->\n${table}\n\n<!-- end of ${name} -->` };
  });
  const put = (readme: string) =>
    written.reduce(
      (page, { name, text }) => page.replace(new RegExp(`<!-- ${name}: [\\s\\S]*<!-- end of ${name} -->`), () => text),
      readme,
    );
  return generated(args, "src/server/config/README.md", put, written.map(({ text }) => text).join("\n\n"));
}

/** Prints a generated text, writes it into its file, or checks that the file has it. */
async function generated(args: string[], path: string, put: (old: string) => string, text: string): Promise<number> {
  const { values } = parseArgs({ args, options: { write: { type: "boolean" }, check: { type: "boolean" } } });
  const file = new URL(`../${path}`, import.meta.url);
  if (!values.write && !values.check) {
    say(text);
    return 0;
  }
  const old = await readFile(file, "utf8").catch(() => "");
  const current = put(old);
  if (values.write) await writeFile(file, current);
  if (values.check && current !== old) {
    complain(`${path} is not current: run "npm run generate"`);
    return 1;
  }
  return 0;
}

/**
 * Resolves at the first SIGINT or SIGTERM; the second ends the process at once, with the code of a process that died of
 * it. Not left to the system: the first process of a container would not die. Replicas that share a port may have the same
 * signal from a terminal or a service manager and from their primary; they end at once when that one does.
 */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let isTold = false;
    for (const [signal, number] of [["SIGINT", 2] as const, ["SIGTERM", 15] as const]) {
      process.on(signal, () => {
        if (isTold && cluster.isPrimary) process.exit(128 + number);
        isTold = true;
        resolve();
      });
    }
  });
}

/**
 * An uncaught error or rejection leaves the process in an unknown state: it is logged, and the process ends. The ledger knows
 * what was under way. The log is written before each of its calls returns, so nothing of it is lost.
 */
function endAfterDefects(log: Logger): void {
  process.on("uncaughtException", (err, origin) => {
    log.fatal({ err, reason: origin }, "a defect that nobody has caught ends the process");
    process.exit(1);
  });
}

/** Advice for an address that cannot be listened on. */
const ADVICE: ReadonlyMap<unknown, string> = new Map([
  ["EADDRINUSE", "choose another port (PORT, METRICS_PORT, SIMULATOR_PORT; simulate takes --port)"],
  ["EADDRNOTAVAIL", "HOST must be an address of this machine"],
  ["ENOTFOUND", "HOST must be an address of this machine"],
]);

/** Errors whose message is all that the person at the keyboard needs. */
function usageMessage(error: unknown): string | undefined {
  const kinds = [ConfigError, SettingError, StoreInUse, StoreMoved, StoreOfAnother, StoreUnavailable, StoreUnusable];
  if (kinds.some((kind) => error instanceof kind)) return (error as Error).message;
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const advice = ADVICE.get(error.code);
  if (advice !== undefined) return `${error.message}: ${advice}`;
  return String(error.code).startsWith("ERR_PARSE_ARGS") ? error.message : undefined;
}

function say(text: string): void {
  process.stdout.write(text);
}

function complain(text: string): void {
  process.stderr.write(text + "\n");
}
