import { type Variable } from "../../server/config/index.ts";

/** An option that stands for a variable. */
export interface Setting {
  /** Without dashes. */
  option: string;
  /** The variable that it sets: of a secret the one that names its file. */
  name: string;
  variable: Variable<unknown>;
}

export const optionOf = (name: string): string => name.toLowerCase().replaceAll("_", "-");

/**
 * The options that stand for variables. Secrets are none: other users of a machine can read the arguments of its
 * processes.
 */
export function settingsOf(variables: readonly Variable<unknown>[] = []): Setting[] {
  return variables.map((variable) => {
    const name = variable.fileVariable ?? variable.name;
    return { option: optionOf(name), name, variable };
  });
}
