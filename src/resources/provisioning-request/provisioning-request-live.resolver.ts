import { Arg, ID, Resolver, Root, Subscription } from "type-graphql";
import { Access, Costs } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { type Ref } from "../resource.ts";
import { eachProvisioningRequest, watchProvisioningRequest } from "./provisioning-request.loader.ts";
import { ProvisioningRequest } from "./provisioning-request.type.ts";

@Access({ role: "viewer" })
@Resolver()
export class ProvisioningLiveResolver {
  @Access({ account: { argument: "accountId" } })
  @Costs(({ calls }) => {
    calls.addOwn(1);
    return { preloaded: [eachProvisioningRequest] };
  })
  @Subscription(() => ProvisioningRequest, {
    description:
      "The states of a provisioning request: the present one first, then each change, up to the final one. One poller for all watchers reads it from KORE, in growing intervals and at once after an event of KORE's webhooks.",
    subscribe: (operation) => {
      const { args, context } = operation as { args: Ref; context: Context };
      return watchProvisioningRequest(args, context.provisioning, context.signal);
    },
  })
  provisioningRequestUpdated(
    @Arg("accountId", () => ID, { description: "The account whose SIMs it changes." }) _accountId: string,
    @Arg("id", () => ID, { description: "KORE's provisioning-request-id." }) _id: string,
    @Root() request: ProvisioningRequest,
  ): ProvisioningRequest {
    return request;
  }
}
