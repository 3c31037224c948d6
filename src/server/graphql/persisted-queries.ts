import { type ApolloServerPlugin } from "@apollo/server";
import { LRUCache } from "lru-cache";
import { MAX_TEXTS, sizeOf } from "./text-cache.ts";

/** The cache of automatic persisted queries. */
export function persistedQueryCache() {
  const texts = new LRUCache<string, string>({ ...MAX_TEXTS, sizeCalculation: sizeOf });
  return {
    /** By the hash, without Apollo's prefix. */
    textOf: (hash: string) => texts.get(`apq:${hash}`),
    get: (hash: string) => Promise.resolve(texts.get(hash)),
    set: (hash: string, text: string) => Promise.resolve(void texts.set(hash, text)),
    delete: (hash: string) => Promise.resolve(texts.delete(hash)),
  };
}

/** Apollo gives these client errors no code, so that they would count as internal errors. */
export function persistedQueryErrorCodes(): ApolloServerPlugin {
  const mistakes = new Set(["provided sha does not match query", "Unsupported persisted query version"]);
  return {
    requestDidStart: () =>
      Promise.resolve({
        didEncounterErrors({ errors }) {
          for (const { message, extensions } of errors) if (mistakes.has(message)) extensions.code ??= "BAD_REQUEST";
          return Promise.resolve();
        },
      }),
  };
}
