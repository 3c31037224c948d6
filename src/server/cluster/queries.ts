import { Kind, OperationTypeNode, parse } from "graphql";
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
 */
export function queryCheck(textOf: TextOf, maxTokens: number): (asked: unknown) => boolean {
  const known = new LRUCache<string, boolean>({ ...MAX_TEXTS, sizeCalculation: (_, text) => text.length + 100 });
  return (asked) => {
    if (typeof asked !== "object" || asked === null) return true;
    const text = textOf(asked);
    // It may be known elsewhere what a hash stands for.
    if (text === undefined) return !("extensions" in asked);
    let isQuery = known.get(text);
    if (isQuery === undefined) {
      isQuery = hasQueriesOnly(text, maxTokens);
      known.set(text, isQuery);
    }
    return isQuery;
  };
}

function hasQueriesOnly(text: string, maxTokens: number): boolean {
  try {
    const { definitions } = parse(text, { noLocation: true, maxTokens });
    return definitions.every(
      (one) => one.kind !== Kind.OPERATION_DEFINITION || one.operation === OperationTypeNode.QUERY,
    );
  } catch {
    return true;
  }
}
