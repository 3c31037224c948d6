import { type WireAccount, decode } from "../../kore/index.ts";
import { type Account } from "./account.type.ts";

export function toAccount(wire: WireAccount): Account {
  return {
    id: decode.requiredString(wire["account-id"], "account.account-id"),
    number: decode.id(wire["account-number"], "account.account-number"),
    name: decode.string(wire["account-name"], "account.account-name"),
  };
}
