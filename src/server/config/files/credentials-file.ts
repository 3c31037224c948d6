import * as z from "zod";
import { ALL_ACCOUNTS, isAccountId } from "../../auth/permissions.ts";
import { apiKey, secret } from "../variables/kinds.ts";
import { SettingError } from "../setting-error.ts";
import { type RereadFile, rereadFile } from "./reread.ts";

const VARIABLE = "KORE_CREDENTIALS_FILE";

/** It is shown in `/readyz` and in logs, and is a label of metrics. */
const NAME = /^[A-Za-z][\w.-]{0,62}$/;

const ENTRY = z.strictObject({
  name: z.string().regex(NAME, "must be 1 to 63 letters, digits, dots, dashes and underscores, a letter first"),
  accounts: z.custom<typeof ALL_ACCOUNTS | string[]>(
    (given) => given === ALL_ACCOUNTS || (Array.isArray(given) && given.length > 0 && given.every(isAccountId)),
    `must be a list of account ids, or "${ALL_ACCOUNTS}" for all that no other entry names`,
  ),
  developerPortal: z.strictObject({ clientId: secret, clientSecret: secret, apiKey }),
  console: z.strictObject({ clientId: secret, clientSecret: secret }).optional(),
  accountEmail: z.email("must be an e-mail address").optional(),
});
const ENTRIES = z.array(ENTRY).min(1, "must name one at least");

/** Credentials of both portals, and the accounts that they are for. */
export type CredentialEntry = z.infer<typeof ENTRY>;

/**
 * The credentials in a file, which is read again when it changes.
 *
 * @throws SettingError when the file is invalid at the start; it names entry and rule, and no secret
 */
export function openCredentialsFile(
  file: string,
  on: { reread(entries: readonly CredentialEntry[]): void; failure(error: unknown): void },
): Promise<RereadFile<readonly CredentialEntry[]>> {
  return rereadFile({ variable: VARIABLE, file }, entriesIn, on);
}

function entriesIn(json: unknown): readonly CredentialEntry[] {
  const { data, error } = ENTRIES.safeParse(json);
  if (error) throw new SettingError(error.issues.map((issue) => mistakeIn(json, issue)).join("\n"));
  const seen = new Map<string, string>();
  for (const { name, accounts } of data) {
    claimOnce(seen, `the name ${name}`, name);
    for (const id of accounts === ALL_ACCOUNTS ? [`"${ALL_ACCOUNTS}"`] : accounts)
      claimOnce(seen, `account ${id}`, name);
  }
  return data;
}

/** @throws SettingError when another entry has it, too */
function claimOnce(seen: Map<string, string>, what: string, name: string): void {
  const other = seen.get(what);
  if (other !== undefined) throw new SettingError(`${VARIABLE}: ${what} is in entry ${other} and again in ${name}`);
  seen.set(what, name);
}

/** An entry is identified by its name if that is valid, else by its position, counted from 1. */
function mistakeIn(json: unknown, { path, message, code, ...more }: z.core.$ZodIssue): string {
  const [place, ...field] = path;
  if (typeof place !== "number") return `${VARIABLE}: must be a list of entries`;
  const entry: unknown = Array.isArray(json) ? json[place] : undefined;
  const name = typeof entry === "object" && entry !== null && "name" in entry ? entry.name : undefined;
  const label = typeof name === "string" && NAME.test(name) ? name : String(place + 1);
  // zod's own message quotes unknown keys, which may be misplaced secrets.
  const rule =
    code === "unrecognized_keys" ? `has ${"keys" in more ? more.keys.length : "some"} unknown fields` : message;
  return [`${VARIABLE}: entry ${label}`, ...(field.length > 0 ? [field.join(".")] : []), rule].join(": ");
}
