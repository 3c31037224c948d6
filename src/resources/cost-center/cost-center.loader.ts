import { eachLoader } from "../../graph/index.ts";
import { decode } from "../../kore/index.ts";
import { type LoaderContext } from "../resource.ts";
import { toCostCenter } from "./cost-center.mapper.ts";
import { type CostCenter } from "./cost-center.type.ts";

/** All cost centers of an account, by id. KORE only lists them all, so one call serves all SIMs of the account. */
export const costCentersByAccount = eachLoader({
  key: (accountId: string) => accountId,
  per: "account",
  concurrency: 4,
  load: (accountId, { kore }: LoaderContext): Promise<ReadonlyMap<string, CostCenter>> =>
    kore.connectivity.costCenters(accountId, (reply) => {
      const costCenters = decode.rows(reply, "cost-centers").map(toCostCenter);
      return new Map(costCenters.map((costCenter) => [costCenter.id, costCenter]));
    }),
});
