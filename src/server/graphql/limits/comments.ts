import { GraphQLError } from "graphql";

/**
 * The error of a document with too many comments; undefined: there are not. graphql-js keeps a token of 88 bytes for each, and
 * does not count them in its limit of tokens: a body of 1 MiB could have half a million, of 46 MB of heap.
 */
export function commentError(text: string, most: number): GraphQLError | undefined {
  let found = 0;
  for (let at = text.indexOf("#"); at !== -1; at = text.indexOf("#", at + 1)) found += 1;
  if (found <= most) return undefined;
  return new GraphQLError(`Syntax Error: Document contains more than ${most} times "#". Parsing aborted.`, {
    extensions: { code: "GRAPHQL_PARSE_FAILED", http: { status: 400 } },
  });
}
