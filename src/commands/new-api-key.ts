import { newApiKey as create } from "../server/auth/api-keys.ts";
import { defineCommand } from "./arguments/command.ts";

export const newApiKey = defineCommand({
  summary: "makes a key for AUTH_API_KEYS_FILE",
  options: {
    name: { type: "string", help: "name of the caller, such as erp" },
    role: { type: "string", value: "ROLE", help: "viewer, operator or admin" },
    accounts: { type: "string", value: "IDS", help: "ids of accounts, joined by commas, or '*' for all" },
  },
  run(given, _, { say }) {
    const { key, entry } = create(given);
    say(`The key, which is shown this once:\n\n${key}\n\nIts entry in AUTH_API_KEYS_FILE, a JSON list:\n\n`);
    say(`${JSON.stringify(entry)}\n`);
    return Promise.resolve(0);
  },
});
