import { free, reference, userInputError } from "../../graph/index.ts";
import { defineResource } from "../resource.ts";
import { AccountResolver } from "./account.resolver.ts";
import { Account } from "./account.type.ts";

export { listContaining } from "./account.loader.ts";
export { Account } from "./account.type.ts";

export const account = defineResource([AccountResolver], {
  references: [
    reference(Account, {
      access: { role: "viewer", account: { argument: "id" } },
      costs: free,
      resolve({ id }: Partial<Account>): Account {
        if (id === undefined) throw userInputError("representations: an account needs id");
        return { id };
      },
    }),
  ],
});
