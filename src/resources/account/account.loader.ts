import { eachLoader } from "../../graph/index.ts";
import { read } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { toAccount } from "./account.mapper.ts";
import { type Account } from "./account.type.ts";

/** The accounts that an administrator, named by e-mail address, may see: one call each. */
export const accountsByEmail = eachLoader({
  name: "account.eachEmail",
  key: (email: string) => email,
  concurrency: 4,
  load: async (email, { kore }: Context): Promise<Account[]> => {
    const reply = await kore.connectivity.accounts(email);
    return read.rows(read.listed(reply, "account", "accounts"), "accounts.account").map(toAccount);
  },
});
