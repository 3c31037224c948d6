/** An invalid option, or an invalid file that the configuration names. The message quotes neither. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/** For a file that cannot be read or written. */
export function fileError(variable: string, what: "read" | "written", error: unknown): SettingError {
  const { code } = error as { code?: unknown };
  return new SettingError(`${variable}: cannot be ${what} (${String(code)})`, { cause: error });
}
