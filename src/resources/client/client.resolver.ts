import { type GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import {
  Access,
  Costs,
  Loads,
  type FieldCost,
  type Page,
  PageArgs,
  costOfPage,
  pageWithoutCalls,
  hint,
} from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { type Context } from "../context.ts";
import { ASSUMED_CLIENT_PAGES } from "../assumed-sizes.ts";
import {
  accountOf,
  accountOfClient,
  clientById,
  everyClient,
  listAccountClients,
  listClients,
} from "./client.loader.ts";
import { Client, ClientConnection, ClientType } from "./client.type.ts";

/** KORE's whole list is read once per set of credentials and operation. */
const costOfWholeList: FieldCost<Context> = (cost) => {
  for (const { name } of cost.context.kore.credentials) cost.calls.add(everyClient, name, ASSUMED_CLIENT_PAGES);
  return pageWithoutCalls(cost);
};

/** Pages of callers with some accounts are taken from the whole list. */
const costOfList: FieldCost<Context> = (cost) =>
  cost.context.caller.accounts || cost.context.kore.credentials.length > 1 ? costOfWholeList(cost) : costOfPage(cost);

/** Reads need the role admin as well, because they show credentials and their owners. */
@Access({ role: "admin" })
@Resolver(() => Client)
export class ClientResolver {
  @Access({ account: { argument: "id", accountOf: accountOfClient } })
  @Loads(clientById)
  @Query(() => Client, {
    nullable: true,
    description:
      "One API client; null when KORE knows none by this id. One KORE call; one for five or more together that its list has.",
  })
  client(
    @Arg("id", () => ID, { description: "KORE's client_id." }) id: string,
    @Ctx() context: Context,
  ): Promise<Client | null> {
    return clientById(context).load(id);
  }

  @Access({ account: "filtered" })
  @Costs(costOfList)
  @Query(() => ClientConnection, {
    description:
      "Active API clients. Whether KORE leaves out disabled ones is not stated. A page is one KORE call; where there are several sets of credentials (KORE_CREDENTIALS_FILE) the list of each is read whole, one KORE call per 1,000 clients, `extensions.incomplete` names those that failed, and `totalCount` is then null.",
  })
  clients(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
    @Arg("type", () => ClientType, { nullable: true, description: "Only clients of this type." })
    type?: ClientType | null,
  ): Promise<Page<Client>> {
    return listClients(page, type, context);
  }

  @Costs(({ parent, path }) => ({ accounts: { key: path, count: parent.count }, batches: parent.count }))
  @FieldResolver(() => Account, {
    nullable: true,
    description:
      "The ConnectivityPro account, where the configuration maps `accountId` to one; KORE publishes no mapping.",
  })
  account(@Root() { accountId }: Client, @Ctx() context: Context): Account | null {
    const id = accountOf(accountId, context);
    return id === undefined ? null : { id };
  }
}

@Access({ role: "admin" })
@Resolver(() => Account)
export class AccountClientsResolver {
  @Costs(costOfWholeList)
  @FieldResolver(() => ClientConnection, {
    nullable: true,
    description:
      "Active API clients of this account, where the configuration maps theirs to it; null, with a hint, where it does not: KORE publishes no mapping. KORE lists by no account, so its whole list is read, once for all accounts of an operation: one KORE call per 1,000 clients; where it takes several and clients may have moved meanwhile, it is read twice.",
  })
  async clients(
    @Root() { id }: Account,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg("type", () => ClientType, { nullable: true, description: "Only clients of this type." })
    type?: ClientType | null,
  ): Promise<Page<Client> | null> {
    const clients = await listAccountClients(id, page, type, context);
    if (!clients) hint(context, info, "KORE_ACCOUNT_MAP names no account of API clients that is this account");
    return clients;
  }
}
