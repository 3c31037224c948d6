import { type z } from "zod";

interface VariableOptions {
  /** As an operator would write it. @default none: the value is undefined unless the variable is set */
  default?: string | number;
  /** Never shown, and may come from a file, which `NAME_FILE` names. @default false */
  isSecret?: boolean;
}

/** One environment variable. `Value`: its value in the configuration. */
export class Variable<Value> {
  readonly name: string;
  readonly kind: z.ZodType<Value>;
  /** For the tables of the README. */
  readonly description: string;
  readonly default: string | undefined;
  readonly isSecret: boolean;
  /** The variable that names the file of a secret; undefined: it is none. */
  readonly fileVariable: string | undefined;

  constructor(name: string, kind: z.ZodType<Value>, description: string, options: VariableOptions) {
    this.name = name;
    this.kind = kind;
    this.description = description;
    this.default = options.default === undefined ? undefined : String(options.default);
    this.isSecret = options.isSecret ?? false;
    this.fileVariable = this.isSecret ? `${name}_FILE` : undefined;
  }
}

/** Declares a variable: name, kind, description, default, whether it is a secret. Nothing else repeats any of these. */
export function variable<Value>(
  name: string,
  kind: z.ZodType<Value>,
  description: string,
  options: VariableOptions & { default: string | number },
): Variable<Value>;
export function variable<Value>(
  name: string,
  kind: z.ZodType<Value>,
  description: string,
  options?: VariableOptions,
): Variable<Value | undefined>;
export function variable<Value>(
  name: string,
  kind: z.ZodType<Value>,
  description: string,
  options: VariableOptions = {},
): Variable<Value | undefined> {
  return new Variable<Value | undefined>(name, kind, description, options);
}

/** Variables by their place in the configuration. */
export interface VariableTree {
  readonly [key: string]: Variable<unknown> | VariableTree;
}

/** The values of variables, in the same places. */
export type ValuesOf<Tree extends VariableTree> = {
  [Key in keyof Tree]: Tree[Key] extends Variable<infer Value>
    ? Value
    : Tree[Key] extends VariableTree
      ? ValuesOf<Tree[Key]>
      : never;
};

/** All variables of a tree, in its order. */
export function variablesIn(tree: VariableTree): Variable<unknown>[] {
  return Object.values(tree).flatMap((node) => (node instanceof Variable ? [node] : variablesIn(node)));
}

/** Variables that are set, by name. Empty: a secret whose file could not be read. */
export type Given = Readonly<Record<string, string | undefined>>;

/** The values of a tree's variables, or what is wrong with them: name and rule, never a value. */
export function readVariables<Tree extends VariableTree>(
  tree: Tree,
  given: Given,
): { values: ValuesOf<Tree> | undefined; mistakes: string[] } {
  const mistakes: string[] = [];
  const read = (branch: VariableTree): Record<string, unknown> =>
    Object.fromEntries(Object.entries(branch).map(([key, node]) => [key, valueOf(node)]));
  const valueOf = (node: Variable<unknown> | VariableTree): unknown => {
    if (!(node instanceof Variable)) return read(node);
    const text = given[node.name] ?? node.default;
    if (text === undefined || text === "") return undefined;
    const { data, error } = node.kind.safeParse(text);
    mistakes.push(...(error?.issues.map(({ message }) => `${node.name}: ${message}`) ?? []));
    return data;
  };
  const values = read(tree) as ValuesOf<Tree>;
  return { values: mistakes.length === 0 ? values : undefined, mistakes };
}
