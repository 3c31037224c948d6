import { type IncomingMessage } from "node:http";

/** A caller's credentials by header name in lower case. A header that was sent twice has two values. */
export type Credentials = Readonly<Record<string, readonly string[] | undefined>>;

export const AUTHORIZATION = "authorization";
export const API_KEY = "x-api-key";

/** Headers of a trusted router. */
export const ROUTER = {
  secret: "x-kore-graph-router-secret",
  id: "x-kore-graph-caller-id",
  name: "x-kore-graph-caller-name",
  role: "x-kore-graph-caller-role",
  accounts: "x-kore-graph-caller-accounts",
} as const;

const NAMES: ReadonlySet<string> = new Set([AUTHORIZATION, API_KEY, ...Object.values(ROUTER)]);

/** From `rawHeaders`: Node's `headers` merges or drops repeated ones. */
export function credentialsOf({ rawHeaders }: IncomingMessage): Credentials {
  const presented: Record<string, string[]> = {};
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? "";
    if (NAMES.has(name)) (presented[name] ??= []).push(rawHeaders[at + 1] ?? "");
  }
  return presented;
}

/** Browsers cannot set headers on a WebSocket, so `connection_init` may carry them, in any case. */
export function withParameters(credentials: Credentials, parameters: unknown): Credentials {
  const all: Record<string, readonly string[] | undefined> = { ...credentials };
  for (const [key, value] of Object.entries(parameters ?? {})) {
    const name = key.toLowerCase();
    if (!NAMES.has(name) || value === null) continue;
    // Equal values count once; different ones count as two, which are refused.
    const text = typeof value === "string" ? value : ""; // Present, and invalid.
    all[name] = [...new Set([...(all[name] ?? []), text])];
  }
  return all;
}
