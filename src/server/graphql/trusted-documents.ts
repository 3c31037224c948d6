import { hash } from "node:crypto";
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type GraphQLRequest } from "@apollo/server";
import { GraphQLError, Lexer, Source, TokenKind, parse, print, stripIgnoredCharacters } from "graphql";
import { LRUCache } from "lru-cache";
import * as z from "zod";
import { parseJson } from "../../common/json.ts";
import { SettingError, fileError } from "../config/setting-error.ts";
import { inOrder, withoutTypenames } from "./manifest.ts";
import { MAX_TEXTS, sizeOf } from "./text-cache.ts";

/** The manifest of GraphQL Code Generator's client preset: documents by hash. */
const BY_HASH = z.record(z.string(), z.string());

/** The manifest of Apollo's tools. */
const APOLLO = z
  .object({
    format: z.literal("apollo-persisted-query-manifest"),
    version: z.literal(1),
    operations: z.array(z.object({ id: z.string(), body: z.string() })),
  })
  .transform(({ operations }) => Object.fromEntries(operations.map(({ id, body }) => [id, body])));

/** The allow-list of operations. */
export class TrustedDocuments {
  readonly #byId = new Map<string, string>();
  /** Without white space and comments. */
  readonly #texts = new Set<string>();
  /** In canonical form. */
  readonly #canonical = new Set<string>();
  /** The most tokens of a text that can be one of them: clients add at most a `__typename` to each brace. */
  #maxTokens = 0;
  /** Trusted texts as sent. */
  readonly #written = new LRUCache<string, true>({ ...MAX_TEXTS, sizeCalculation: (_, text) => sizeOf(text) });

  constructor(documents: Iterable<readonly [id: string, text: string]>) {
    for (const [id, text] of documents) {
      this.#byId.set(id, text);
      this.add([text]);
    }
  }

  /** The texts of the manifest. */
  get texts(): readonly string[] {
    return [...new Set(this.#byId.values())];
  }

  /** Trusts operations that are made of trusted ones. */
  add(texts: readonly string[]): void {
    for (const text of texts) {
      const form = canonical(text);
      if (form === undefined) continue; // It cannot be run.
      this.#canonical.add(form);
      this.#texts.add(stripIgnoredCharacters(text));
      this.#maxTokens = Math.max(this.#maxTokens, 2 * tokensOf(text));
    }
  }

  /** Replaces an operation's id by its text. Returns the refusal of an operation that is not trusted. */
  resolve(request: GraphQLRequest): GraphQLError | undefined {
    const text = this.textOf(request);
    if (text === undefined) return untrusted();
    request.query = text;
    delete request.extensions?.persistedQuery;
    return undefined;
  }

  /** The text of an operation, whether it is sent or named by its id; undefined where it is not trusted. */
  textOf(request: Pick<GraphQLRequest, "query" | "extensions">): string | undefined {
    const text = this.#byId.get(idOf(request) ?? "") ?? request.query ?? "";
    return this.#isTrusted(text) ? text : undefined;
  }

  /** Cached: comparing texts takes longer than all other checks. */
  #isTrusted(text: string): boolean {
    if (this.#texts.has(text) || this.#written.has(text)) return true;
    const isTrusted = isIn(this.#texts, compact(text)) || isIn(this.#canonical, canonical(text, this.#maxTokens));
    if (isTrusted) this.#written.set(text, true);
    return isTrusted;
  }
}

const isIn = (forms: ReadonlySet<string>, form: string | undefined): boolean => form !== undefined && forms.has(form);

/**
 * Reads a manifest, or a folder of .graphql files, whose ids are their SHA-256 hashes.
 *
 * @throws SettingError
 */
export async function readTrustedDocuments(path: string): Promise<TrustedDocuments> {
  const documents = await documentsIn(path).catch((error: unknown) => {
    throw error instanceof SettingError ? error : fileError("TRUSTED_DOCUMENTS", "read", error);
  });
  if (documents.length === 0) throw new SettingError("TRUSTED_DOCUMENTS: holds no operation, so none could be run");
  return new TrustedDocuments(documents);
}

async function documentsIn(path: string): Promise<(readonly [id: string, text: string])[]> {
  if ((await stat(path)).isDirectory()) {
    const names = (await readdir(path)).filter((name) => /\.(graphql|gql)$/.test(name)).sort();
    const texts = await Promise.all(names.map((name) => readFile(join(path, name), "utf8")));
    return texts.map((text) => [sha256(text), text]);
  }
  const { success, data } = z.union([APOLLO, BY_HASH]).safeParse(parseJson(await readFile(path, "utf8")));
  if (!success) throw new SettingError("TRUSTED_DOCUMENTS: has no known form");
  return Object.entries(data);
}

/** Supports clients that send `documentId`, which others send as hash in `extensions`. */
export function withDocumentId(body: unknown): unknown {
  if (typeof body !== "object" || body === null || "query" in body) return body;
  if (!("documentId" in body) || typeof body.documentId !== "string") return body;
  return { ...body, extensions: { persistedQuery: { version: 1, sha256Hash: body.documentId } } };
}

function idOf({ extensions }: Pick<GraphQLRequest, "extensions">): string | undefined {
  const persisted: unknown = extensions?.persistedQuery;
  if (typeof persisted !== "object" || persisted === null || !("sha256Hash" in persisted)) return undefined;
  return typeof persisted.sha256Hash === "string" ? persisted.sha256Hash : undefined;
}

/** Ignores white space and comments. Undefined: the text cannot be parsed. */
const compact = (text: string) => ifReadable(() => stripIgnoredCharacters(text));

/**
 * Ignores also the order of fragments, and `__typename`, which Apollo Client and urql add to every object and which is no
 * secret. Undefined: the text cannot be parsed, or has too many tokens.
 */
function canonical(text: string, maxTokens = Infinity): string | undefined {
  return ifReadable(() => print(inOrder(withoutTypenames(parse(text, { noLocation: true, maxTokens })))));
}

function tokensOf(text: string): number {
  const lexer = new Lexer(new Source(text));
  let count = 0;
  while (lexer.advance().kind !== TokenKind.EOF) count += 1;
  return count;
}

function ifReadable(form: () => string): string | undefined {
  try {
    return form();
  } catch {
    return undefined;
  }
}

const sha256 = (text: string) => hash("sha256", text, "hex");

function untrusted(): GraphQLError {
  return new GraphQLError("This deployment runs only the operations of its manifest", {
    extensions: { code: "UNTRUSTED_DOCUMENT", http: { status: 403 } },
  });
}
