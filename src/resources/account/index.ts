import { type Resource } from "../context.ts";
import { AccountResolver } from "./account.resolver.ts";
import { type Account } from "./account.type.ts";

export { Account } from "./account.type.ts";

export const account: Resource = {
  resolvers: [AccountResolver],
  references: { Account: ({ id }: Pick<Account, "id">): Account => ({ id }) },
};
