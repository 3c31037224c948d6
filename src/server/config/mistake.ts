/** What is wrong with a file that the configuration names, or with an option. Never quotes either. */
export class ConfigMistake extends Error {
  override readonly name = "ConfigMistake";
}

/** Of a file that the system does not let us use. */
export function fileMistake(variable: string, what: "read" | "written", error: unknown): ConfigMistake {
  const { code } = error as { code?: unknown };
  return new ConfigMistake(`${variable}: cannot be ${what} (${String(code)})`, { cause: error });
}
