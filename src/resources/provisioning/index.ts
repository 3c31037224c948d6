import { reference } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { type Ref, defineResource } from "../resource.ts";
import { ProvisioningLiveResolver } from "./live.resolver.ts";
import { OrderPayloadResolver, OrderResolver, OrderResultResolver } from "./order.resolver.ts";
import { eachProvisioningRequest } from "./provisioning.loader.ts";
import {
  AccountProvisioningResolver,
  ProvisioningRequestResolver,
  ProvisioningRequestSubscriptionResolver,
  SubscriptionProvisioningResolver,
} from "./provisioning.resolver.ts";
import { ProvisioningRequest } from "./provisioning.type.ts";
import { UnresolvedOrderCandidateResolver, UnresolvedOrderResolver } from "./unresolved-order.resolver.ts";

export const provisioning = defineResource(
  [
    OrderResolver,
    OrderPayloadResolver,
    OrderResultResolver,
    ProvisioningLiveResolver,
    ProvisioningRequestResolver,
    ProvisioningRequestSubscriptionResolver,
    SubscriptionProvisioningResolver,
    AccountProvisioningResolver,
    UnresolvedOrderResolver,
    UnresolvedOrderCandidateResolver,
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
