import { noteIncomplete } from "../graph/index.ts";
import { type CredentialSession, type KoreSession } from "../kore/index.ts";
import { type Context } from "./context.ts";
import { describeKoreError } from "./errors.ts";

interface Answer<Value> {
  credential: string;
  value: Value;
}

/**
 * Asks with each set of credentials that serves an account within the caller's reach. The failures of some are noted in
 * `extensions.incomplete` as parts of `list` that are missing.
 *
 * @throws the failure, when all fail: another than "not found" where there is one
 */
export async function readWithEachCredential<Value>(
  list: string,
  context: Context,
  ask: (of: CredentialSession) => Promise<Value>,
): Promise<{ answers: Answer<Value>[]; isWhole: boolean }> {
  const answers: Answer<Value>[] = [];
  const failures: { credential: string; code: string; message: string; error: unknown }[] = [];
  const askOne = async (of: CredentialSession) => {
    try {
      answers.push({ credential: of.name, value: await ask(of) });
    } catch (error) {
      const described = describeKoreError(error);
      if (!described) throw error;
      failures.push({ credential: of.name, code: described.code, message: described.message, error });
    }
  };
  const { credentials } = context.kore;
  await Promise.all(credentials.map(askOne));
  const failed = failures.find(({ code }) => code !== "NOT_FOUND") ?? failures[0];
  if (failed && answers.length === 0) throw failed.error;
  for (const { credential, code, message } of failures) noteIncomplete(context, { list, credential, code, message });
  const order = credentials.map(({ name }) => name);
  answers.sort((one, other) => order.indexOf(one.credential) - order.indexOf(other.credential));
  return { answers, isWhole: failures.length === 0 };
}

/** One of those that serve an account within the caller's reach. */
export function credentialNamed(name: string, { kore }: { kore: KoreSession }): CredentialSession {
  const found = kore.credentials.find((one) => one.name === name);
  if (!found) throw new Error("These credentials are no longer in force"); // Replaced while the operation ran.
  return found;
}
