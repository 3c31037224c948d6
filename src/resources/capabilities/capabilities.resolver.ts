import { Ctx, Query, Resolver } from "type-graphql";
import { Access, Costs, MAX_PAGE_SIZE, free } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { MAX_ICCIDS_PER_CALL, MAX_ICCIDS_PER_QUERY } from "../subscription/index.ts";
import { Capabilities, DeploymentMode } from "./capabilities.type.ts";

@Access({ role: "viewer" })
@Resolver(() => Capabilities)
export class CapabilitiesResolver {
  @Access({ account: "none" })
  @Costs(free)
  @Query(() => Capabilities, { description: "Capabilities of this deployment. No KORE call." })
  capabilities(@Ctx() { settings, provisioning }: Context): Capabilities {
    return {
      mode: settings.mode === "live" ? DeploymentMode.LIVE : DeploymentMode.SIMULATOR,
      unpublishedClientOperations: settings.unpublishedClientOperations,
      limits: {
        ...settings.limits,
        pageSize: MAX_PAGE_SIZE,
        iccidsPerQuery: MAX_ICCIDS_PER_QUERY,
        iccidsPerFilter: MAX_ICCIDS_PER_CALL,
        simsPerMutation: provisioning.maxSims,
        waitSeconds: provisioning.maxWaitSeconds,
      },
    };
  }
}
