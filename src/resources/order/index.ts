import { defineResource } from "../resource.ts";
import { OrderPayloadResolver, OrderResolver, OrderResultResolver } from "./order.resolver.ts";

export { toResult } from "./order.mapper.ts";
export { costOfRequest, requestOf } from "./order.resolver.ts";
export { OrderResult } from "./order.type.ts";

export const order = defineResource([OrderResolver, OrderPayloadResolver, OrderResultResolver]);
