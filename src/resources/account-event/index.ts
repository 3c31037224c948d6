import { defineResource } from "../resource.ts";
import {
  AccountEventResolver,
  ProvisioningRequestStatusChangeResolver,
  SmsFromSimResolver,
} from "./account-event.resolver.ts";

export { toAccountEvent, toOtherEvent } from "./account-event.mapper.ts";

export const accountEvent = defineResource([
  AccountEventResolver,
  ProvisioningRequestStatusChangeResolver,
  SmsFromSimResolver,
]);
