import { defineResource } from "../resource.ts";
import { SimSessionResolver, SimSessionsResolver } from "./session.resolver.ts";

export const session = defineResource([SimSessionResolver, SimSessionsResolver]);
