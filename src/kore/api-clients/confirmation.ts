import { string } from "../decoding/decode.ts";
import { type WireClient } from "../api/clients.ts";
import { type ClientResult } from "./result.ts";

/** The caller's confirmation of a dangerous change. */
export interface Confirmation {
  value: string | null;
  /** Whether only the client that kore-graph itself uses needs it. */
  isForOwnOnly: boolean;
}

/** Refuses an unconfirmed change; undefined when it is confirmed or needs no confirmation. */
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
    ? "kore-graph itself uses this client: it loses its access to KORE until it has new credentials, or the client is enabled again elsewhere. To do so nevertheless,"
    : "Nothing was changed:";
  const message = `${why} confirm must be: ${wanted}`;
  return { outcome: "REJECTED", reason: "NOT_CONFIRMED", field: "confirm", message, clientId: id, client };
}
