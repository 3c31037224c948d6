import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { type Page, PageArgs } from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { type Context } from "../context.ts";
import { accountOf, eachClient, listClients } from "./client.loader.ts";
import { Client, ClientConnection, ClientType } from "./client.type.ts";

@Resolver(() => Client)
export class ClientResolver {
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
