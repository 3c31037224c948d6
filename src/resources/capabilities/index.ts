import { type Resource } from "../context.ts";
import { CapabilitiesResolver } from "./capabilities.resolver.ts";

export { type DeploymentLimits } from "./capabilities.type.ts";

export const capabilities: Resource = {
  resolvers: [CapabilitiesResolver],
  references: {},
  access: { "Query.capabilities": { role: "viewer", account: "none" } },
};
