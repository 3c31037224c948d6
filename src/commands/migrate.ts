import { ALL_VARIABLES, readDatabaseUrl } from "../server/config/index.ts";
import { defineCommand } from "./arguments/command.ts";

export const migrate = defineCommand({
  summary: "brings the schema in the database (DATABASE_URL) up to date, for starts with DATABASE_MIGRATE=off",
  settings: ALL_VARIABLES.filter(({ name }) => name === "DATABASE_URL"),
  async run(_, env, { say }) {
    const { migrateSchema } = await import("../server/storage/postgres/index.ts");
    const { from, to } = await migrateSchema({ url: readDatabaseUrl(env) });
    say(
      from === to ? `The schema is up to date (version ${to}).\n` : `The schema is at version ${to}; it was ${from}.\n`,
    );
    return 0;
  },
});
