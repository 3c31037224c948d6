import { Arg, ID, Resolver, Root, Subscription } from "type-graphql";
import { Access, Costs } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { type Ref } from "../resource.ts";
import { eachDiagnosticsRequest, watchDiagnosticsRequest } from "./diagnostics.loader.ts";
import { DiagnosticsRequest } from "./diagnostics.type.ts";

@Access({ role: "viewer" })
@Resolver()
export class DiagnosticsLiveResolver {
  @Access({ account: { argument: "accountId" } })
  @Costs(({ calls }) => {
    calls.addOwn(1);
    return { preloaded: [eachDiagnosticsRequest] };
  })
  @Subscription(() => DiagnosticsRequest, {
    description:
      "The states of a diagnostics request: the present one first, then each change, up to the final one. One poller for all watchers reads it from KORE, in growing intervals.",
    subscribe: (operation) => {
      const { args, context } = operation as { args: Ref; context: Context };
      return watchDiagnosticsRequest(args, context.provisioning, context.signal);
    },
  })
  diagnosticsRequestUpdated(
    @Arg("accountId", () => ID, { description: "The account whose SIM it is about." }) _accountId: string,
    @Arg("id", () => ID, { description: "KORE's diagnostics-request-id." }) _id: string,
    @Root() request: DiagnosticsRequest,
  ): DiagnosticsRequest {
    return request;
  }
}
