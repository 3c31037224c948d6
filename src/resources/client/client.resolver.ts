import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { Costs, type Page, PageArgs, costOfPage, oncePerField } from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { type Context } from "../context.ts";
import { eachClient, listClients } from "./client.loader.ts";
import { Client, ClientConnection, ClientType } from "./client.type.ts";

@Resolver(() => Client)
export class ClientResolver {
  @Costs(oncePerField("client.each"))
  @Query(() => Client, {
    nullable: true,
    description: "One API client; null when KORE knows none by this id. One KORE call.",
  })
  client(
    @Arg("id", () => ID, { description: "KORE's client_id." }) id: string,
    @Ctx() context: Context,
  ): Promise<Client | null> {
    return eachClient(context).load(id);
  }

  @Costs(costOfPage)
  @Query(() => ClientConnection, {
    description: "Active API clients. Whether KORE leaves out disabled ones is not stated. A page is one KORE call.",
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
  account(@Root() { accountId }: Client, @Ctx() { settings }: Context): Account | null {
    const id = accountId === null ? undefined : settings.accountMapping.get(accountId);
    return id === undefined ? null : { id };
  }
}
