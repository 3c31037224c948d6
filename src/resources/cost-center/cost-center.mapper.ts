import { type WireCostCenter, decode } from "../../kore/index.ts";
import { type CostCenter } from "./cost-center.type.ts";

export function toCostCenter(wire: WireCostCenter): CostCenter {
  return {
    id: decode.requiredString(wire["cost-center-id"], "cost-centers.cost-center-id"),
    key: decode.id(wire["cost-center-pk"], "cost-centers.cost-center-pk"),
    name: decode.string(wire["cost-center-name"], "cost-centers.cost-center-name"),
  };
}
