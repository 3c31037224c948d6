import { type DocumentNode, Kind } from "graphql";
import { type IdRule } from "../rules/ids.ts";

/** A reference to an entity: its type's name, and the fields of its first key. */
export interface NodeReference {
  readonly __typename: string;
  readonly [keyField: string]: string;
}

/** Globally unique ids of entities: the type's name and the values of its first key, as base64url of JSON. */
export class NodeIds {
  /** The fields of the first key, by entity type. */
  readonly #keys: ReadonlyMap<string, readonly string[]>;
  readonly #isValid: IdRule["isValid"];

  /** @param document has the entity types with their keys */
  constructor(document: DocumentNode, entities: Iterable<string>, { isValid }: IdRule) {
    this.#keys = new Map([...entities].map((name) => [name, firstKeyOf(document, name)]));
    this.#isValid = isValid;
  }

  get types(): readonly string[] {
    return [...this.#keys.keys()];
  }

  idOf(type: string, entity: Readonly<Record<string, unknown>>): string {
    const key = this.#keys.get(type) ?? [];
    return encode([type, ...key.map((field) => entity[field])]);
  }

  /** Undefined: it is no id of an entity of this graph, spelled as `idOf` spells it. */
  parse(nodeId: unknown): NodeReference | undefined {
    if (typeof nodeId !== "string") return undefined;
    const [type, ...values] = decode(nodeId);
    const key = type === undefined ? undefined : this.#keys.get(type);
    if (type === undefined || key?.length !== values.length || !values.every(this.#isValid)) return undefined;
    if (encode([type, ...values]) !== nodeId) return undefined;
    return { __typename: type, ...Object.fromEntries(key.map((field, index) => [field, values[index] ?? ""])) };
  }
}

const encode = (parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString("base64url");

/** Empty: it is no list of texts. */
function decode(nodeId: string): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(nodeId, "base64url").toString());
    return Array.isArray(parts) && parts.every((part) => typeof part === "string") ? parts : [];
  } catch {
    return [];
  }
}

function firstKeyOf({ definitions }: DocumentNode, name: string): readonly string[] {
  const type = definitions.find((one) => one.kind === Kind.OBJECT_TYPE_DEFINITION && one.name.value === name);
  const directives = type?.kind === Kind.OBJECT_TYPE_DEFINITION ? (type.directives ?? []) : [];
  const fields = directives.find((one) => one.name.value === "key")?.arguments?.[0]?.value;
  if (fields?.kind !== Kind.STRING) throw new Error(`${name} has no @key`);
  return fields.value.split(" ");
}
