import { hash } from "node:crypto";
import {
  type DefinitionNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoDeprecatedCustomRule,
  type SelectionSetNode,
  Source,
  type ValidationRule,
  parse,
  print,
  separateOperations,
  specifiedRules,
  validate,
  visit,
} from "graphql";

export interface DocumentFile {
  path: string;
  text: string;
}

/** An operation of a manifest, in the form of Apollo's. */
export interface ManifestOperation {
  /** The SHA-256 hash of the body. */
  id: string;
  name: string;
  type: string;
  body: string;
}

interface ManifestOptions {
  schema: GraphQLSchema;
  /** Beside those of graphql-js: the server's limits. */
  rules: readonly ValidationRule[];
  /** Whether `__typename` is added to every object, as Apollo Client and urql do. */
  addsTypenames: boolean;
}

/** A front end's operations, ordered by name, with the fragments that each uses from any of its files. */
export function manifestOf(
  files: readonly DocumentFile[],
  { schema, rules, addsTypenames }: ManifestOptions,
): { operations: ManifestOperation[]; mistakes: string[]; warnings: string[] } {
  const { definitions, mistakes } = definitionsIn(files);
  const warnings: string[] = [];
  if (mistakes.length > 0) return { operations: [], mistakes, warnings };
  const documents = separateOperations({ kind: Kind.DOCUMENT, definitions });
  const operations = Object.entries(documents).map(([name, document]): ManifestOperation => {
    mistakes.push(...validate(schema, document, [...specifiedRules, ...rules]).map(placed));
    warnings.push(...validate(schema, document, [NoDeprecatedCustomRule]).map(placed));
    const body = print(inOrder(addsTypenames ? withTypenames(document) : document));
    return { id: hash("sha256", body), name, type: typeOf(document), body };
  });
  operations.sort((one, other) => (one.name < other.name ? -1 : 1));
  return { operations, mistakes: [...new Set(mistakes)], warnings: [...new Set(warnings)] };
}

/** The executable definitions, each of a name of its own. Files of type definitions are left out. */
function definitionsIn(files: readonly DocumentFile[]): { definitions: DefinitionNode[]; mistakes: string[] } {
  const named = new Map<string, DefinitionNode>();
  const mistakes: string[] = [];
  for (const { path, text } of files) {
    for (const definition of parsed(new Source(text, path), mistakes)) {
      if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
      const what = definition.kind === Kind.FRAGMENT_DEFINITION ? "fragment" : "operation";
      const name = definition.name?.value;
      const other = named.get(`${what} ${name ?? ""}`);
      if (name === undefined)
        mistakes.push(placed(new GraphQLError("The operation has no name", { nodes: definition })));
      else if (other) {
        const message = `The ${what} ${name} is also in ${other.loc?.source.name ?? ""}`;
        mistakes.push(placed(new GraphQLError(message, { nodes: definition })));
      } else named.set(`${what} ${name}`, definition);
    }
  }
  return { definitions: [...named.values()], mistakes };
}

function parsed(source: Source, mistakes: string[]): readonly DefinitionNode[] {
  try {
    return parse(source).definitions;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    mistakes.push(placed(error));
    return [];
  }
}

/** The message behind its place, as editors link it. */
function placed({ message, source, nodes, locations }: GraphQLError): string {
  const name = (nodes?.[0]?.loc?.source ?? source)?.name ?? "";
  const [{ line, column } = { line: 1, column: 1 }] = locations ?? [];
  return `${name}:${line}:${column}: ${message}`;
}

const typeOf = ({ definitions }: DocumentNode): string =>
  definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION)?.operation ?? "";

/** The operation, then its fragments by name. */
export function inOrder(document: DocumentNode): DocumentNode {
  const definitions = [...document.definitions].sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
  return { ...document, definitions };
}

function placeOf(definition: DefinitionNode): string {
  if (definition.kind === Kind.OPERATION_DEFINITION) return `0 ${definition.name?.value ?? ""}`;
  return definition.kind === Kind.FRAGMENT_DEFINITION ? `1 ${definition.name.value}` : "2";
}

const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } } as const;

const isTypename = (selection: SelectionSetNode["selections"][number]): boolean =>
  selection.kind === Kind.FIELD &&
  selection.name.value === "__typename" &&
  !selection.alias &&
  (selection.directives ?? []).length === 0;

function withTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: (set, _key, parent) => {
      const isRoot = (parent as { kind?: unknown } | undefined)?.kind === Kind.OPERATION_DEFINITION;
      return isRoot || set.selections.some(isTypename)
        ? undefined
        : { ...set, selections: [...set.selections, TYPENAME] };
    },
  });
}

/** Without the `__typename` that clients add. Those that are alone stay. */
export function withoutTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: (set) => {
      const others = set.selections.filter((selection) => !isTypename(selection));
      return others.length === 0 || others.length === set.selections.length
        ? undefined
        : { ...set, selections: others };
    },
  });
}
