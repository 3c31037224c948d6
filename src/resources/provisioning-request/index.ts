import { reference } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { type Ref, defineResource } from "../resource.ts";
import { ProvisioningLiveResolver } from "./provisioning-request-live.resolver.ts";
import { eachProvisioningRequest } from "./provisioning-request.loader.ts";
import {
  AccountProvisioningResolver,
  ProvisioningRequestResolver,
  ProvisioningRequestSubscriptionResolver,
  SubscriptionProvisioningResolver,
} from "./provisioning-request.resolver.ts";
import { ProvisioningRequest } from "./provisioning-request.type.ts";

export { eachProvisioningRequest, watchProvisioningRequest } from "./provisioning-request.loader.ts";
export { acknowledged } from "./provisioning-request.mapper.ts";
export { ProvisioningOutcome, ProvisioningRequest, ProvisioningStatus } from "./provisioning-request.type.ts";

export const provisioningRequest = defineResource(
  [
    ProvisioningLiveResolver,
    ProvisioningRequestResolver,
    ProvisioningRequestSubscriptionResolver,
    SubscriptionProvisioningResolver,
    AccountProvisioningResolver,
  ],
  {
    references: [
      reference(ProvisioningRequest, {
        access: { role: "viewer", account: { argument: "accountId" } },
        loads: eachProvisioningRequest,
        resolve: (ref: Ref, context: Context) => eachProvisioningRequest(context).load(ref),
      }),
    ],
  },
);
