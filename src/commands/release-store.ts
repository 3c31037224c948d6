import { ALL_VARIABLES, readConfig } from "../server/config/index.ts";
import { SettingError } from "../server/config/setting-error.ts";
import { createLog } from "../server/logging/log.ts";
import { openAuditLog } from "../server/storage/audit-log.ts";
import { releaseStore as release } from "../server/storage/lmdb.ts";
import { defineCommand } from "./arguments/command.ts";

export const releaseStore = defineCommand({
  summary: "frees a store that another machine has not closed, once no process there uses it",
  options: { confirm: { type: "boolean", help: "no process on that machine runs" } },
  settings: ALL_VARIABLES,
  async run(given, env, { say, complain }) {
    const { storePath, audit } = readConfig(env);
    if (storePath === undefined) throw new SettingError("STORE_PATH: is not set, so there is no store to release");
    if (!given.confirm) {
      complain("release-store frees the store at STORE_PATH: give --confirm when no process on its last machine runs.");
      return 2;
    }
    const trail = await openAuditLog(audit, createLog("silent"));
    const last = await release(storePath);
    if (!last) {
      say("The store is free: no machine has it.\n");
      return 0;
    }
    trail.record({ who: "command line", verb: "release-store", lastHost: last.host });
    await trail.flushed();
    say(`The store is free. Its last owner was on host ${last.host}.\n`);
    return 0;
  },
});
