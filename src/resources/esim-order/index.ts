import { defineResource } from "../resource.ts";
import { EsimFollowUpPayloadResolver, EsimFollowUpResolver } from "./esim-follow-up.resolver.ts";
import { EsimOrderPayloadResolver, EsimOrderResolver, EsimOrderResultResolver } from "./esim-order.resolver.ts";

export const esimOrder = defineResource([
  EsimOrderResolver,
  EsimOrderPayloadResolver,
  EsimOrderResultResolver,
  EsimFollowUpResolver,
  EsimFollowUpPayloadResolver,
]);
