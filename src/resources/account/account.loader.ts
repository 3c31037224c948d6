import { type CostContext, type MaybePromise, type UpstreamCalls, eachLoader } from "../../graph/index.ts";
import { type KoreSession, decode } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { readWithEachCredential, credentialNamed } from "../each-credential.ts";
import { toAccount } from "./account.mapper.ts";
import { type Account } from "./account.type.ts";

/** The accounts of an administrator, by e-mail address, with one set of credentials: one call each. */
export const accountsByEmail = eachLoader({
  key: ({ credential, email }: { credential: string; email: string }) => `${credential} ${email}`,
  per: "key",
  concurrency: 4,
  keyOfAccount,
  /** For an account by id: the lists of the configured administrators. */
  cost: costOfAccount,
  load: async ({ credential, email }, context: Context): Promise<Account[]> =>
    credentialNamed(credential, context).connectivity.accounts(email, (reply) =>
      decode.rows(decode.listed(reply, "account", "accounts"), "accounts.account").map(toAccount),
    ),
});

/** Reads the accounts of all credentials, each once. @param email of the administrator. @default the configured ones */
export async function listAccounts(email: string | null | undefined, context: Context): Promise<Account[]> {
  const { answers } = await readWithEachCredential("accounts", context, ({ name, accountEmail }) =>
    accountsByEmail(context).load({ credential: name, email: email ?? accountEmail }),
  );
  const byId = new Map<string, Account>();
  for (const account of answers.flatMap(({ value }) => value)) if (!byId.has(account.id)) byId.set(account.id, account);
  return [...byId.values()];
}

/** The list of the administrator whose credentials serve an account. @throws KoreError `forbidden` when none do */
export function listContaining(accountId: string, context: Context): MaybePromise<Account[]> {
  return accountsByEmail(context).peekOrLoad(keyOfAccount(accountId, context));
}

function keyOfAccount(accountId: string, { kore }: Context) {
  const { name: credential, accountEmail: email } = kore.credentialOf(accountId);
  return { credential, email };
}

function costOfAccount({ calls, context: { kore } }: CostContext<Context>): undefined {
  costOfLists(null, calls, kore);
}

/** One call with each set of credentials. @param email null for the configured administrators */
export function costOfLists(email: string | null, calls: UpstreamCalls, { credentials }: KoreSession): string {
  const key = `accounts of ${email ?? ""}`;
  calls.add(accountsByEmail, key, credentials.length);
  return key;
}
