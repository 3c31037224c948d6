import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import {
  Access,
  Costs,
  EmailAddress,
  type FieldCost,
  type MaybePromise,
  Loads,
  forbidden,
  free,
  isAuthorizedFor,
  mapMaybePromise,
} from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { ASSUMED_ACCOUNTS } from "../assumed-sizes.ts";
import { accountsByEmail, costOfLists, listAccounts, listContaining } from "./account.loader.ts";
import { Account } from "./account.type.ts";

const costOfList: FieldCost<Context> = ({ args, calls, context: { kore } }) => {
  const key = costOfLists(typeof args.email === "string" ? args.email : null, calls, kore);
  return { count: ASSUMED_ACCOUNTS, batches: ASSUMED_ACCOUNTS, accounts: { key, count: ASSUMED_ACCOUNTS } };
};

@Access({ role: "viewer" })
@Resolver(() => Account)
export class AccountResolver {
  @Access({ account: "filtered" })
  @Costs(costOfList)
  @Query(() => [Account], {
    description:
      "The accounts of a developer-portal administrator that are within the caller's reach. One KORE call for each set of credentials (see KORE_CREDENTIALS_FILE); `extensions.incomplete` names those that failed.",
  })
  async accounts(
    @Ctx() context: Context,
    @Arg("email", () => EmailAddress, {
      nullable: true,
      description:
        "The administrator's address; by default the configured one of each set of credentials. Only for callers who reach all accounts.",
    })
    email?: string | null,
  ): Promise<Account[]> {
    const { caller } = context;
    // Callers of some accounts must not find out other administrators: KORE answers 404 for unknown ones.
    if (caller.accounts && typeof email === "string") throw forbidden("email: is for callers who reach all accounts");
    const accounts = await listAccounts(email, context);
    return accounts.filter(({ id }) => isAuthorizedFor(caller, id));
  }

  @Access({ account: { argument: "id" } })
  @Costs(free)
  @Query(() => Account, {
    nullable: true,
    description: "An account by its id. No KORE call by itself, so an unknown id is reported by its fields.",
  })
  account(@Arg("id", () => ID, { description: "KORE's account-id." }) id: string): Account {
    return { id };
  }

  @Loads(accountsByEmail)
  @FieldResolver(() => String, {
    nullable: true,
    description: "KORE's account-number. Null where the configured administrator does not see the account.",
  })
  number(@Root() account: Account, @Ctx() context: Context): MaybePromise<string | null> {
    return mapMaybePromise(withDetails(account, context), ({ number }) => number ?? null);
  }

  @Loads(accountsByEmail)
  @FieldResolver(() => String, {
    nullable: true,
    description: "KORE's account-name. Null where the configured administrator does not see the account.",
  })
  name(@Root() account: Account, @Ctx() context: Context): MaybePromise<string | null> {
    return mapMaybePromise(withDetails(account, context), ({ name }) => name ?? null);
  }
}

/** KORE cannot read an account by id, so the administrator's list is read, once per operation. */
function withDetails(account: Account, context: Context): MaybePromise<Account> {
  if (account.name !== undefined) return account;
  return mapMaybePromise(
    listContaining(account.id, context),
    (all) => all.find(({ id }) => id === account.id) ?? account,
  );
}
