import { type UnknownValues, type WireClient, read } from "../../kore/index.ts";
import { type Client, ClientType } from "./client.type.ts";

/** KORE's spelling of each type, as its list takes it. */
export const KORE_CLIENT_TYPES = { ADMIN: "admin", STANDARD: "standard" } as const;

const CLIENT_TYPES = { admin: ClientType.ADMIN, standard: ClientType.STANDARD };

export function toClient(wire: WireClient, unknown: UnknownValues): Client {
  return {
    id: read.requiredText(wire.client_id, "client.client_id"),
    accountId: read.id(wire.account_id, "client.account_id"),
    name: read.text(wire.name, "client.name"),
    owner: read.text(wire.client_owner, "client.client_owner"),
    type: read.choice(wire.client_type, CLIENT_TYPES, "client.client_type", unknown) as ClientType | null,
    rawType: read.text(wire.client_type, "client.client_type"),
    isLocked: read.flag(wire.locked, "client.locked"),
    createdAt: read.instant(wire.date_created, "client.date_created", unknown),
  };
}
