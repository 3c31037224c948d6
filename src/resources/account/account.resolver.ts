import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import {
  Costs,
  EmailAddress,
  type FieldCost,
  type MaybePromise,
  accountNamed,
  forbidden,
  reaches,
  whenThere,
} from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { MOST_ACCOUNTS } from "../sizes.ts";
import { accountsByEmail } from "./account.loader.ts";
import { Account } from "./account.type.ts";

const LIST = "account.eachEmail";
const costOfList: FieldCost = ({ args, asks }) => {
  const key = `accounts of ${typeof args.email === "string" ? args.email : ""}`;
  asks.add(LIST, key, 1);
  return { count: MOST_ACCOUNTS, batches: MOST_ACCOUNTS, accounts: { key, count: MOST_ACCOUNTS } };
};
const costOfWhole: FieldCost = ({ asks }) => {
  asks.add(LIST, "accounts of ", 1);
  return undefined;
};

@Resolver(() => Account)
export class AccountResolver {
  @Costs(costOfList)
  @Query(() => [Account], {
    description:
      "The accounts that a developer-portal administrator may see, of those within the caller's reach. One KORE call.",
  })
  async accounts(
    @Ctx() context: Context,
    @Arg("email", () => EmailAddress, {
      nullable: true,
      description:
        "The administrator's address; by default the one in the configuration. Only for callers who reach all accounts.",
    })
    email?: string | null,
  ): Promise<Account[]> {
    const { caller, settings } = context;
    // Which administrators there are is no business of one account's callers, and KORE answers 404 to the others.
    if (caller.accounts && typeof email === "string") throw forbidden("email: is for callers who reach all accounts");
    const accounts = await accountsByEmail(context).load(email ?? settings.accountEmail);
    return accounts.filter(({ id }) => reaches(caller, id));
  }

  @Costs(({ args }) => ({ accounts: accountNamed(args.id) }))
  @Query(() => Account, {
    nullable: true,
    description: "An account by its id. No KORE call by itself, so an id that KORE does not know shows at its fields.",
  })
  account(@Arg("id", () => ID, { description: "KORE's account-id." }) id: string): Account {
    return { id };
  }

  @Costs(costOfWhole)
  @FieldResolver(() => String, {
    nullable: true,
    description: "KORE's account-number. Null where the configured administrator does not see the account.",
  })
  number(@Root() account: Account, @Ctx() context: Context): MaybePromise<string | null> {
    return whenThere(whole(account, context), ({ number }) => number ?? null);
  }

  @Costs(costOfWhole)
  @FieldResolver(() => String, {
    nullable: true,
    description: "KORE's account-name. Null where the configured administrator does not see the account.",
  })
  name(@Root() account: Account, @Ctx() context: Context): MaybePromise<string | null> {
    return whenThere(whole(account, context), ({ name }) => name ?? null);
  }
}

/** KORE reads no account by id; the administrator's list serves all of an operation's accounts. */
function whole(account: Account, context: Context): MaybePromise<Account> {
  if (account.name !== undefined) return account;
  const accounts = accountsByEmail(context).now(context.settings.accountEmail);
  return whenThere(accounts, (all) => all.find(({ id }) => id === account.id) ?? account);
}
