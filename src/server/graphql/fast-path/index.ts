import { type FastifyReply, type FastifyRequest } from "fastify";
import { type ExecutionResult, type GraphQLSchema, OperationTypeNode } from "graphql";
import { type CallerSignal } from "../../../common/abort.ts";
import {
  type Caller,
  type Execute,
  type GraphContext,
  type MaybePromise,
  type OperationTelemetry,
  replyExtensions,
  confidentialDocuments,
  permissionsKey,
  mapMaybePromise,
} from "../../../graph/index.ts";
import { abortSignalOf, onAbort } from "../../http/abort-signal.ts";
import { type DeprecatedUsage, type Telemetry, type OperationInstrumentation } from "../../telemetry/index.ts";
import { type FormatError, formatErrors } from "../format-errors.ts";
import { type OperationPipeline } from "../pipeline.ts";
import { type TrustedDocuments } from "../trusted-documents.ts";
import { DocumentCache } from "./document-cache.ts";
import { type PlannedOperation, QueryCoalescing } from "./query-coalescing.ts";
import { type ParsedRequest, parseRequest } from "./request.ts";

export interface FastPathOptions<Context extends GraphContext> {
  schema: GraphQLSchema;
  execute: Execute;
  pipeline: OperationPipeline;
  trusted: TrustedDocuments | undefined;
  telemetry: Telemetry;
  /** Undefined: nothing in the schema is deprecated. */
  deprecated: DeprecatedUsage | undefined;
  formatError: FormatError;
  /** Creates the context of one operation. `onAnswer`: called at KORE's first answer. */
  context: (
    signal: CallerSignal,
    caller: Caller,
    instrumentation: OperationTelemetry,
    onAnswer?: () => void,
  ) => Context;
  /** Grows with every write. @default constant */
  epoch?: () => number;
}

interface Outcome {
  readonly result: ExecutionResult;
  readonly extensions: Record<string, unknown> | undefined;
  /** Of the request that started the operation. */
  readonly instrumentation: OperationInstrumentation;
  /** The response body, once serialised, where it is the same for all subscribers. */
  body?: string | Buffer;
}

/** One request for a cached document. */
interface FastPathRequest {
  readonly parsed: ParsedRequest;
  readonly reply: FastifyReply;
  readonly caller: Caller;
  readonly instrumentation: OperationInstrumentation;
}

/**
 * Answers POST requests for cached documents without Apollo's request pipeline, which costs more than all other stages
 * together. Checks, executor and format are the same, and responses are equal to the byte. Identical queries in flight
 * are coalesced.
 */
export class FastPath<Context extends GraphContext> {
  readonly documents: DocumentCache;
  readonly #options: FastPathOptions<Context>;
  readonly #coalescing: QueryCoalescing<Outcome>;

  constructor(options: FastPathOptions<Context>) {
    this.#options = options;
    this.documents = new DocumentCache(confidentialDocuments(options.schema));
    this.#coalescing = new QueryCoalescing(options.epoch ?? (() => 0));
  }

  /** Undefined: the request goes to Apollo. */
  read(request: FastifyRequest): ParsedRequest | undefined {
    return parseRequest(request, this.documents, this.#options.trusted);
  }

  /**
   * Does not reject for errors of the operation: they are in the response, masked. Not an async function, nor are those that
   * it calls: each would make two promises more for an answer.
   */
  answer(request: FastPathRequest): Promise<string | Buffer> {
    const { parsed, caller, instrumentation } = request;
    const execute = (refusal: Error | undefined) => {
      instrumentation.resolved(refusal ? NO_OPERATION : parsed.operation);
      if (refusal) throw refusal;
      const { document, operation, variables } = parsed;
      this.#options.deprecated?.count({ document, operation, variables, name: instrumentation.name, caller });
      const isQuery = parsed.operation.operation === OperationTypeNode.QUERY;
      const isCoalesced = isQuery && !parsed.isConfidential && !instrumentation.wantsStats;
      return isCoalesced ? this.#runCoalesced(request) : this.#run(request);
    };
    const refuse = (error: unknown) => this.#writeRefusal(request, error);
    try {
      const refusal = this.#options.pipeline.beforeParseOnFastPath(caller);
      return refusal instanceof Promise ? refusal.then(execute).catch(refuse) : execute(refusal);
    } catch (error) {
      return Promise.resolve(refuse(error));
    }
  }

  /** @throws GraphQLError when it is refused before anything is asynchronous */
  #run(request: FastPathRequest): Promise<string | Buffer> {
    const { cost, run } = this.#plan(request, abortSignalOf(request.reply));
    const check = this.#checkCost(cost, request.caller);
    return (check ? check.then(run) : run()).then(
      (outcome) => this.#write(request, outcome, false),
      (error: unknown) => this.#writeRefusal(request, error),
    );
  }

  /** @throws GraphQLError when it is refused before anything is asynchronous */
  #runCoalesced(request: FastPathRequest): Promise<string | Buffer> {
    const { caller, reply, instrumentation } = request;
    const subscription = this.#coalescing.subscribe(coalescingKey(request), (signal, onAnswer) =>
      this.#plan(request, signal, onAnswer),
    );
    onAbort(reply, () => {
      if (subscription.isShared) instrumentation.end("REQUEST_CANCELLED"); // Otherwise the aborted operation ends it.
      subscription.unsubscribe();
    });
    const write = (outcome: Outcome) => {
      if (outcome.instrumentation !== instrumentation) instrumentation.coalescedWith(outcome.instrumentation.stats);
      return this.#write(request, outcome, subscription.isShared);
    };
    const refuse = (error: unknown) => {
      subscription.unsubscribe();
      return this.#writeRefusal(request, error);
    };
    try {
      const check = this.#checkCost(subscription.cost, caller);
      return (check ? check.then(() => subscription.outcome()) : subscription.outcome()).then(write, refuse);
    } catch (error) {
      subscription.unsubscribe();
      throw error;
    }
  }

  /** Asynchronous only if the rate limit is shared. @throws GraphQLError of the refusal */
  #checkCost(cost: number, caller: Caller): MaybePromise<void> {
    return mapMaybePromise(this.#options.pipeline.beforeExecution(cost, caller), (refusal) => {
      if (refusal) throw refusal;
    });
  }

  #plan(
    { parsed, caller, instrumentation }: FastPathRequest,
    signal: CallerSignal,
    onAnswer?: () => void,
  ): PlannedOperation<Outcome> {
    const { schema, pipeline, execute } = this.#options;
    const { document, operation, operationName, variables } = parsed;
    const context = this.#options.context(signal, caller, instrumentation, onAnswer);
    return {
      cost: pipeline.costOf({ schema, document, operation, variables: variables ?? {}, context }),
      run: () => {
        const outcomeOf = (result: ExecutionResult) => ({
          result,
          extensions: replyExtensions(context),
          instrumentation,
        });
        const result = execute({ document, operationName, variableValues: variables, contextValue: context });
        return result instanceof Promise ? result.then(outcomeOf) : Promise.resolve(outcomeOf(result));
      },
    };
  }

  /** `isShared`: serialised once, as bytes, for all subscribers. */
  #write(request: FastPathRequest, outcome: Outcome, isShared: boolean): string | Buffer {
    const { parsed, reply, instrumentation } = request;
    const { result, extensions } = outcome;
    if (result.errors) return this.#writeErrors(request, outcome);
    this.#options.telemetry.ended(instrumentation);
    reply.header("content-type", parsed.contentType);
    if (outcome.body === undefined) {
      const text = serialised({ data: result.data, extensions });
      outcome.body = isShared ? Buffer.from(text) : text;
    }
    return outcome.body;
  }

  #writeErrors(request: FastPathRequest, { result: { data, errors = [] }, extensions }: Outcome): string {
    const { telemetry, schema, formatError } = this.#options;
    const { parsed, instrumentation } = request;
    telemetry.observeErrors(errors, instrumentation);
    const formatted = formatErrors(errors, formatError);
    const { status = data === undefined ? 400 : 200 } = formatted;
    telemetry.ended(instrumentation, formatted.errors, { schema, document: parsed.document, errors });
    this.#writeHead(request, status, formatted.headers);
    return serialised({ errors: formatted.errors, data, extensions });
  }

  /** For operations that did not run. */
  #writeRefusal(request: FastPathRequest, error: unknown): string {
    const { telemetry, formatError } = this.#options;
    const { instrumentation } = request;
    telemetry.observeErrors([error], instrumentation);
    const { errors, status = 500, headers } = formatErrors([error], formatError);
    telemetry.ended(instrumentation, errors);
    this.#writeHead(request, status, headers);
    return serialised({
      errors,
      extensions: replyExtensions({ hints: [], stale: [], incomplete: [], instrumentation }),
    });
  }

  #writeHead({ parsed, reply }: FastPathRequest, status: number, headers: ReadonlyMap<string, string>): void {
    reply.code(status).header("content-type", parsed.contentType);
    for (const [name, value] of headers) reply.header(name, value);
  }
}

/** The operation that metrics name for a request refused before parsing, as on Apollo's path. */
const NO_OPERATION = { operation: OperationTypeNode.QUERY };

/** Coalescing key: role, accounts, document, variables. Resolvers must not read anything else from the caller. */
function coalescingKey({ parsed: { documentId, operationName, variables }, caller }: FastPathRequest): string {
  return `${permissionsKey(caller)} ${documentId} ${JSON.stringify([operationName, variables])}`;
}

/** As Apollo writes it. */
function serialised(response: object): string {
  return `${JSON.stringify(response)}\n`;
}
