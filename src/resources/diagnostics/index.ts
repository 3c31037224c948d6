import { reference } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { type Ref, defineResource } from "../resource.ts";
import { DiagnosticsLiveResolver } from "./diagnostics-live.resolver.ts";
import { eachDiagnosticsRequest } from "./diagnostics.loader.ts";
import {
  AccountDiagnosticsResolver,
  DiagnosticsRequestResolver,
  DiagnosticsRequestSubscriptionResolver,
} from "./diagnostics.resolver.ts";
import { DiagnosticsRequest } from "./diagnostics.type.ts";
import {
  ResetConnectionResolver,
  ResetConnectionResultResolver,
  costOfDiagnosticsRequest,
  diagnosticsRequestOf,
} from "./reset-connection.resolver.ts";

export { DiagnosticsRequest } from "./diagnostics.type.ts";
export { costOfDiagnosticsRequest, diagnosticsRequestOf };

export const diagnostics = defineResource(
  [
    DiagnosticsLiveResolver,
    DiagnosticsRequestResolver,
    DiagnosticsRequestSubscriptionResolver,
    AccountDiagnosticsResolver,
    ResetConnectionResolver,
    ResetConnectionResultResolver,
  ],
  {
    references: [
      reference(DiagnosticsRequest, {
        access: { role: "viewer", account: { argument: "accountId" } },
        loads: eachDiagnosticsRequest,
        resolve: (ref: Ref, context: Context) => eachDiagnosticsRequest(context).load(ref),
      }),
    ],
  },
);
