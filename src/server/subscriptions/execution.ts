import { setMaxListeners } from "node:events";
import { type ApolloServer } from "@apollo/server";
import { type CallerSignal } from "../../common/abort.ts";
import {
  type DocumentNode,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  createSourceEventStream,
  getOperationAST,
  getVariableValues,
} from "graphql";
import {
  type Caller,
  type Execute,
  type GraphContext,
  type OperationTelemetry,
  asUserInput,
  addUserInputCodes,
  replyExtensions,
} from "../../graph/index.ts";
import { type Logger } from "../logging/log.ts";
import { type FormatError, formatErrors } from "../graphql/format-errors.ts";
import { type Telemetry, type OperationInstrumentation, correlate } from "../telemetry/index.ts";
import { type Admission, type Operation, apolloAdmission } from "./apollo-admission.ts";
import { untilAborted } from "./until-aborted.ts";

export interface RunnerOptions<Context extends GraphContext> {
  apollo: ApolloServer<Context>;
  schema: GraphQLSchema;
  execute: Execute;
  context: (signal: CallerSignal, caller: Caller, instrumentation: OperationTelemetry) => Context;
  formatError: FormatError;
  log: Logger;
  telemetry: Telemetry;
}

/** One response, or events until the signal aborts. A result without `data` is the last. */
export type OperationOutcome =
  | { isStream: false; reply: FormattedExecutionResult }
  | { isStream: true; events: AsyncIterable<FormattedExecutionResult> };

/** Runs operations of WebSockets and streams. Never rejects: errors are in the result, masked. */
export type RunOperation = (
  operation: Operation,
  signal: AbortSignal,
  caller: Caller,
  /** @default a new one */
  instrumentation?: OperationInstrumentation,
) => Promise<OperationOutcome>;

export interface OperationRunner<Context extends GraphContext> {
  readonly run: RunOperation;
  /** See `Admission`: for an operation that Apollo answers over HTTP. */
  readonly awaitSubscription: Admission<Context>["awaitSubscription"];
  /** Subscribes, once the operation has passed all stages before execution. Never rejects. */
  readonly subscribe: (
    document: DocumentNode,
    operation: Operation,
    context: Context,
    instrumentation: OperationInstrumentation,
  ) => Promise<OperationOutcome>;
}

export function createOperationRunner<Context extends GraphContext>(
  options: RunnerOptions<Context>,
): OperationRunner<Context> {
  const { schema, execute, log, telemetry } = options;
  const { admit, awaitSubscription } = apolloAdmission(options.apollo);

  const run: RunOperation = (
    operation,
    signal,
    caller,
    instrumentation = telemetry.begin(correlate((name) => operation.extensions?.[name])),
  ) =>
    instrumentation.run(async (): Promise<OperationOutcome> => {
      try {
        setMaxListeners(0, signal); // Each pending read adds a listener.
        const context = options.context(signal, caller, instrumentation);
        const admitted = await admit(operation, context);
        if ("result" in admitted) return { isStream: false, reply: admitted.result };
        return await subscribe(admitted.document, operation, context, instrumentation);
      } catch (error) {
        return { isStream: false, reply: failure([error], instrumentation) };
      }
    });
  return {
    run,
    awaitSubscription,
    subscribe: (document, operation, context, instrumentation) =>
      instrumentation.run(() =>
        subscribe(document, operation, context, instrumentation).catch((error: unknown) => ({
          isStream: false as const,
          reply: failure([error], instrumentation),
        })),
      ),
  };

  /** The context of `subscribe` lives as long as the subscription, and so would its loaders' caches. */
  async function subscribe(
    document: DocumentNode,
    operation: Operation,
    context: Context,
    instrumentation: OperationInstrumentation,
  ): Promise<OperationOutcome> {
    const { operationName, variables: variableValues } = operation;
    const definition = getOperationAST(document, operationName);
    const { variableDefinitions = [] } = definition ?? {};
    const { errors: mistakes } = getVariableValues(schema, variableDefinitions, variableValues ?? {}, {
      maxErrors: 50,
    });
    if (mistakes) {
      const coded = mistakes.map((mistake) => asUserInput(mistake, definition));
      return { isStream: false, reply: failure(coded, instrumentation) };
    }

    const args = { schema, document, operationName: operationName ?? null, variableValues: variableValues ?? null };
    const source = await createSourceEventStream({ ...args, contextValue: context });
    if (!(Symbol.asyncIterator in source)) {
      return { isStream: false, reply: failure(addUserInputCodes(source.errors ?? [], definition), instrumentation) };
    }
    instrumentation.end("OK");
    return { isStream: true, events: results(args, source, context, instrumentation) };
  }

  async function* results(
    args: Subscription,
    source: AsyncIterable<unknown>,
    subscribed: GraphContext,
    instrumentation: OperationInstrumentation,
  ) {
    const { signal } = subscribed;
    const closed = telemetry.opened("subscription");
    const onFailedReturn = (err: unknown) => log.error({ err }, "the source of a subscription failed to end");
    try {
      for await (const event of untilAborted(signal, source, onFailedReturn)) {
        yield await result(args, event, subscribed, telemetry.event(instrumentation));
      }
    } catch (error) {
      // After an abort nothing is sent, and sources may fail.
      if (!signal.aborted) yield failure([error], telemetry.event(instrumentation));
    } finally {
      closed();
    }
  }

  /** Executes one event. Each has a context of its own: loaders cache, and the next event would show stale data. */
  async function result(
    args: Subscription,
    event: unknown,
    { signal, caller }: GraphContext,
    instrumentation: OperationInstrumentation,
  ): Promise<FormattedExecutionResult> {
    // A signal of its own: listeners on the subscription's would accumulate until it ends.
    const own = new AbortController();
    setMaxListeners(0, own.signal);
    const abort = () => own.abort();
    signal.addEventListener("abort", abort);
    try {
      const context = options.context(own.signal, caller, instrumentation);
      const { data, errors } = await instrumentation.run(async () =>
        execute({ ...args, rootValue: event, contextValue: context }),
      );
      const shown = errors && failure(errors, instrumentation, args.document);
      instrumentation.end("OK");
      const extensions = replyExtensions(context);
      return { ...shown, data: data ?? null, ...(extensions && { extensions }) };
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  function failure(
    errors: readonly unknown[],
    instrumentation: OperationInstrumentation,
    document?: DocumentNode,
  ): FormattedExecutionResult {
    telemetry.observeErrors(errors, instrumentation);
    const { errors: shown } = formatErrors(errors, options.formatError);
    const inFields = errors.filter((error) => error instanceof GraphQLError);
    telemetry.ended(instrumentation, shown, document && { schema, document, errors: inFields });
    return { errors: shown };
  }
}

interface Subscription {
  schema: GraphQLSchema;
  document: DocumentNode;
  operationName: string | null;
  variableValues: Record<string, unknown> | null;
}
