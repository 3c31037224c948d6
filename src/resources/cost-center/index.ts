import { type Context, type Resource } from "../context.ts";
import { costCentersByAccount } from "./cost-center.loader.ts";
import { AccountCostCentersResolver } from "./cost-center.resolver.ts";

export { costCentersByAccount } from "./cost-center.loader.ts";
export { CostCenter } from "./cost-center.type.ts";

export const costCenter: Resource = {
  resolvers: [AccountCostCentersResolver],
  references: {},
  access: { "Account.costCenters": { role: "viewer", account: "parent" } },
  foresights: {
    "Account.costCenters": {
      ofAccount: (accountId, context: Context) => costCentersByAccount(context).load(accountId),
    },
  },
};
