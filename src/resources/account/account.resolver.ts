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
      "The accounts that a developer-portal administrator may see, of those within the caller's reach. One KORE call for each set of credentials (see KORE_CREDENTIALS_FILE); `extensions.incomplete` names those that failed.",
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
    // Which administrators there are is no business of one account's callers, and KORE answers 404 to the others.
    if (caller.accounts && typeof email === "string") throw forbidden("email: is for callers who reach all accounts");
    const accounts = await listAccounts(email, context);
    return accounts.filter(({ id }) => isAuthorizedFor(caller, id));
  }

  @Access({ account: { argument: "id" } })
  @Costs(free)
  @Query(() => Account, {
    nullable: true,
    description: "An account by its id. No KORE call by itself, so an id that KORE does not know shows at its fields.",
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

/** KORE reads no account by id; the administrator's list serves all of an operation's accounts. */
function withDetails(account: Account, context: Context): MaybePromise<Account> {
  if (account.name !== undefined) return account;
  return mapMaybePromise(
    listContaining(account.id, context),
    (all) => all.find(({ id }) => id === account.id) ?? account,
  );
}
