import { hash, randomBytes } from "node:crypto";
import * as z from "zod";
import { type Caller, ROLES } from "../../graph/index.ts";
import { SettingError } from "../config/setting-error.ts";
import { rereadFile } from "../config/files/reread.ts";
import { Unauthenticated } from "./errors.ts";
import { ALL_ACCOUNTS, isAccountId, isName, parseAccounts } from "./permissions.ts";

/** Distinguishes API keys from JWTs, and lets secret scanners find leaked ones. */
export const KEY_PREFIX = "kg_";

const ENTRY = z.strictObject({
  name: z.string().refine(isName, "must be 1 to 200 printable characters"),
  role: z.enum(ROLES),
  accounts: z.custom<typeof ALL_ACCOUNTS | string[]>(
    (given) => given === ALL_ACCOUNTS || (Array.isArray(given) && given.every(isAccountId)),
    `must be a list of account ids, or "${ALL_ACCOUNTS}" for all`,
  ),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits in lower case"),
});
const ENTRIES = z.array(ENTRY);

type Entry = z.infer<typeof ENTRY>;

/**
 * A fast hash suffices for 256 random bits. Slow ones are for guessable passwords, and would let unauthenticated clients
 * use up the CPU.
 */
const hashOf = (key: string) => hash("sha256", key, "hex");

/**
 * Creates a key and its entry for the file. `accounts`: joined by commas, or `*`.
 *
 * @throws SettingError
 */
export function newApiKey(permissions: { name?: string; role?: string; accounts?: string }): {
  key: string;
  entry: Entry;
} {
  const key = KEY_PREFIX + randomBytes(32).toString("base64url");
  const accounts = permissions.accounts === ALL_ACCOUNTS ? ALL_ACCOUNTS : permissions.accounts?.split(",");
  const { data, error } = ENTRY.safeParse({
    name: permissions.name,
    role: permissions.role,
    accounts,
    sha256: hashOf(key),
  });
  if (error)
    throw new SettingError(error.issues.map(({ path, message }) => `--${String(path[0])}: ${message}`).join("\n"));
  return { key, entry: data };
}

export interface ApiKeys {
  verify(key: string): Caller;
  close(): void;
}

/** Reads the keys of a file, also when it changes. @throws SettingError when it is invalid at the start */
export async function openApiKeys(
  file: string,
  on: { reread: (count: number) => void; failure: (error: unknown) => void },
): Promise<ApiKeys> {
  const keys = await rereadFile({ variable: "AUTH_API_KEYS_FILE", file }, callersIn, {
    reread: (callers) => on.reread(callers.size),
    failure: on.failure,
  });
  return {
    verify(key) {
      // By its hash: a caller cannot choose hashes, so timing reveals nothing about other keys.
      const caller = keys.content.get(hashOf(key));
      if (!caller) throw new Unauthenticated("no such key");
      return caller;
    },
    close: () => keys.close(),
  };
}

function callersIn(json: unknown): ReadonlyMap<string, Caller> {
  const { success, data, error } = ENTRIES.safeParse(json);
  if (!success) {
    const [issue] = error.issues;
    throw new SettingError(`AUTH_API_KEYS_FILE: entry ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  if (new Set(data.map(({ sha256 }) => sha256)).size < data.length)
    throw new SettingError("AUTH_API_KEYS_FILE: has a hash twice");
  return new Map(
    data.map(({ name, role, accounts, sha256 }) => [
      sha256,
      { id: `key ${name}`, name, role, accounts: parseAccounts(accounts), expiresAt: undefined },
    ]),
  );
}
