import { type UnknownEnumValues, type WireClient, decode } from "../../kore/index.ts";
import { type Client, ClientType } from "./client.type.ts";

/** KORE's spelling of each type, as its list takes it. */
export const KORE_CLIENT_TYPES = { ADMIN: "admin", STANDARD: "standard" } as const;

const CLIENT_TYPES = { admin: ClientType.ADMIN, standard: ClientType.STANDARD };

export function toClient(wire: WireClient, unknown: UnknownEnumValues): Client {
  return {
    id: decode.requiredString(wire.client_id, "client.client_id"),
    accountId: decode.id(wire.account_id, "client.account_id"),
    name: decode.string(wire.name, "client.name"),
    owner: decode.string(wire.client_owner, "client.client_owner"),
    type: decode.enumValue(wire.client_type, CLIENT_TYPES, "client.client_type", unknown) as ClientType | null,
    rawType: decode.string(wire.client_type, "client.client_type"),
    isLocked: decode.boolean(wire.locked, "client.locked"),
    createdAt: decode.date(wire.date_created, "client.date_created", unknown),
  };
}
