import { defineResource } from "../resource.ts";
import { UnresolvedOrderCandidateResolver, UnresolvedOrderResolver } from "./unresolved-order.resolver.ts";

export const unresolvedOrder = defineResource([UnresolvedOrderResolver, UnresolvedOrderCandidateResolver]);
