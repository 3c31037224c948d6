import { KoreError } from "../errors.ts";
import { type ReconciliationOptions, pollUntil, visibleUntil } from "../idempotency/ambiguous-outcome.ts";
import { record } from "../decoding/decode.ts";
import { type ClientsApi, type WireClient } from "../api/clients.ts";
import { type Confirmation } from "./confirmation.ts";
import { type ClientResult, attempt, isNotSent, refusedBy } from "./result.ts";
import { refusalOfScopes } from "./scopes.ts";
import { type ClientChange as Settings } from "../api/unpublished-endpoints.ts";

/** A change that does no harm when it is made twice. */
export interface ClientChange {
  /** For the audit trail, as the graph calls it. */
  operation: string;
  id: string;
  /** The client as it is then; null when there is none any more. */
  send: (kore: ClientsApi) => Promise<WireClient | null>;
  /** Whether a client is as wanted. Absent: KORE's reads do not show it. */
  isShown?: (client: WireClient | null) => boolean;
  /** Whether tokens from before do not have what is changed. */
  needsNewToken?: (before: WireClient) => boolean;
  /** Why it is not for this client; undefined as `before`: as far as is known without a look at it. */
  refusal?: (before: WireClient | undefined) => ClientResult | undefined;
  /** Whether the client is shut out of KORE by it. */
  revokesAccess?: true;
  confirm?: Confirmation;
}

export const clientChanges = {
  update: (id: string, change: Settings): ClientChange => {
    const { name, client_type: type, token_lifetime: lifetime, scopes } = change;
    const isVisible = lifetime === undefined && scopes === undefined;
    return {
      operation: "updateClient",
      id,
      send: (kore) => kore.update(id, change),
      ...(isVisible && {
        isShown: (client) =>
          client !== null &&
          (name === undefined || client.name === name) &&
          (type === undefined || client.client_type === type),
      }),
      refusal: (before) => refusalOfScopes({ scopes, client_type: type ?? (before ? typeOf(before) : "") }),
      needsNewToken: (before) => !isVisible || (type !== undefined && before.client_type !== type),
    };
  },
  lock: (id: string): ClientChange => ({
    operation: "lockClient",
    id,
    send: (kore) => kore.switch(id, "lock"),
    isShown: (client) => client?.locked === true,
  }),
  unlock: (id: string): ClientChange => ({
    operation: "unlockClient",
    id,
    send: (kore) => kore.switch(id, "unlock"),
    isShown: (client) => client !== null && client.locked !== true, // null: it was never locked.
  }),
  enable: (id: string): ClientChange => ({
    operation: "enableClient",
    id,
    send: (kore) => kore.switch(id, "enable"),
  }),
  disable: (id: string, value: string | null): ClientChange => ({
    operation: "disableClient",
    id,
    send: (kore) => kore.switch(id, "disable"),
    revokesAccess: true,
    confirm: { value, isForOwnOnly: true },
  }),
  transferOwnership: (id: string, owner: string): ClientChange => ({
    operation: "transferClientOwnership",
    id,
    send: (kore) => kore.transferOwnership(id, owner),
    isShown: (client) => client?.client_owner?.toLowerCase() === owner.toLowerCase(),
  }),
  delete: (id: string, value: string | null): ClientChange => ({
    operation: "deleteClient",
    id,
    send: async (kore) => {
      await kore.delete(id);
      return null;
    },
    isShown: (client) => client === null,
    revokesAccess: true,
    confirm: { value, isForOwnOnly: false },
  }),
};

/** As far as it can be read: an odd one is for KORE to judge. */
function typeOf({ client_type: type }: { client_type?: unknown }): string {
  return typeof type === "string" ? type : "";
}

export async function readClient(kore: Pick<ClientsApi, "client">, id: string): Promise<WireClient | null> {
  const reply = await kore.client(id).catch(KoreError.nullIfNotFound);
  return reply && record(reply.client, "client");
}

/**
 * Sends a change once. A reply that is lost is made up for by a look at the client, where that shows it; it is never
 * sent again by itself.
 *
 * @throws KoreError when it was not sent
 */
export async function sendChange(
  change: ClientChange,
  kore: ClientsApi,
  settling: ReconciliationOptions,
): Promise<ClientResult> {
  const { id, send, isShown } = change;
  const answer = await attempt(() => send(kore));
  if (!(answer instanceof KoreError)) return { outcome: "DONE", clientId: id, client: answer };
  if (isNotSent(answer)) throw answer;
  if (answer.isRefusal) return { outcome: "REJECTED", clientId: id, ...refusedBy(answer) };
  const client = isShown && (await pollForChange(isShown, id, kore, visibleUntil(answer, settling), settling));
  if (client !== undefined) {
    return { outcome: "DONE", clientId: id, client, message: "KORE's reply was lost, but KORE shows the change." };
  }
  return { outcome: "OUTCOME_UNKNOWN", clientId: id, reason: "REPLY_LOST", message: isShown ? NOT_SHOWN : NEVER_SHOWN };
}

/** The client once it is as wanted; undefined when it was not by then. */
async function pollForChange(
  isShown: (client: WireClient | null) => boolean,
  id: string,
  kore: ClientsApi,
  settlesAt: number,
  settling: ReconciliationOptions,
): Promise<WireClient | null | undefined> {
  const look = async () => {
    const client = await attempt(() => readClient(kore, id));
    return client instanceof KoreError || !isShown(client) ? undefined : client;
  };
  return pollUntil(settlesAt, settling, look, (client) => client !== undefined, undefined);
}

const NOT_SHOWN =
  "KORE's reply was lost, and KORE does not show the change. Look at the client; asking again does no harm.";
const NEVER_SHOWN =
  "KORE's reply was lost, and KORE's reads do not show what was to be changed. Look at the client in KORE's portal, or ask again, which does no harm.";
