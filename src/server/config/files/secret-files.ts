import { readFileSync } from "node:fs";
import { SettingError, fileError } from "../setting-error.ts";
import { ALL_VARIABLES } from "../variables/index.ts";
import { type Given, type Variable } from "../variables/variable.ts";

/**
 * Reads each secret `NAME` from the file that `NAME_FILE` names, as Docker's official images do. Newlines at the end of
 * the file are not part of the secret.
 *
 * @returns the variables with these secrets, and mistakes: the variable and the rule, never the content
 */
export function withSecretFiles(
  given: Given,
  variables: readonly Variable<unknown>[] = ALL_VARIABLES,
): { given: Given; mistakes: string[] } {
  const read: Record<string, string | undefined> = { ...given };
  const mistakes: string[] = [];
  for (const { name, fileVariable } of variables) {
    const path = fileVariable && given[fileVariable];
    if (!path) continue;
    if (given[name] !== undefined) {
      mistakes.push(`${name} and ${fileVariable}: only one of them may be set`);
      continue;
    }
    try {
      const content = readFileSync(path, "utf8").replace(/[\r\n]+$/, "");
      if (content.trim() === "") throw new SettingError(`${fileVariable}: the file is empty`);
      read[name] = content;
    } catch (error) {
      mistakes.push((error instanceof SettingError ? error : fileError(fileVariable, "read", error)).message);
      read[name] = "";
    }
  }
  return { given: read, mistakes };
}
