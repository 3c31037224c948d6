import { type GraphQLResolveInfo } from "graphql";
import { parseKey, reference } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { type Ref, defineResource } from "../resource.ts";
import { EsimRequestLiveResolver } from "./esim-request-live.resolver.ts";
import { eachEsimRequest } from "./esim-request.loader.ts";
import { AccountEsimRequestsResolver, EsimRequestItemResolver, EsimRequestResolver } from "./esim-request.resolver.ts";
import { EsimRequest } from "./esim-request.type.ts";
import { type EsimRef, simsOfEsim } from "./esim.loader.ts";
import { EsimProfileResolver, EsimResolver, SimEsimResolver, esimOf } from "./esim.resolver.ts";
import { Esim } from "./esim.type.ts";

export { eachEsimRequest, watchEsimRequest } from "./esim-request.loader.ts";
export { costOfEsimRequest, esimRequestOf } from "./esim-request.resolver.ts";
export { EsimOutcome, EsimRequest } from "./esim-request.type.ts";
export { simsOfEsim } from "./esim.loader.ts";
export { Esim } from "./esim.type.ts";

function byEsimKey({ accountId, eid }: EsimRef, context: Context, info: GraphQLResolveInfo): Promise<Esim | null> {
  return esimOf({ accountId, eid: parseKey(info, "EID", "eid", eid) }, context);
}

export const esim = defineResource(
  [
    EsimResolver,
    EsimProfileResolver,
    SimEsimResolver,
    EsimRequestResolver,
    EsimRequestItemResolver,
    EsimRequestLiveResolver,
    AccountEsimRequestsResolver,
  ],
  {
    references: [
      reference(Esim, {
        access: { role: "viewer", account: { argument: "accountId" } },
        loads: simsOfEsim,
        resolve: byEsimKey,
      }),
      reference(EsimRequest, {
        access: { role: "viewer", account: { argument: "accountId" } },
        loads: eachEsimRequest,
        resolve: (ref: Ref, context: Context) => eachEsimRequest(context).load(ref),
      }),
    ],
  },
);
