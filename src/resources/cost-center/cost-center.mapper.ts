import { type WireCostCenter, read } from "../../kore/index.ts";
import { type CostCenter } from "./cost-center.type.ts";

export function toCostCenter(wire: WireCostCenter): CostCenter {
  return {
    id: read.requiredText(wire["cost-center-id"], "cost-centers.cost-center-id"),
    key: read.id(wire["cost-center-pk"], "cost-centers.cost-center-pk"),
    name: read.text(wire["cost-center-name"], "cost-centers.cost-center-name"),
  };
}
