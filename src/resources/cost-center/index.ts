import { defineResource } from "../resource.ts";
import { CostCenterPayloadResolver, CostCenterWriteResolver } from "./cost-center-write.resolver.ts";
import { AccountCostCentersResolver } from "./cost-center.resolver.ts";

export { costCentersByAccount } from "./cost-center.loader.ts";
export { CostCenter } from "./cost-center.type.ts";

export const costCenter = defineResource([
  AccountCostCentersResolver,
  CostCenterWriteResolver,
  CostCenterPayloadResolver,
]);
