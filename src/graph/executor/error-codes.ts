import { type ExecutionResult, GraphQLError, Kind, type OperationDefinitionNode, getOperationAST } from "graphql";
import { type Execute } from "./index.ts";

const TOO_MANY = "Too many errors processing variables";

/** graphql-js' words about arguments and conditions whose values do not fit, which it only finds when it runs them. */
const OF_ARGUMENT = /^Argument "\w+" (?:of (?:required|non-null) type|has invalid value) /;

/** Has mistakes of callers that show in execution carry the code `BAD_USER_INPUT`: graphql-js gives them none. */
export function withUserInputCodes(execute: Execute): Execute {
  return (execution) => {
    const coded = (result: ExecutionResult): ExecutionResult => {
      if (!result.errors) return result;
      const operation = getOperationAST(execution.document, execution.operationName);
      return { ...result, errors: addUserInputCodes(result.errors, operation) };
    };
    const result = execute(execution);
    return result instanceof Promise ? result.then(coded) : coded(result);
  };
}

/** `operation`: where the mistakes of all variables together stand. */
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

/** The same error with the code of a caller's mistake. `place`: where it stands when it does not say. */
export function asUserInput(error: GraphQLError, place?: OperationDefinitionNode | null): GraphQLError {
  const { message, nodes, path, originalError, extensions } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? place ?? null,
    path: path ?? null,
    originalError: originalError ?? error,
    extensions: { code: "BAD_USER_INPUT", ...extensions },
  });
}
