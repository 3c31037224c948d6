import { type Command, type Output } from "./commands/arguments/command.ts";
import { commandHelp, programHelp } from "./commands/arguments/help.ts";
import { runCommand } from "./commands/arguments/parse.ts";
import { checkConfig } from "./commands/check-config.ts";
import { demo } from "./commands/demo.ts";
import { importStore } from "./commands/import-store.ts";
import { migrate } from "./commands/migrate.ts";
import { newApiKey } from "./commands/new-api-key.ts";
import { printConfig, printSchema } from "./commands/print.ts";
import { releaseStore } from "./commands/release-store.ts";
import { resolveOrder } from "./commands/resolve-order.ts";
import { serve } from "./commands/serve.ts";
import { simulate } from "./commands/simulate.ts";
import { trust } from "./commands/trust.ts";
import { packageVersion } from "./common/package-file.ts";
import { StoreUnavailable } from "./common/store/store-errors.ts";
import { ConfigError } from "./server/config/index.ts";
import { SettingError } from "./server/config/setting-error.ts";
import { StoreMoved, StoreUnusable } from "./server/storage/lmdb-errors.ts";
import { StoreOfAnother } from "./server/storage/lmdb.ts";
import { StoreInUse } from "./server/storage/process-lock.ts";

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>(
  Object.entries({
    serve,
    demo,
    simulate,
    "check-config": checkConfig,
    "release-store": releaseStore,
    migrate,
    "import-store": importStore,
    "new-api-key": newApiKey,
    trust,
    "resolve-order": resolveOrder,
    "print-schema": printSchema,
    "print-config": printConfig,
  }),
);

const OUTPUT: Output = {
  say: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text + "\n"),
};

/** Runs a command. @returns the process's exit code */
export async function run([name = "help", ...args]: string[], env: NodeJS.ProcessEnv): Promise<number> {
  ignoreClosedPipes();
  if (["--version", "-v", "version"].includes(name)) {
    OUTPUT.say(`${packageVersion()}\n`);
    return 0;
  }
  const [asked = ""] = args;
  const isHelp = ["help", "--help", "-h"].includes(name);
  if (isHelp && !COMMANDS.has(asked)) {
    OUTPUT.say(programHelp(COMMANDS, packageVersion()));
    return 0;
  }
  const commandName = isHelp ? asked : name;
  const command = COMMANDS.get(commandName);
  if (!command) {
    OUTPUT.complain(`There is no command ${name}.\n\n${programHelp(COMMANDS, packageVersion())}`);
    return 2;
  }
  if (isHelp || args.some((arg) => arg === "--help" || arg === "-h")) {
    OUTPUT.say(commandHelp(commandName, command));
    return 0;
  }
  try {
    return await runCommand(command, args, env, OUTPUT);
  } catch (error) {
    const kinds = [ConfigError, SettingError, StoreInUse, StoreMoved, StoreOfAnother, StoreUnavailable, StoreUnusable];
    if (!kinds.some((kind) => error instanceof kind)) throw error;
    OUTPUT.complain((error as Error).message);
    return 2;
  }
}

/** A reader such as `head` may close the pipe before the end of the output. The command goes on. */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
