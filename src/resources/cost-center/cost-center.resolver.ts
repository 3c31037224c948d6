import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Access, Loads } from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { type Context } from "../context.ts";
import { costCentersByAccount } from "./cost-center.loader.ts";
import { CostCenter } from "./cost-center.type.ts";

@Access({ role: "viewer" })
@Resolver(() => Account)
export class AccountCostCentersResolver {
  @Loads(costCentersByAccount)
  @FieldResolver(() => [CostCenter], { nullable: true, description: "All cost centers of the account. One KORE call." })
  async costCenters(@Root() account: Account, @Ctx() context: Context): Promise<CostCenter[]> {
    return [...(await costCentersByAccount(context).load(account.id)).values()];
  }
}
