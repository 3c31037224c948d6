import { type Context, type Resource } from "../context.ts";
import { type ProvisioningRequestRef, eachProvisioningRequest } from "./provisioning.loader.ts";
import {
  AccountProvisioningResolver,
  ProvisioningRequestResolver,
  ProvisioningRequestSubscriptionResolver,
  SubscriptionProvisioningResolver,
} from "./provisioning.resolver.ts";

export const provisioning: Resource = {
  resolvers: [
    ProvisioningRequestResolver,
    ProvisioningRequestSubscriptionResolver,
    SubscriptionProvisioningResolver,
    AccountProvisioningResolver,
  ],
  references: {
    ProvisioningRequest: (ref: ProvisioningRequestRef, context: Context) => eachProvisioningRequest(context).load(ref),
  },
};
