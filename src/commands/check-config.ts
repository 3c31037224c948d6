import { createAuthenticator } from "../server/auth/index.ts";
import { openCredentialsFile } from "../server/config/files/credentials-file.ts";
import { ALL_VARIABLES, type Config, configWarnings, describeEnvironment, readConfig } from "../server/config/index.ts";
import { readTrustedDocuments } from "../server/graphql/trusted-documents.ts";
import { createLog } from "../server/logging/log.ts";
import { defineCommand } from "./arguments/command.ts";

export const checkConfig = defineCommand({
  summary: "reads the configuration, shows it without secrets, and names every mistake",
  settings: ALL_VARIABLES,
  async run(_, env, { say, complain }) {
    say(describeEnvironment(env) + "\n\n");
    const config = readConfig(env);
    for (const warning of configWarnings(env, config)) complain(warning);
    await readFiles(config);
    say("The configuration is complete.\n");
    return 0;
  },
});

/** Reads the files that the configuration names. @throws SettingError */
async function readFiles({ auth, kore, trustedDocuments }: Config): Promise<void> {
  if (kore.mode === "live" && "file" in kore.live.credentials) {
    const ignore = () => undefined;
    (await openCredentialsFile(kore.live.credentials.file, { reread: ignore, failure: ignore })).close();
  }
  (await createAuthenticator(auth, createLog("silent"))).close();
  if (trustedDocuments !== undefined) await readTrustedDocuments(trustedDocuments);
}
