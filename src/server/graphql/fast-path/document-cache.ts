import { type ApolloServerPlugin } from "@apollo/server";
import { type DocumentNode } from "graphql";
import { LRUCache } from "lru-cache";
import { type GraphContext } from "../../../graph/index.ts";

/** Of heap, for all documents. */
export const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024;

/**
 * Measured: a token with its nodes and locations takes 88 bytes (a comment) to 483 bytes (a field of one letter). A text of
 * 2 KB has up to 1,000 tokens, and takes up to 240 times its length.
 */
const BYTES_PER_TOKEN = 500;

/** Upper estimate of the heap of a document with its text. Bytes. */
export function heapBytesOf({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken; token; token = token.next ?? undefined) tokens += 1;
  return 1024 + 2 * (loc?.source.body.length ?? 0) + BYTES_PER_TOKEN * tokens;
}

export interface CachedDocument {
  /** Unique. */
  readonly id: number;
  readonly document: DocumentNode;
  /** Whether its answer can hold a secret of the caller. */
  readonly isConfidential: boolean;
}

interface Entry extends CachedDocument {
  /** Apollo's key: a hash of its text. */
  readonly key: string;
  /** Whether one of its operations has passed all checks. */
  wasRun: boolean;
}

/**
 * Apollo's document store of parsed, valid documents. The fast path looks up documents by text, once an operation of theirs
 * has passed all checks. Validity depends on document, schema and configured limits, never on the caller. Bounded by bytes,
 * since callers choose documents.
 */
export class DocumentCache {
  readonly #byKey: LRUCache<string, Entry>;
  readonly #byText = new Map<string, Entry>();
  readonly #isConfidential: (document: DocumentNode) => boolean;
  #lastId = 0;

  constructor(isConfidential: (document: DocumentNode) => boolean, maxBytes = MAX_DOCUMENT_BYTES) {
    this.#isConfidential = isConfidential;
    this.#byKey = new LRUCache<string, Entry>({
      maxSize: maxBytes,
      sizeCalculation: ({ document }) => heapBytesOf(document),
      dispose: (entry) => this.#byText.delete(textOf(entry.document)),
    });
  }

  /** Number of documents, and their estimated heap. */
  get size(): { documents: number; bytes: number } {
    return { documents: this.#byKey.size, bytes: this.#byKey.calculatedSize };
  }

  get(text: string): CachedDocument | undefined {
    const entry = this.#byText.get(text);
    return entry?.wasRun ? this.#byKey.get(entry.key) : undefined; // `get` marks it as most recently used.
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
    const isConfidential = this.#isConfidential(document);
    const entry: Entry = { id: (this.#lastId += 1), key, document, isConfidential, wasRun: false };
    this.#byKey.set(key, entry);
    if (this.#byKey.has(key)) this.#byText.set(textOf(document), entry); // Absent if it is too large.
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
