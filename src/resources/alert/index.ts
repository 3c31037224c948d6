import { reference } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { type Ref, defineResource } from "../resource.ts";
import { AlertRulePayloadResolver, AlertRuleWriteResolver } from "./alert-rule.resolver.ts";
import { AlertRule } from "./alert-rule.type.ts";
import { alertRulesByAccount, eachAlert } from "./alert.loader.ts";
import {
  AccountAlertCatalogResolver,
  AccountAlertsResolver,
  AlertResolver,
  AlertRuleResolver,
} from "./alert.resolver.ts";
import { Alert } from "./alert.type.ts";

const access = { role: "admin", account: { argument: "accountId" } } as const;

export const alert = defineResource(
  [
    AlertResolver,
    AlertRuleResolver,
    AccountAlertsResolver,
    AccountAlertCatalogResolver,
    AlertRuleWriteResolver,
    AlertRulePayloadResolver,
  ],
  {
    references: [
      reference(Alert, {
        access,
        loads: eachAlert,
        resolve: (ref: Ref, context: Context) => eachAlert(context).load(ref),
      }),
      reference(AlertRule, {
        access,
        loads: alertRulesByAccount,
        resolve: async ({ accountId, id }: Ref, context: Context) =>
          (await alertRulesByAccount(context).load(accountId)).get(id) ?? null,
      }),
    ],
  },
);
