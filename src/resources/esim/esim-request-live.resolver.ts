import { Arg, ID, Resolver, Root, Subscription } from "type-graphql";
import { Access, Costs } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { type Ref } from "../resource.ts";
import { eachEsimRequest, watchEsimRequest } from "./esim-request.loader.ts";
import { EsimRequest } from "./esim-request.type.ts";

@Access({ role: "viewer" })
@Resolver()
export class EsimRequestLiveResolver {
  @Access({ account: { argument: "accountId" } })
  @Costs(({ calls }) => {
    calls.addOwn(1);
    return { preloaded: [eachEsimRequest] };
  })
  @Subscription(() => EsimRequest, {
    description:
      "The states of an eSIM request: the present one first, then each change, up to the final one. One poller for all watchers reads it from KORE, in growing intervals.",
    subscribe: (operation) => {
      const { args, context } = operation as { args: Ref; context: Context };
      return watchEsimRequest(args, context.provisioning, context.signal);
    },
  })
  esimRequestUpdated(
    @Arg("accountId", () => ID, { description: "The account whose eSIMs it changes." }) _accountId: string,
    @Arg("id", () => ID, { description: "KORE's esim-profile-switch-request-id." }) _id: string,
    @Root() request: EsimRequest,
  ): EsimRequest {
    return request;
  }
}
