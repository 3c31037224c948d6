import { type GraphParts, LOCAL_CALLER } from "../graph/index.ts";
import { ID_RULE, isValidId } from "../kore/index.ts";
import { account } from "./account/index.ts";
import { alert } from "./alert/index.ts";
import { activationProfile } from "./activation-profile/index.ts";
import { capabilities } from "./capabilities/index.ts";
import { catalog } from "./catalog/index.ts";
import { client } from "./client/index.ts";
import { costCenter } from "./cost-center/index.ts";
import { diagnostics } from "./diagnostics/index.ts";
import { esim } from "./esim/index.ts";
import { esimOrder } from "./esim-order/index.ts";
import { order } from "./order/index.ts";
import { provisioningRequest } from "./provisioning-request/index.ts";
import { report } from "./report/index.ts";
import { sms } from "./sms/index.ts";
import { type Resource } from "./resource.ts";
import { session } from "./session/index.ts";
import { simRecord } from "./sim-record/index.ts";
import { subscriptionRequest } from "./subscription-request/index.ts";
import { subscription } from "./subscription/index.ts";
import { usage } from "./usage/index.ts";
import { unresolvedOrder } from "./unresolved-order/index.ts";
import { accountEvent } from "./account-event/index.ts";

export { type Context, type ProvisioningPorts } from "./context.ts";
export { type EsimRequest } from "./esim/index.ts";
export { type DiagnosticsRequest } from "./diagnostics/index.ts";
export { describeKoreError } from "./errors.ts";
export { handleKoreEvents } from "./events.ts";

const RESOURCES: readonly [Resource, ...Resource[]] = [
  account,
  costCenter,
  activationProfile,
  subscription,
  catalog,
  usage,
  session,
  diagnostics,
  report,
  order,
  esim,
  esimOrder,
  provisioningRequest,
  accountEvent,
  simRecord,
  subscriptionRequest,
  unresolvedOrder,
  sms,
  alert,
  client,
  capabilities,
];

/** For the costs that routers are shown: one set of credentials, and the defaults of orders. */
const ASSUMED_DEPLOYMENT = {
  kore: { credentials: [{ name: "default" }] },
  caller: LOCAL_CALLER,
  provisioning: { chunkSize: 500, maxSims: 10_000, maxWaitSeconds: 60 },
};

/** All resources of the graph. */
export const graphParts: GraphParts = {
  resolvers: RESOURCES.flatMap(({ resolvers }) => resolvers) as unknown as GraphParts["resolvers"],
  references: RESOURCES.flatMap(({ references }) => references),
  ids: { isValid: isValidId, rule: ID_RULE },
  costContext: ASSUMED_DEPLOYMENT,
};
