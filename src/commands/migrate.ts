import { parseArgs } from "node:util";
import { readDatabaseUrl } from "../server/config/index.ts";
import { migrateSchema } from "../server/storage/postgres/index.ts";
import { type Command } from "./command.ts";

export const migrate: Command = {
  help: ["brings the schema in the database (DATABASE_URL) up to date, for starts with DATABASE_MIGRATE=off"],
  async run(args, env, { say }) {
    parseArgs({ args });
    const { from, to } = await migrateSchema({ url: readDatabaseUrl(env) });
    say(
      from === to ? `The schema is up to date (version ${to}).\n` : `The schema is at version ${to}; it was ${from}.\n`,
    );
    return 0;
  },
};
