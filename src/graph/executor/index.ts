import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
  execute as executeByGraphql,
  getVariableValues,
} from "graphql";
import { FieldExecutor } from "./execute-fields.ts";
import { mapMaybePromise } from "../maybe-promise.ts";
import { operationsOf } from "./operations.ts";
import { Execution } from "./execution.ts";

/** Execution arguments, named as in graphql-js. */
type ExecutionRequest = Pick<
  ExecutionArgs,
  "document" | "operationName" | "variableValues" | "contextValue" | "rootValue"
>;

export type Execute = (request: ExecutionRequest) => ExecutionResult | Promise<ExecutionResult>;

/**
 * Runs validated operations from plans. Results equal those of graphql-js to the byte. Operations without a plan run in
 * graphql-js, which also reports why they cannot be run.
 *
 * @param finish what becomes of each result. @default it stays as it is
 */
export function createExecutor(
  schema: GraphQLSchema,
  finish: (result: ExecutionResult, execution: ExecutionRequest) => ExecutionResult = (result) => result,
): Execute {
  const operations = operationsOf(schema);
  const byGraphql = (execution: ExecutionRequest) =>
    mapMaybePromise(executeByGraphql({ schema, ...execution }), (result) => finish(result, execution));
  return (execution) => {
    const { document, operationName, variableValues, contextValue, rootValue } = execution;
    const operation = operations.find(document, operationName ?? null);
    if (!operation) return byGraphql(execution);
    const definitions = operation.definition.variableDefinitions ?? [];
    const { errors, coerced } = getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 50 });
    if (errors) return finish({ errors }, execution);
    const plan = operation.plan(coerced);
    if (!plan) return byGraphql(execution);

    const run = new Execution(plan, rootValue, contextValue, coerced);
    const reply = (data: Record<string, unknown> | null): ExecutionResult =>
      finish(run.errors.length === 0 ? { data } : { errors: run.errors, data }, execution);
    const failed = (error: unknown) => {
      run.add(error as GraphQLError, undefined); // `fail` has located it.
      return reply(null);
    };
    try {
      const isMutation = operation.definition.operation === OperationTypeNode.MUTATION;
      const fields = new FieldExecutor(run);
      const data = isMutation
        ? fields.executeSerially(plan.fields, rootValue)
        : fields.execute(plan.fields, rootValue, undefined);
      return data instanceof Promise ? data.then(reply, failed) : reply(data);
    } catch (error) {
      return failed(error);
    }
  };
}
