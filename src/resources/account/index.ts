import { userInputError } from "../../graph/index.ts";
import { type Resource } from "../context.ts";
import { AccountResolver } from "./account.resolver.ts";
import { type Account } from "./account.type.ts";

export { Account } from "./account.type.ts";

export const account: Resource = {
  resolvers: [AccountResolver],
  access: {
    "Query.accounts": { role: "viewer", account: "filtered" },
    "Query.account": { role: "viewer", account: { at: "id" } },
    "Account.number": { role: "viewer", account: "parent" },
    "Account.name": { role: "viewer", account: "parent" },
    Account: { role: "viewer", account: { at: "id" } },
  },
  references: {
    Account({ id }: Partial<Account>): Account {
      if (id === undefined) throw userInputError("representations: Account needs id");
      return { id };
    },
  },
};
