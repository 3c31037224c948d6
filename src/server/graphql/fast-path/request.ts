import { type FastifyRequest } from "fastify";
import { type DocumentNode, type OperationDefinitionNode, OperationTypeNode, getOperationAST } from "graphql";
import { isJson } from "../../http/content-type.ts";
import { hasExactJson } from "../limits/unsupported-values.ts";
import { type TrustedDocuments } from "../trusted-documents.ts";
import { type DocumentCache } from "./document-cache.ts";

/** A parsed GraphQL request for a cached document. */
export interface ParsedRequest {
  readonly document: DocumentNode;
  readonly documentId: number;
  /** Whether its answer can hold a secret of the caller. */
  readonly isConfidential: boolean;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>> | null;
  /** Of the response. */
  readonly contentType: string;
}

const JSON_TYPE = "application/json; charset=utf-8";
const RESPONSE_TYPE = "application/graphql-response+json; charset=utf-8";

/** Common `Accept` headers, with Apollo's response type. Requests with others go to Apollo. */
const CONTENT_TYPES: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, JSON_TYPE],
  ["*/*", JSON_TYPE],
  ["application/json", JSON_TYPE],
  ["application/json, text/plain, */*", JSON_TYPE], // axios
  ["application/graphql-response+json", RESPONSE_TYPE],
  ["application/graphql-response+json,application/json;q=0.9", RESPONSE_TYPE], // Apollo Client
  ["application/graphql-response+json, application/json", RESPONSE_TYPE],
  ["application/json, application/graphql-response+json", JSON_TYPE],
]);

/**
 * Parses a request for a cached document. Undefined: the request is unusual or invalid, and goes to Apollo. Only JSON is
 * accepted: pages of other origins cannot send it without CORS.
 */
export function parseRequest(
  { method, headers, body }: Pick<FastifyRequest, "method" | "headers" | "body">,
  known: DocumentCache,
  trusted: TrustedDocuments | undefined,
): ParsedRequest | undefined {
  const contentType = CONTENT_TYPES.get(headers.accept);
  if (method !== "POST" || contentType === undefined || !isJson(headers) || !isRecord(body)) return;
  const { operationName = null, variables = null, extensions = null } = body;
  if (operationName !== null && typeof operationName !== "string") return;
  if (variables !== null && !isRecord(variables)) return;
  if (!hasExactJson(variables) || !hasExactJson(extensions)) return; // The coalescing key is JSON.
  const text = textIn(body, trusted);
  const found = text === undefined ? undefined : known.get(text);
  const operation = found && getOperationAST(found.document, operationName);
  if (!operation || operation.operation === OperationTypeNode.SUBSCRIPTION) return;
  const { document, id: documentId, isConfidential } = found;
  return { document, documentId, isConfidential, operation, operationName, variables, contentType };
}

/** The document's text, sent or named by its id. */
function textIn(
  { query, extensions = null }: Record<string, unknown>,
  trusted: TrustedDocuments | undefined,
): string | undefined {
  if (query !== undefined && typeof query !== "string") return undefined;
  if (extensions !== null && !isRecord(extensions)) return undefined;
  if (trusted) return trusted.textOf({ ...(query !== undefined && { query }), ...(extensions && { extensions }) });
  return extensions && "persistedQuery" in extensions ? undefined : query;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
