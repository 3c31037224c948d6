import {
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type NameNode,
  isTypeDefinitionNode,
  parse,
  visit,
} from "graphql";

const ROOTS: ReadonlySet<string> = new Set(["Query", "Mutation", "Subscription"]);

const PREFIX = "prefix";

/** Names that GraphQL defines. */
const BUILT_IN: ReadonlySet<string> = new Set(["ID", "Int", "Float", "String", "Boolean"]);

/** Names of types and root fields in a supergraph that has types and fields of these names already. */
export class SchemaPrefix {
  readonly #prefix: string;

  /** @param prefix begins with a capital; empty: names stay */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  typeName(name: string): string {
    const isOurs = !ROOTS.has(name) && !BUILT_IN.has(name) && !name.startsWith("_");
    return isOurs ? this.#prefix + name : name;
  }

  /** The name of a field of a root type. */
  rootField(name: string): string {
    if (this.#prefix === "" || name.startsWith("_")) return name;
    return `${this.#prefix.charAt(0).toLowerCase()}${this.#prefix.slice(1)}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  }

  /** Of an executed schema; without `declare` names have no prefix. */
  static of({ extensions }: GraphQLSchema): SchemaPrefix {
    return (extensions[PREFIX] as SchemaPrefix | undefined) ?? new SchemaPrefix("");
  }

  declare(schema: GraphQLSchema): void {
    schema.extensions = { ...schema.extensions, [PREFIX]: this };
  }

  /** Type definitions with these names, in descriptions, too. */
  definitions(document: DocumentNode): DocumentNode {
    if (this.#prefix === "") return document;
    const types = document.definitions.filter(isTypeDefinitionNode);
    const fields = types
      .filter((type) => type.kind === Kind.OBJECT_TYPE_DEFINITION && ROOTS.has(type.name.value))
      .flatMap((type) => (type.kind === Kind.OBJECT_TYPE_DEFINITION ? (type.fields ?? []) : []));
    const names = new Map([
      ...types.map(({ name }): [string, string] => [name.value, this.typeName(name.value)]),
      ...fields.map(({ name }): [string, string] => [name.value, this.rootField(name.value)]),
    ]);
    const renamed = new Set<ASTNode>(fields);
    const rename = (name: NameNode, value: string): NameNode => ({ ...name, value });
    return visit(document, {
      enter: (node) => {
        if (node.kind === Kind.NAMED_TYPE) return { ...node, name: rename(node.name, this.typeName(node.name.value)) };
        if (isTypeDefinitionNode(node)) return { ...node, name: rename(node.name, this.typeName(node.name.value)) };
        if (renamed.has(node) && node.kind === Kind.FIELD_DEFINITION) {
          return { ...node, name: rename(node.name, this.rootField(node.name.value)) };
        }
        if (node.kind !== Kind.STRING) return undefined;
        return { ...node, value: node.value.replace(/(?<=`)\w+/g, (name) => names.get(name) ?? name) };
      },
    });
  }

  /** An operation with these names, formatted as it was; its response has the same keys. */
  operation(text: string): string {
    if (this.#prefix === "") return text;
    const edits: { from: number; to: number; with: string }[] = [];
    const replace = ({ loc, value }: NameNode, by: string, alias = "") => {
      if (loc && by !== value) edits.push({ from: loc.start, to: loc.end, with: alias + by });
    };
    visit(parse(text), {
      NamedType: ({ name }) => replace(name, this.typeName(name.value)),
      OperationDefinition: ({ selectionSet }) => {
        for (const field of selectionSet.selections) {
          if (field.kind !== Kind.FIELD) continue;
          replace(field.name, this.rootField(field.name.value), field.alias ? "" : `${field.name.value}: `);
        }
      },
    });
    return edits
      .sort((one, other) => other.from - one.from)
      .reduce((rest, { from, to, with: by }) => rest.slice(0, from) + by + rest.slice(to), text);
  }
}
