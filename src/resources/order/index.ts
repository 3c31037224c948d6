import { defineResource } from "../resource.ts";
import { OrderPayloadResolver, OrderResolver, OrderResultResolver } from "./order.resolver.ts";

export { SimSelector } from "./order.inputs.ts";
export { toDryRunPayload, toPayload, toResult } from "./order.mapper.ts";
export { costOfRequest, requestOf } from "./order.resolver.ts";
export { checkOrder, distinctSims, findSims, notFound } from "./named-sims.loader.ts";
export { costOfOrderIn } from "./order.service.ts";
export { type WatchedRequests, waitForRequests } from "./wait.service.ts";
export { OrderCounts, OrderOutcome, OrderReason, OrderResult } from "./order.type.ts";

export const order = defineResource([OrderResolver, OrderPayloadResolver, OrderResultResolver]);
