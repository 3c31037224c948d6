import { type WireAccount, read } from "../../kore/index.ts";
import { type Account } from "./account.type.ts";

export function toAccount(wire: WireAccount): Account {
  return {
    id: read.requiredText(wire["account-id"], "account.account-id"),
    number: read.id(wire["account-number"], "account.account-number"),
    name: read.text(wire["account-name"], "account.account-name"),
  };
}
