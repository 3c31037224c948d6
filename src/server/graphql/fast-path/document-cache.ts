import { type ApolloServerPlugin } from "@apollo/server";
import { type DocumentNode } from "graphql";
import { LRUCache } from "lru-cache";
import { type GraphContext } from "../../../graph/index.ts";

/** Heap bytes of all documents. */
export const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024;

/**
 * Measured: a token with its nodes and their locations takes 88 (a comment) to 483 bytes (a field of one letter). A text
 * of 2 KB has up to 1,000 tokens, so that it takes up to 240 times its length.
 */
const BYTES_PER_TOKEN = 500;

/** Bytes of heap that a document takes, its text included: an upper estimate. */
export function heapBytesOf({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken; token; token = token.next ?? undefined) tokens += 1;
  return 1024 + 2 * (loc?.source.body.length ?? 0) + BYTES_PER_TOKEN * tokens;
}

export interface CachedDocument {
  /** Unique. */
  readonly id: number;
  readonly document: DocumentNode;
}

interface Entry extends CachedDocument {
  /** Apollo's key of it: a hash of its text. */
  readonly key: string;
  /** Whether an operation of it passed all checks. */
  wasRun: boolean;
}

/**
 * Apollo's document store: parsed and valid documents. The fast path looks up by text those of which an operation passed
 * all checks. Validity depends on the document, the schema and the deployment's limits, never on the caller. Bounded by
 * bytes, since callers choose documents.
 */
export class DocumentCache {
  readonly #byKey: LRUCache<string, Entry>;
  readonly #byText = new Map<string, Entry>();
  #lastId = 0;

  constructor(maxBytes = MAX_DOCUMENT_BYTES) {
    this.#byKey = new LRUCache<string, Entry>({
      maxSize: maxBytes,
      sizeCalculation: ({ document }) => heapBytesOf(document),
      dispose: (entry) => this.#byText.delete(textOf(entry.document)),
    });
  }

  /** How many documents are kept, and the bytes of heap that they take by estimate. */
  get size(): { documents: number; bytes: number } {
    return { documents: this.#byKey.size, bytes: this.#byKey.calculatedSize };
  }

  get(text: string): CachedDocument | undefined {
    const entry = this.#byText.get(text);
    return entry?.wasRun ? this.#byKey.get(entry.key) : undefined; // `get` also marks it as the most recently used.
  }

  /** Apollo's `documentStore`. */
  readonly store = {
    get: (key: string): Promise<DocumentNode | undefined> => Promise.resolve(this.#byKey.get(key)?.document),
    set: (key: string, document: DocumentNode): Promise<void> => {
      this.#keep(key, document);
      return Promise.resolve();
    },
    delete: (key: string): Promise<boolean> => Promise.resolve(this.#byKey.delete(key)),
  };

  #keep(key: string, document: DocumentNode): void {
    const entry: Entry = { id: (this.#lastId += 1), key, document, wasRun: false };
    this.#byKey.set(key, entry);
    if (this.#byKey.has(key)) this.#byText.set(textOf(document), entry); // Absent: it is too large.
  }

  /** Marks documents whose operations Apollo executes. */
  plugin<Context extends GraphContext>(): ApolloServerPlugin<Context> {
    return {
      requestDidStart: () =>
        Promise.resolve({
          executionDidStart: ({ source, document }) => {
            const entry = this.#byText.get(source);
            if (entry?.document === document) entry.wasRun = true;
            return Promise.resolve();
          },
        }),
    };
  }
}

const textOf = ({ loc }: DocumentNode): string => loc?.source.body ?? "";
