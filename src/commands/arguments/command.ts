import { type Variable } from "../../server/config/index.ts";

export interface Output {
  /** Writes to standard output as it is. */
  readonly say: (text: string) => void;
  /** Writes a line to standard error. */
  readonly complain: (line: string) => void;
}

/** An option of one command, beside those that stand for variables. */
interface OptionSpec {
  readonly type: "string" | "boolean";
  /** Placeholder of the value in the help. @default VALUE */
  readonly value?: string;
  readonly help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** Options as they were given, by name. */
export type GivenOptions<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]?: Specs[Name]["type"] extends "boolean" ? boolean : string;
};

export interface Command<Specs extends OptionSpecs = OptionSpecs> {
  /** One line of the list of commands. */
  readonly summary: string;
  readonly options?: Specs;
  /** The option that a first argument without a name stands for. @default none */
  readonly operand?: string;
  /** Variables that are options, too: `PORT` is `--port`. Of a secret only its file is one. @default none */
  readonly settings?: readonly Variable<unknown>[];
  /**
   * @param env with the options that stand for variables
   * @returns the exit code
   * @throws ConfigError, SettingError and the errors of stores: the message is shown, and the exit code is 2
   */
  run(given: GivenOptions<Specs>, env: NodeJS.ProcessEnv, output: Output): Promise<number>;
}

/** Infers the types of a command's options. */
export const defineCommand = <const Specs extends OptionSpecs>(command: Command<Specs>): Command<Specs> => command;
