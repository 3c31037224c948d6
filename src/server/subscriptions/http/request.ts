import { type FastifyRequest } from "fastify";
import { OperationTypeNode, getOperationAST, parse } from "graphql";
import * as z from "zod";
import { parseJson } from "../../../common/json.ts";
import { withDocumentId } from "../../graphql/trusted-documents.ts";
import { isAllowedOrigin } from "../../http/host-check.ts";
import { CORRELATION_NAMES, REQUEST_ID } from "../../telemetry/index.ts";
import { type Operation } from "../apollo-admission.ts";

const OPERATION = z
  .object({
    query: z.string().optional(),
    operationName: z.string().nullish(),
    variables: z.record(z.string(), z.unknown()).nullish(),
    extensions: z.record(z.string(), z.unknown()).nullish(),
  })
  .refine(({ query, extensions }) => query !== undefined || extensions?.persistedQuery !== undefined)
  .transform(({ query = "", ...rest }) => ({ query, ...rest }));

/** The operation of a POST; undefined: the body holds none. */
export function operationIn(request: FastifyRequest): Operation | undefined {
  const { data } = OPERATION.safeParse(withDocumentId(request.body));
  return data && withCorrelation(data, request);
}

/**
 * The subscription of a GET, as gateways of the Hive family send it. Undefined: it is none, and goes to Apollo, so that
 * nothing else is run by GET.
 */
export function subscriptionInUrl(request: FastifyRequest, maxTokens: number): Operation | undefined {
  const { query, operationName, ...json } = request.query as Record<string, unknown>;
  const parsed = Object.fromEntries(
    ["variables", "extensions"].flatMap((name) =>
      typeof json[name] === "string" ? [[name, parseJson(json[name])]] : [],
    ),
  );
  const { data } = OPERATION.safeParse({ query, operationName, ...parsed });
  return data && isSubscription(data, maxTokens) ? withCorrelation(data, request) : undefined;
}

function isSubscription({ query, operationName }: Operation, maxTokens: number): boolean {
  try {
    return getOperationAST(parse(query, { maxTokens }), operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
  } catch {
    return false; // Apollo reports it.
  }
}

/** As over a WebSocket, where operations have no headers. */
function withCorrelation(operation: Operation, { headers, id }: FastifyRequest): Operation {
  const correlation = CORRELATION_NAMES.map((name): [string, unknown] => [name, headers[name]]);
  const extensions = { ...operation.extensions, ...Object.fromEntries(correlation), [REQUEST_ID]: id };
  return { ...operation, extensions };
}

/**
 * Whether a page of another site may have sent a GET, which needs no CORS. Browsers add one of these headers; pages cannot
 * read the response, but it would occupy a place.
 */
export function isOfOtherSite({ headers }: FastifyRequest, corsOrigins: readonly string[]): boolean {
  const site = headers["sec-fetch-site"];
  const isForeign = site !== undefined && site !== "same-origin" && site !== "none";
  const isAllowed = isAllowedOrigin(headers.origin, headers.host, corsOrigins);
  return (
    headers["apollo-require-preflight"] === undefined && (!isAllowed || (isForeign && headers.origin === undefined))
  );
}
