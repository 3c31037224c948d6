import { type ApolloServer } from "@apollo/server";
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type Caller, type Execute, type GraphContext, createExecutor, withUserInputCodes } from "../../graph/index.ts";
import { createStage } from "../../common/stage.ts";
import { abortSignalOf } from "../http/abort-signal.ts";
import { type RunningRequests } from "../http/drain.ts";
import { type Logger } from "../logging/log.ts";
import {
  DeprecatedUsage,
  type OperationInstrumentation,
  type Telemetry,
  instrumentRequests,
} from "../telemetry/index.ts";
import { apolloHandler } from "./apollo-handler.ts";
import { createApolloServer } from "./apollo-server.ts";
import { FastPath, type FastPathOptions } from "./fast-path/index.ts";
import { type FormatError } from "./format-errors.ts";
import { DEFAULT_LIMITS, type Introspection, type Limits } from "./limits/limits.ts";
import { type RateLimits, rateLimitsInMemory } from "./limits/rate-limit.ts";
import { OperationPipeline } from "./pipeline.ts";
import { type TrustedDocuments, withDocumentId } from "./trusted-documents.ts";

/** Answers a request that takes live results; undefined: it takes none. */
type AnswerLive = (
  request: FastifyRequest,
  reply: FastifyReply,
  caller: Caller,
  instrumentation: OperationInstrumentation,
) => Promise<unknown> | undefined;

export interface GuardOptions {
  limits?: Partial<Limits> | undefined;
  introspection: Introspection;
  /** @default any operation may be sent */
  trustedDocuments?: TrustedDocuments | undefined;
  /** Whether callers may register operations and send their hashes afterwards. @default false */
  persistedQueries?: boolean | undefined;
  /** @default counted in this process */
  rateLimits?: RateLimits | undefined;
}

type GraphqlOptions<Context extends GraphContext> = Pick<FastPathOptions<Context>, "schema" | "context" | "epoch"> & {
  guards: GuardOptions;
  telemetry: Telemetry;
  formatError: FormatError;
  log: Logger;
};

export interface Graphql<Context extends GraphContext> {
  readonly apollo: ApolloServer<Context>;
  readonly execute: Execute;
  /** Logs what is counted for the next line of the log. */
  close(): void;
  /** `/graphql` by HTTP: the fast path first, then live results, then Apollo. */
  route(
    http: FastifyInstance,
    requests: RunningRequests,
    callerOf: (request: FastifyRequest) => Caller,
    answerLive: AnswerLive,
  ): void;
}

const PATH = "/graphql";

const arrived = createStage({ longestWait: 5 });

/** The operation pipeline, with Apollo and the fast path, which run it. */
export function createGraphql<Context extends GraphContext>(options: GraphqlOptions<Context>): Graphql<Context> {
  const { schema, guards, telemetry, formatError, log } = options;
  const { introspection, trustedDocuments: trusted, persistedQueries = false } = guards;
  const limits = { ...DEFAULT_LIMITS, ...guards.limits };
  const rateLimits = guards.rateLimits ?? rateLimitsInMemory(limits);
  const pipeline = new OperationPipeline({ limits, introspection, trusted, rateLimits });
  const execute = createExecutor(schema, withUserInputCodes);
  const deprecated = DeprecatedUsage.of(schema, log, telemetry.metrics);
  const fastPath = new FastPath<Context>({ ...options, pipeline, trusted, execute, deprecated });
  const apollo = createApolloServer<Context>({
    schema,
    execute,
    pipeline,
    documents: fastPath.documents,
    telemetry,
    deprecated,
    formatError,
    log,
    limits,
    introspection,
    persistedQueries: persistedQueries && !trusted,
  });
  return {
    apollo,
    execute,
    close: () => deprecated?.close(),
    route: (http, requests, callerOf, answerLive) => {
      const instrumentationOf = instrumentRequests(http, telemetry);
      requests.onAnswered((request) => {
        // No effect if Apollo's plugins or the fast path have ended it.
        if (request.routeOptions.url === PATH) instrumentationOf(request).end("REFUSED");
      });
      const answerByApollo = apolloHandler(apollo, (request, reply) =>
        options.context(abortSignalOf(reply), callerOf(request), instrumentationOf(request)),
      );
      http.route({
        method: ["GET", "POST"],
        url: PATH,
        handler: (request, reply): unknown => {
          request.body = withDocumentId(request.body);
          const [caller, instrumentation] = [callerOf(request), instrumentationOf(request)];
          return instrumentation.run(() => {
            const parsed = fastPath.read(request);
            if (!parsed) return answerLive(request, reply, caller, instrumentation) ?? answerByApollo(request, reply);
            const send = (answer: unknown) => void reply.send(answer);
            arrived(() => {
              try {
                fastPath.answer({ parsed, reply, caller, instrumentation }).then(send, send);
              } catch (error) {
                send(error);
              }
            });
            return undefined;
          });
        },
      });
    },
  };
}
