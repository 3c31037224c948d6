import { noteIncomplete } from "../graph/index.ts";
import { type CredentialSession, type KoreSession } from "../kore/index.ts";
import { type Context } from "./context.ts";
import { describeKoreError } from "./errors.ts";

interface Answer<Value> {
  credential: string;
  value: Value;
}

/**
 * Reads a list with each set of credentials that serves an account within the caller's reach. Failures of some sets are
 * reported in `extensions.incomplete`.
 *
 * @throws when all fail: the first error other than "not found", else the first
 */
export async function readWithEachCredential<Value>(
  list: string,
  context: Context,
  read: (session: CredentialSession) => Promise<Value>,
): Promise<{ answers: Answer<Value>[]; isWhole: boolean }> {
  const answers: Answer<Value>[] = [];
  const failures: { credential: string; code: string; message: string; error: unknown }[] = [];
  const readOne = async (session: CredentialSession) => {
    try {
      answers.push({ credential: session.name, value: await read(session) });
    } catch (error) {
      const described = describeKoreError(error);
      if (!described) throw error;
      failures.push({ credential: session.name, code: described.code, message: described.message, error });
    }
  };
  const { credentials } = context.kore;
  await Promise.all(credentials.map(readOne));
  const failed = failures.find(({ code }) => code !== "NOT_FOUND") ?? failures[0];
  if (failed && answers.length === 0) throw failed.error;
  for (const { credential, code, message } of failures) noteIncomplete(context, { list, credential, code, message });
  const order = credentials.map(({ name }) => name);
  answers.sort((one, other) => order.indexOf(one.credential) - order.indexOf(other.credential));
  return { answers, isWhole: failures.length === 0 };
}

/** A set of credentials that serves an account within the caller's reach, by name. */
export function credentialNamed(name: string, { kore }: { kore: KoreSession }): CredentialSession {
  const found = kore.credentials.find((one) => one.name === name);
  if (!found) throw new Error("These credentials are no longer in force"); // Replaced while the operation ran.
  return found;
}
