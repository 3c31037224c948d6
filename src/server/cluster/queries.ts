import { BREAK, type DocumentNode, Kind, OperationTypeNode, parse, visit } from "graphql";
import { LRUCache } from "lru-cache";

/** An operation as it came, of which nothing is checked yet. */
export interface Asked {
  query?: unknown;
  extensions?: unknown;
}

/** The text that will be run: what was sent, or what an id or hash stands for; undefined where that is not known here. */
export type TextOf = (asked: Asked) => string | undefined;

/** Callers choose their texts, so they may not fill our memory. */
const MAX_TEXTS = { max: 1000, maxSize: 4 * 1024 * 1024 };

/**
 * Tells queries, which any process may run, from all else. What cannot be read as operations is told for a query: it
 * is refused wherever it is run.
 *
 * @param onPrimary names of queries that only the primary can answer; default: none
 */
export function queryCheck(
  textOf: TextOf,
  maxTokens: number,
  onPrimary: ReadonlySet<string> = new Set(),
): (asked: unknown) => boolean {
  const known = new LRUCache<string, boolean>({ ...MAX_TEXTS, sizeCalculation: (_, text) => text.length + 100 });
  return (asked) => {
    if (typeof asked !== "object" || asked === null) return true;
    const text = textOf(asked);
    // It may be known elsewhere what a hash stands for.
    if (text === undefined) return !("extensions" in asked);
    let isQuery = known.get(text);
    if (isQuery === undefined) {
      isQuery = hasQueriesOnly(text, maxTokens, onPrimary);
      known.set(text, isQuery);
    }
    return isQuery;
  };
}

function hasQueriesOnly(text: string, maxTokens: number, onPrimary: ReadonlySet<string>): boolean {
  try {
    const document = parse(text, { noLocation: true, maxTokens });
    const isQuery = document.definitions.every(
      (one) => one.kind !== Kind.OPERATION_DEFINITION || one.operation === OperationTypeNode.QUERY,
    );
    return isQuery && !selects(document, onPrimary);
  } catch {
    return true;
  }
}

/** Whether a field of one of these names is selected anywhere, also in fragments. */
function selects(document: DocumentNode, names: ReadonlySet<string>): boolean {
  let isSelected = false;
  visit(document, {
    Field({ name }) {
      if (!names.has(name.value)) return undefined;
      isSelected = true;
      return BREAK;
    },
  });
  return isSelected;
}
