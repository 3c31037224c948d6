import { hash, timingSafeEqual } from "node:crypto";
import { type Caller } from "../../graph/index.ts";
import { type Credentials, ROUTER } from "./credentials.ts";
import { Unauthenticated } from "./errors.ts";
import { ALL_ACCOUNTS, isName, parseAccounts, parseRole } from "./permissions.ts";

/** Trusts the caller's identity from a router that authenticates itself by a shared secret. */
export function routerStrategy(secrets: readonly string[]): (headers: Credentials) => Caller {
  const hashes = secrets.map(hashOf);
  return (headers) => {
    const given = hashOf(only(headers, ROUTER.secret) ?? "");
    // Constant time: all secrets are compared, as hashes of one length.
    const isValid = hashes.map((hash) => timingSafeEqual(hash, given)).includes(true);
    if (!isValid) throw new Unauthenticated("not the router's secret");
    const id = only(headers, ROUTER.id);
    const name = only(headers, ROUTER.name) ?? id;
    if (!isName(id) || !isName(name)) throw new Unauthenticated("no valid id or name of the caller");
    return {
      id: `router ${id}`,
      name,
      role: parseRole(only(headers, ROUTER.role)),
      accounts: parseAccounts(listOf(only(headers, ROUTER.accounts))),
      expiresAt: undefined,
      isRouted: true,
    };
  };
}

const hashOf = (text: string) => hash("sha256", text, "buffer");

/** A repeated header is refused: one may be the caller's own. */
function only(headers: Credentials, name: string): string | undefined {
  const values = headers[name] ?? [];
  if (values.length > 1) throw new Unauthenticated(`${name} is given twice`);
  return values[0];
}

function listOf(text: string | undefined): unknown {
  if (text === undefined || text === ALL_ACCOUNTS) return text;
  return text.trim() === "" ? [] : text.split(",").map((id) => id.trim());
}
