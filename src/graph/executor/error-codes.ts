import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  getOperationAST,
} from "graphql";

const TOO_MANY = "Too many errors processing variables";

/** graphql-js' messages about invalid arguments and conditions, which it detects during execution. */
const OF_ARGUMENT = /^Argument "\w+" (?:of (?:required|non-null) type|has invalid value) /;

/** Adds the code `BAD_USER_INPUT` to input errors that execution detects: graphql-js gives them none. */
export function withUserInputCodes(
  result: ExecutionResult,
  { document, operationName }: Pick<ExecutionArgs, "document" | "operationName">,
): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: addUserInputCodes(result.errors, getOperationAST(document, operationName)) };
}

/** `operation`: location of errors that concern all variables. */
export function addUserInputCodes(
  errors: readonly GraphQLError[],
  operation: OperationDefinitionNode | null | undefined,
): GraphQLError[] {
  return errors.map((error) => {
    const { message, extensions } = error;
    if (extensions.code !== undefined) return error;
    const isOfVariable = error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION;
    if (isOfVariable || message.startsWith(TOO_MANY)) return asUserInput(error, operation);
    return OF_ARGUMENT.test(message) ? asUserInput(error) : error;
  });
}

/** The same error with the code `BAD_USER_INPUT`. `place`: its location, if it has none. */
export function asUserInput(error: GraphQLError, place?: OperationDefinitionNode | null): GraphQLError {
  const { message, nodes, path, originalError, extensions } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? place ?? null,
    path: path ?? null,
    originalError: originalError ?? error,
    extensions: { code: "BAD_USER_INPUT", ...extensions },
  });
}
