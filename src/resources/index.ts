import { type GraphParts } from "../graph/index.ts";
import { ID_RULE, isValidId } from "../kore/index.ts";
import { account } from "./account/index.ts";
import { activationProfile } from "./activation-profile/index.ts";
import { capabilities } from "./capabilities/index.ts";
import { client } from "./client/index.ts";
import { costCenter } from "./cost-center/index.ts";
import { order } from "./order/index.ts";
import { provisioningRequest } from "./provisioning-request/index.ts";
import { type Resource } from "./resource.ts";
import { subscription } from "./subscription/index.ts";
import { unresolvedOrder } from "./unresolved-order/index.ts";

export { type Context, type ProvisioningPorts } from "./context.ts";
export { describeKoreError } from "./errors.ts";
export { handleKoreEvents } from "./events.ts";

const RESOURCES: readonly [Resource, ...Resource[]] = [
  account,
  costCenter,
  activationProfile,
  subscription,
  order,
  provisioningRequest,
  unresolvedOrder,
  client,
  capabilities,
];

/** All resources of the graph. */
export const graphParts: GraphParts = {
  resolvers: RESOURCES.flatMap(({ resolvers }) => resolvers) as unknown as GraphParts["resolvers"],
  references: RESOURCES.flatMap(({ references }) => references),
  ids: { isValid: isValidId, rule: ID_RULE },
};
