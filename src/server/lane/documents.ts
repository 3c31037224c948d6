import { type ApolloServerPlugin } from "@apollo/server";
import { type DocumentNode } from "graphql";
import { LRUCache } from "lru-cache";
import { type GraphContext } from "../../graph/index.ts";

/** Callers choose what they send, so it may not fill our memory. Parsed, a text takes some fifty times as much. */
const MAX_DOCUMENTS = { max: 1000, maxSize: 1024 * 1024 };

export interface KnownDocument {
  /** No other document's. */
  readonly id: number;
  /** The one that Apollo keeps, so that both use the same plans. */
  readonly document: DocumentNode;
}

/**
 * Documents by their text that Apollo has parsed and found valid, and of which an operation was let through to be run.
 * Whether a document is valid depends on itself, the schema and the deployment's limits: never on who sends it.
 */
export class KnownDocuments {
  readonly #byText = new LRUCache<string, KnownDocument>({
    ...MAX_DOCUMENTS,
    sizeCalculation: (_, text) => text.length + 100,
  });

  #lastId = 0;

  get(text: string): KnownDocument | undefined {
    return this.#byText.get(text);
  }

  /** Learns from the server that reads documents. */
  plugin<Context extends GraphContext>(): ApolloServerPlugin<Context> {
    return {
      requestDidStart: () =>
        Promise.resolve({
          executionDidStart: ({ source, document }) => {
            if (this.#byText.get(source)?.document !== document) {
              this.#byText.set(source, { id: (this.#lastId += 1), document });
            }
            return Promise.resolve();
          },
        }),
    };
  }
}
