import { HeaderMap } from "@apollo/server";
import { GraphQLError, type GraphQLFormattedError, Kind } from "graphql";

export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** What errors come to: as callers see them, and what they say about the HTTP reply. */
export interface ShownErrors {
  errors: GraphQLFormattedError[];
  status: number | undefined;
  headers: ReadonlyMap<string, string>;
}

/** As Apollo does it, for operations that it does not run. */
export function showErrors(errors: readonly unknown[], formatError: FormatError): ShownErrors {
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

/** As Apollo does it, for variables that do not fit their types. */
export function asUserInput(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    originalError: error.originalError ?? error,
    extensions: { code: "BAD_USER_INPUT", ...error.extensions },
  });
}

/** Whether it is such an error. */
export function isOfVariable({ message, nodes, extensions: { code } }: GraphQLError): boolean {
  const [node, ...more] = nodes ?? [];
  if (code !== undefined || node?.kind !== Kind.VARIABLE_DEFINITION || more.length > 0) return false;
  const place = `Variable "$${node.variable.name.value}" `;
  return message.startsWith(place) && MISFITS.some((words) => message.startsWith(words, place.length));
}

const MISFITS = ["has invalid value", "got invalid value ", "of required type ", "of non-null type "];

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
