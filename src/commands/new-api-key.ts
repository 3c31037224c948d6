import { parseArgs } from "node:util";
import { newApiKey as create } from "../server/auth/api-keys.ts";
import { type Command } from "./command.ts";

export const newApiKey: Command = {
  help: ["makes a key for AUTH_API_KEYS_FILE   --name erp  --role viewer|operator|admin  --accounts cmp-1,cmp-2|*"],
  run(args, _, { say }) {
    const text = { type: "string" } as const;
    const { values } = parseArgs({ args, options: { name: text, role: text, accounts: text } });
    const { key, entry } = create(values);
    say(`The key, which is shown this once:\n\n${key}\n\nIts entry in AUTH_API_KEYS_FILE, a JSON list:\n\n`);
    say(`${JSON.stringify(entry)}\n`);
    return Promise.resolve(0);
  },
};
