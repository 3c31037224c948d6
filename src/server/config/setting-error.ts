/** What is wrong with a file that the configuration names, or with an option. Never quotes either. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/** Of a file that the system does not let us use. */
export function fileError(variable: string, what: "read" | "written", error: unknown): SettingError {
  const { code } = error as { code?: unknown };
  return new SettingError(`${variable}: cannot be ${what} (${String(code)})`, { cause: error });
}
