import { type ApiClient } from "./client.ts";

/** A client as KORE's reads show it: without scopes, token lifetime, and whether it is enabled. */
export function clientJson(client: ApiClient): Record<string, unknown> {
  return {
    client_id: client.id,
    account_id: client.accountId,
    name: client.name,
    client_owner: client.owner,
    client_type: client.type,
    locked: client.locked,
    date_created: new Date(client.createdAt).toUTCString(), // an HTTP date, unlike ConnectivityPro's
  };
}

/** The one body that holds a secret. It is flat, its date is ISO 8601, and `locked` is declared without null. */
export function withSecretJson(client: ApiClient, message: string): Record<string, unknown> {
  return {
    message,
    client_id: client.id,
    client_secret: client.secret,
    client_type: client.type,
    account_id: client.accountId,
    name: client.name,
    date_created: new Date(client.createdAt).toISOString(),
    client_owner: client.owner,
    locked: client.locked ?? false,
  };
}
