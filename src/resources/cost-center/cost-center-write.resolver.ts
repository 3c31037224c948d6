import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { Access, Costs, Loads, ownCalls } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { CreateCostCenterInput, RenameCostCenterInput } from "./cost-center-write.inputs.ts";
import { createCostCenter, renameCostCenter } from "./cost-center-write.service.ts";
import { CostCenterPayload, CreateCostCenterPayload, RenameCostCenterPayload } from "./cost-center-write.type.ts";
import { costCentersByAccount } from "./cost-center.loader.ts";
import { CostCenter } from "./cost-center.type.ts";

const COST = "Two KORE calls: a read of the cost centers and the write.";

@Access({ role: "operator", account: { argument: "input.accountId" } })
@Resolver()
export class CostCenterWriteResolver {
  @Costs(ownCalls(2))
  @Mutation(() => CreateCostCenterPayload, {
    nullable: true,
    description: `Creates a cost center. A name that the account has is refused, so a repetition creates no second one; see \`requestKey\`. ${COST}`,
  })
  createCostCenter(
    @Arg("input", () => CreateCostCenterInput, { description: "The cost center to create." })
    input: CreateCostCenterInput,
    @Ctx() context: Context,
  ): Promise<CostCenterPayload> {
    return createCostCenter(input, context);
  }

  @Costs(ownCalls(2))
  @Mutation(() => RenameCostCenterPayload, {
    nullable: true,
    description: `Renames a cost center; its SIMs stay assigned to it. ${COST}`,
  })
  renameCostCenter(
    @Arg("input", () => RenameCostCenterInput, { description: "The new name." }) input: RenameCostCenterInput,
    @Ctx() context: Context,
  ): Promise<CostCenterPayload> {
    return renameCostCenter(input, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => CostCenterPayload)
export class CostCenterPayloadResolver {
  @Loads(costCentersByAccount)
  @FieldResolver(() => CostCenter, {
    nullable: true,
    description: "The cost center, or the one that has the name already; null when there is none. One KORE call.",
  })
  async costCenter(@Root() { accountId, key }: CostCenterPayload, @Ctx() context: Context): Promise<CostCenter | null> {
    if (key === null) return null;
    const all = [...(await costCentersByAccount(context).load(accountId)).values()];
    return all.find((costCenter) => costCenter.key === key) ?? null;
  }
}
