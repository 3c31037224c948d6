import { userInputError } from "../../graph/index.ts";
import { type Resource } from "../context.ts";
import { AccountResolver } from "./account.resolver.ts";
import { type Account } from "./account.type.ts";

export { Account } from "./account.type.ts";

export const account: Resource = {
  resolvers: [AccountResolver],
  references: {
    Account({ id }: Partial<Account>): Account {
      if (id === undefined) throw userInputError("representations: Account needs id");
      return { id };
    },
  },
};
