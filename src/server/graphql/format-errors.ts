import { HeaderMap } from "@apollo/server";
import { GraphQLError, type GraphQLFormattedError } from "graphql";

export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** Formatted errors, and the HTTP status and headers that they set. */
export interface FormattedErrors {
  errors: GraphQLFormattedError[];
  status: number | undefined;
  headers: ReadonlyMap<string, string>;
}

/** Formats errors as Apollo does, for operations that Apollo does not run. */
export function formatErrors(errors: readonly unknown[], formatError: FormatError): FormattedErrors {
  const headers = new HeaderMap();
  let status: number | undefined;
  const shown = errors.map((error) => {
    const { extensions, ...rest } = asGraphQLError(error).toJSON();
    const { http, ...others } = extensions ?? {};
    if (isHead(http)) {
      status = http.status ?? status;
      for (const [name, value] of http.headers ?? []) headers.set(name, value);
    }
    return formatError({ ...rest, extensions: { code: "INTERNAL_SERVER_ERROR", ...others } }, error);
  });
  return { errors: shown, status, headers };
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return error instanceof Error
    ? new GraphQLError(error.message, { originalError: error })
    : new GraphQLError(`Unexpected error value: ${String(error)}`);
}

function isHead(http: unknown): http is { status?: number; headers?: Map<string, string> } {
  if (typeof http !== "object" || http === null) return false;
  const { status, headers } = http as { status?: unknown; headers?: unknown };
  return (status === undefined || typeof status === "number") && (headers === undefined || headers instanceof Map);
}
