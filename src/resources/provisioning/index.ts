import { type Context, type Ref, type Resource } from "../context.ts";
import { ProvisioningLiveResolver } from "./live.resolver.ts";
import { OrderPayloadResolver, OrderResolver, OrderResultResolver } from "./order.resolver.ts";
import { eachProvisioningRequest } from "./provisioning.loader.ts";
import {
  AccountProvisioningResolver,
  ProvisioningRequestResolver,
  ProvisioningRequestSubscriptionResolver,
  SubscriptionProvisioningResolver,
} from "./provisioning.resolver.ts";

export { type ProvisioningRequest } from "./provisioning.type.ts";

export const provisioning: Resource = {
  resolvers: [
    OrderResolver,
    OrderPayloadResolver,
    OrderResultResolver,
    ProvisioningLiveResolver,
    ProvisioningRequestResolver,
    ProvisioningRequestSubscriptionResolver,
    SubscriptionProvisioningResolver,
    AccountProvisioningResolver,
  ],
  references: {
    ProvisioningRequest: (ref: Ref, context: Context) => eachProvisioningRequest(context).load(ref),
  },
};
