import { string } from "../decoding/decode.ts";
import { type WireClient } from "../api/clients.ts";
import { type ClientResult } from "./result.ts";

/** The caller's confirmation of a dangerous change. */
export interface Confirmation {
  value: string | null;
  /** Whether it is only needed for the client that we use ourselves. */
  isForOwnOnly: boolean;
}

/** KORE does not state whether the case of an id counts; who is shut out by mistake would not care. */
export const isSameClient = (id: string, other: string): boolean => id.toLowerCase() === other.toLowerCase();

/** Why a change is not made that must be confirmed; undefined when it is confirmed, or need not be. */
export function refusalUnless(
  { value, isForOwnOnly }: Confirmation,
  id: string,
  client: WireClient,
  isOwn: boolean,
): ClientResult | undefined {
  if (isForOwnOnly && !isOwn) return undefined;
  const name = string(client.name, "client.name") ?? id;
  const wanted = isOwn ? `${name}, which kore-graph itself uses` : name;
  if (value === wanted) return undefined;
  const why = isOwn
    ? "kore-graph itself uses this client: it is shut out of KORE by this and needs new credentials, or to have the client enabled again elsewhere. If you mean that,"
    : "Nothing was changed:";
  const message = `${why} confirm must be: ${wanted}`;
  return { outcome: "REJECTED", reason: "NOT_CONFIRMED", field: "confirm", message, clientId: id, client };
}
