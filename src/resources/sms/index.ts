import { reference } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { type Ref, defineResource } from "../resource.ts";
import { eachSmsMessage } from "./sms.loader.ts";
import { AccountSmsResolver, SendSmsResolver, SmsMessageResolver, SmsStatusResolver } from "./sms.resolver.ts";
import { SmsMessage } from "./sms.type.ts";

export { toSmsStatusChange } from "./sms.mapper.ts";
export { SmsStatusChange } from "./sms.type.ts";

export const sms = defineResource([SendSmsResolver, SmsMessageResolver, AccountSmsResolver, SmsStatusResolver], {
  references: [
    reference(SmsMessage, {
      access: { role: "viewer", account: { argument: "accountId" } },
      loads: eachSmsMessage,
      resolve: (ref: Ref, context: Context) => eachSmsMessage(context).load(ref),
    }),
  ],
});
