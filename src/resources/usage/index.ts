import { defineResource } from "../resource.ts";
import { PlanUsageResolver, SimUsageResultResolver, SubscriptionUsageResolver } from "./usage.resolver.ts";

export const usage = defineResource([SubscriptionUsageResolver, PlanUsageResolver, SimUsageResultResolver]);
