import { GraphQLError } from "graphql";

/**
 * Refuses a document with too many comments. graphql-js keeps a token of 88 bytes for each and does not count them in its
 * limit of tokens: a body of 1 MiB could hold half a million, which are 46 MB of heap. Undefined: it has not.
 */
export function commentError(text: string, most: number): GraphQLError | undefined {
  let found = 0;
  for (let at = text.indexOf("#"); at !== -1; at = text.indexOf("#", at + 1)) found += 1;
  if (found <= most) return undefined;
  return new GraphQLError(`Syntax Error: Document contains more than ${most} times "#". Parsing aborted.`, {
    extensions: { code: "GRAPHQL_PARSE_FAILED", http: { status: 400 } },
  });
}
