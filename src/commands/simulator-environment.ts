import { type Simulator } from "../simulator/index.ts";

/** Variables that point the graph, or another client, to a simulator by its addresses. */
export function environmentOf({ urls, credentials }: Simulator): Record<string, string> {
  return {
    KORE_CONNECTIVITY_URL: urls.connectivity,
    KORE_CONNECTIVITY_TOKEN_URL: urls.connectivityToken,
    KORE_CLIENTS_URL: urls.clients,
    KORE_GLOBAL_TOKEN_URL: urls.globalToken,
    KORE_CLIENT_ID: credentials.clientId,
    KORE_CLIENT_SECRET: credentials.clientSecret,
    KORE_API_KEY: credentials.apiKey,
    KORE_ACCOUNT_EMAIL: credentials.accountEmail,
  };
}
