import { userInputError } from "../../graph/index.ts";
import { type Context, type Resource } from "../context.ts";
import { listWith } from "./account.loader.ts";
import { AccountResolver } from "./account.resolver.ts";
import { type Account } from "./account.type.ts";

export { Account } from "./account.type.ts";

/** Of an account that is known by its id alone, as those are to which things belong. */
const whole = {
  ofAccount: (accountId: string, context: Context) => listWith(accountId, context).load(),
};

export const account: Resource = {
  resolvers: [AccountResolver],
  access: {
    "Query.accounts": { role: "viewer", account: "filtered" },
    "Query.account": { role: "viewer", account: { at: "id" } },
    "Account.number": { role: "viewer", account: "parent" },
    "Account.name": { role: "viewer", account: "parent" },
    Account: { role: "viewer", account: { at: "id" } },
  },
  foresights: { "Account.number": whole, "Account.name": whole },
  references: {
    Account({ id }: Partial<Account>): Account {
      if (id === undefined) throw userInputError("representations: Account needs id");
      return { id };
    },
  },
};
