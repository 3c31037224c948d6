import { defineResource } from "../resource.ts";
import { OrderPayloadResolver, OrderResolver, OrderResultResolver } from "./order.resolver.ts";

export { AustralianIpndInput, SimSelector } from "./order.inputs.ts";
export { CONFIRM_SIMS, SIMS, SimWriteInput } from "./sim-write.inputs.ts";
export { toDryRunPayload, toIpnd, toPayload, toResult } from "./order.mapper.ts";
export { costOfRequest, requestOf } from "./order.resolver.ts";
export { at, checkOrder, checkOrderOptions, distinctSims, findSims, notFound } from "./named-sims.loader.ts";
export { costOfOrderIn } from "./order.service.ts";
export { type WatchedRequests, waitForRequests } from "./wait.service.ts";
export { type OrderPayload, OrderResult } from "./order.type.ts";
export { OrderCounts, OrderOutcome, OrderReason, SimWriteResult, WriteResult } from "./sim-write.type.ts";
export { requirementsOfNetwork } from "./unchecked.mapper.ts";

export const order = defineResource([OrderResolver, OrderPayloadResolver, OrderResultResolver]);
