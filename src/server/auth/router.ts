import { createHash, timingSafeEqual } from "node:crypto";
import { type Caller } from "../../graph/index.ts";
import { type Credentials, ROUTER } from "./credentials.ts";
import { Unauthenticated } from "./failure.ts";
import { ALL_ACCOUNTS, isName, toAccounts, toRole } from "./rights.ts";

/** Trusts the caller's identity from a router that authenticates itself by a shared secret. */
export function routerStrategy(secrets: readonly string[]): (said: Credentials) => Caller {
  const hashes = secrets.map(hashOf);
  return (said) => {
    const given = hashOf(only(said, ROUTER.secret) ?? "");
    // Constant time: all secrets are compared, as hashes of one length.
    const isRight = hashes.map((hash) => timingSafeEqual(hash, given)).includes(true);
    if (!isRight) throw new Unauthenticated("not the router's secret");
    const id = only(said, ROUTER.id);
    const name = only(said, ROUTER.name) ?? id;
    if (!isName(id) || !isName(name)) throw new Unauthenticated("no valid id or name of the caller");
    return {
      id: `router ${id}`,
      name,
      role: toRole(only(said, ROUTER.role)),
      accounts: toAccounts(listOf(only(said, ROUTER.accounts))),
      expiresAt: undefined,
    };
  };
}

const hashOf = (text: string) => createHash("sha256").update(text).digest();

/** A repeated header may be the caller's own beside the router's. */
function only(said: Credentials, name: string): string | undefined {
  const values = said[name] ?? [];
  if (values.length > 1) throw new Unauthenticated(`${name} is given twice`);
  return values[0];
}

function listOf(text: string | undefined): unknown {
  if (text === undefined || text === ALL_ACCOUNTS) return text;
  return text.trim() === "" ? [] : text.split(",").map((id) => id.trim());
}
