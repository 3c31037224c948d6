import { KoreError } from "../errors.ts";
import { type ReconciliationOptions, pollUntil, visibleUntil } from "../idempotency/ambiguous-outcome.ts";
import { record } from "../decoding/decode.ts";
import { type ClientsApi, type WireClient } from "../api/clients.ts";
import { type Confirmation } from "./confirmation.ts";
import { attempt, isNotSent } from "../idempotency/attempt.ts";
import { type ClientResult, clientRefusedBy } from "./result.ts";
import { refusalOfScopes } from "./scopes.ts";
import { type ClientChange as Settings } from "../api/unpublished-endpoints.ts";

/** An idempotent change of an API client. */
export interface ClientChange {
  /** The graph's name of it, for the audit trail. */
  operation: string;
  id: string;
  /** Resolves with the changed client; null when it was deleted. */
  send: (kore: ClientsApi) => Promise<WireClient | null>;
  /** Whether a client has the change. Absent where KORE's reads do not show it. */
  isShown?: (client: WireClient | null) => boolean;
  /** Whether existing tokens lack the change. */
  needsNewToken?: (before: WireClient) => boolean;
  /** Refuses the change for a client. `before` is undefined when the client was not read. */
  refusal?: (before: WireClient | undefined) => ClientResult | undefined;
  /** Whether it ends the client's access to KORE. */
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
    isShown: (client) => client !== null && client.locked !== true, // null: never locked.
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

/** Empty for an unreadable type, which KORE then accepts or refuses. */
function typeOf({ client_type: type }: { client_type?: unknown }): string {
  return typeof type === "string" ? type : "";
}

export async function readClient(kore: Pick<ClientsApi, "client">, id: string): Promise<WireClient | null> {
  const reply = await kore.client(id).catch(KoreError.nullIfNotFound);
  return reply && record(reply.client, "client");
}

/**
 * Sends a change once. After a lost reply it reads the client, where that shows the change, and never resends.
 *
 * @throws KoreError when it was not sent
 */
export async function sendChange(
  change: ClientChange,
  kore: ClientsApi,
  reconciliation: ReconciliationOptions,
): Promise<ClientResult> {
  const { id, send, isShown } = change;
  /** The client once KORE shows the change; undefined when it does not. */
  const changedClient = (until: number) =>
    pollUntil<WireClient | null | undefined>(
      {
        until,
        poll: async () => {
          const client = await attempt(() => readClient(kore, id));
          return client instanceof KoreError || !isShown?.(client) ? undefined : client;
        },
        isFound: (client) => client !== undefined,
        whenStopped: undefined,
      },
      reconciliation,
    );
  const answer = await attempt(() => send(kore));
  if (!(answer instanceof KoreError)) return { outcome: "DONE", clientId: id, client: answer };
  if (isNotSent(answer)) throw answer;
  if (answer.isRefusal) return { outcome: "REJECTED", clientId: id, ...clientRefusedBy(answer) };
  const client = isShown && (await changedClient(visibleUntil(answer, reconciliation)));
  if (client !== undefined) {
    return { outcome: "DONE", clientId: id, client, message: "KORE's reply was lost, but KORE shows the change." };
  }
  return { outcome: "OUTCOME_UNKNOWN", clientId: id, reason: "REPLY_LOST", message: isShown ? NOT_SHOWN : NEVER_SHOWN };
}

const NOT_SHOWN =
  "KORE's reply was lost, and KORE does not show the change. Look at the client; repeating the change is safe.";
const NEVER_SHOWN =
  "KORE's reply was lost, and KORE's reads do not show this change. Look at the client in KORE's portal, or repeat the change, which is safe.";
