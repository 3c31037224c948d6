import { eachLoader } from "../../graph/index.ts";
import { decode } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { askEachCredential, credentialNamed } from "../each-credential.ts";
import { toAccount } from "./account.mapper.ts";
import { type Account } from "./account.type.ts";

/** The accounts that an administrator, named by e-mail address, may see with one set of credentials: one call each. */
const accountsByEmail = eachLoader({
  name: "account.eachEmail",
  key: ({ credential, email }: { credential: string; email: string }) => `${credential} ${email}`,
  concurrency: 4,
  load: async ({ credential, email }, context: Context): Promise<Account[]> =>
    credentialNamed(credential, context).connectivity.accounts(email, (reply) =>
      decode.rows(decode.listed(reply, "account", "accounts"), "accounts.account").map(toAccount),
    ),
});

/** The accounts of all credentials, each once. `email`: of another administrator than the configured ones. */
export async function listAccounts(email: string | null | undefined, context: Context): Promise<Account[]> {
  const { answers } = await askEachCredential("accounts", context, ({ name, accountEmail }) =>
    accountsByEmail(context).load({ credential: name, email: email ?? accountEmail }),
  );
  const byId = new Map<string, Account>();
  for (const account of answers.flatMap(({ value }) => value)) if (!byId.has(account.id)) byId.set(account.id, account);
  return [...byId.values()];
}

/** The list that has an account: that of the administrator of the credentials which serve it. @throws KoreError */
export function listWith(accountId: string, context: Context) {
  const { name: credential, accountEmail: email } = context.kore.credentialOf(accountId);
  const loader = accountsByEmail(context);
  return { now: () => loader.now({ credential, email }), load: () => loader.load({ credential, email }) };
}
