/** An invalid option, or an invalid file that the configuration names. The message quotes neither. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/** For a file that cannot be read or written. */
export function fileError(variable: string, what: "read" | "written", error: unknown): SettingError {
  const { code } = error as { code?: unknown };
  return new SettingError(`${variable}: cannot be ${what} (${String(code)})`, { cause: error });
}

/** Every mistake of a configuration at once, one line each. Values are never repeated. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(
    readonly mistakes: readonly string[],
    advice: readonly string[] = [],
  ) {
    const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`;
    super(
      [
        `The configuration has ${count}:`,
        ...mistakes.map((mistake) => `  ${mistake}`),
        ...(advice.length > 0 ? ["", ...advice] : []),
      ].join("\n"),
    );
  }
}
