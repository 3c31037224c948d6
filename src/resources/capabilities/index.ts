import { defineResource } from "../resource.ts";
import { CapabilitiesResolver } from "./capabilities.resolver.ts";

export const capabilities = defineResource([CapabilitiesResolver]);
