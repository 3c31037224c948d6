import { checkConfig } from "./commands/check-config.ts";
import { type Command, type Output } from "./commands/command.ts";
import { demo } from "./commands/demo.ts";
import { importStore } from "./commands/import-store.ts";
import { migrate } from "./commands/migrate.ts";
import { newApiKey } from "./commands/new-api-key.ts";
import { printConfig, printSchema } from "./commands/print.ts";
import { releaseStore } from "./commands/release-store.ts";
import { resolveOrder } from "./commands/resolve-order.ts";
import { serve } from "./commands/serve.ts";
import { simulate } from "./commands/simulate.ts";
import { StoreUnavailable } from "./common/store-errors.ts";
import { ConfigError } from "./server/config/index.ts";
import { SettingError } from "./server/config/setting-error.ts";
import { StoreMoved, StoreUnusable } from "./server/storage/lmdb-errors.ts";
import { StoreOfAnother } from "./server/storage/lmdb.ts";
import { StoreInUse } from "./server/storage/process-lock.ts";

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    serve,
    demo,
    simulate,
    "check-config": checkConfig,
    "release-store": releaseStore,
    migrate,
    "import-store": importStore,
    "new-api-key": newApiKey,
    "resolve-order": resolveOrder,
    "print-schema": printSchema,
    "print-config": printConfig,
  }),
);

const WIDTH = Math.max(...[...COMMANDS.keys()].map((name) => name.length));

const HELP = `kore-graph: one GraphQL API over KORE Wireless' REST APIs

${[...COMMANDS].flatMap(([name, { help }]) => help.map((line, index) => `  ${(index === 0 ? name : "").padEnd(WIDTH)}  ${line}`)).join("\n")}

Configuration comes from environment variables: print-config lists them, check-config shows yours.
`;

const OUTPUT: Output = {
  say: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text + "\n"),
};

/** Runs a command. @returns the process's exit code */
export async function run([name = "", ...args]: string[], env: NodeJS.ProcessEnv): Promise<number> {
  if (["", "help", "--help", "-h"].includes(name)) {
    OUTPUT.say(HELP);
    return 0;
  }
  const command = COMMANDS.get(name);
  if (!command) {
    OUTPUT.complain(`There is no command ${name}.\n\n${HELP}`);
    return 2;
  }
  if (args.some((arg) => arg === "--help" || arg === "-h")) {
    OUTPUT.say(HELP);
    return 0;
  }
  try {
    return await command.run(args, env, OUTPUT);
  } catch (error) {
    const message = usageMessage(error);
    if (message === undefined) throw error;
    OUTPUT.complain(message);
    return 2;
  }
}

/** Advice for an address that cannot be listened on. */
const ADVICE: ReadonlyMap<unknown, string> = new Map([
  ["EADDRINUSE", "choose another port (PORT, METRICS_PORT, SIMULATOR_PORT; simulate takes --port)"],
  ["EADDRNOTAVAIL", "HOST must be an address of this machine"],
  ["ENOTFOUND", "HOST must be an address of this machine"],
]);

/** The message of an error that the operator can correct; undefined for defects. */
function usageMessage(error: unknown): string | undefined {
  const kinds = [ConfigError, SettingError, StoreInUse, StoreMoved, StoreOfAnother, StoreUnavailable, StoreUnusable];
  if (kinds.some((kind) => error instanceof kind)) return (error as Error).message;
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const advice = ADVICE.get(error.code);
  if (advice !== undefined) return `${error.message}: ${advice}`;
  return String(error.code).startsWith("ERR_PARSE_ARGS") ? error.message : undefined;
}
