import { type IncomingMessage } from "node:http";

/** What a caller presents, by names of headers in lower case. A header that was sent twice has two values. */
export type Credentials = Readonly<Record<string, readonly string[] | undefined>>;

export const AUTHORIZATION = "authorization";
export const API_KEY = "x-api-key";

/** What a trusted router says. */
export const ROUTER = {
  secret: "x-kore-graph-router-secret",
  id: "x-kore-graph-caller-id",
  name: "x-kore-graph-caller-name",
  role: "x-kore-graph-caller-role",
  accounts: "x-kore-graph-caller-accounts",
} as const;

const NAMES: ReadonlySet<string> = new Set([AUTHORIZATION, API_KEY, ...Object.values(ROUTER)]);

/** Of the headers as they came, since Node's `headers` does not tell which were sent twice. */
export function ofRequest({ rawHeaders }: IncomingMessage): Credentials {
  const presented: Record<string, string[]> = {};
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? "";
    if (NAMES.has(name)) (presented[name] ??= []).push(rawHeaders[at + 1] ?? "");
  }
  return presented;
}

/** Browsers cannot set headers on a socket, so its `connection_init` may carry them, in any case of letters. */
export function withParameters(credentials: Credentials, parameters: unknown): Credentials {
  const all: Record<string, readonly string[] | undefined> = { ...credentials };
  for (const [key, value] of Object.entries(parameters ?? {})) {
    const name = key.toLowerCase();
    if (!NAMES.has(name) || value === null) continue;
    // The same value in the header and here is one; another one makes two, which are refused.
    const text = typeof value === "string" ? value : ""; // Present, and certainly wrong.
    all[name] = [...new Set([...(all[name] ?? []), text])];
  }
  return all;
}
