import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from "@apollo/server/plugin/disabled";
import { type GraphQLSchema } from "graphql";
import { type Execute, type GraphContext, replyExtensions } from "../../graph/index.ts";
import { type Logger } from "../logging/log.ts";
import { type DeprecatedUsage, type Telemetry, telemetryPlugin } from "../telemetry/index.ts";
import { apolloExecutor } from "./apollo-executor.ts";
import { apolloGuard } from "./apollo-guard.ts";
import { type DocumentCache } from "./fast-path/document-cache.ts";
import { type FormatError } from "./format-errors.ts";
import { type Introspection, type Limits } from "./limits/limits.ts";
import { persistedQueryCache, persistedQueryErrorCodes } from "./persisted-queries.ts";
import { type OperationPipeline } from "./pipeline.ts";

interface ApolloOptions {
  schema: GraphQLSchema;
  execute: Execute;
  pipeline: OperationPipeline;
  documents: DocumentCache;
  telemetry: Telemetry;
  /** Undefined: nothing in the schema is deprecated. */
  deprecated: DeprecatedUsage | undefined;
  formatError: FormatError;
  log: Logger;
  limits: Limits;
  introspection: Introspection;
  /** Whether callers may register operations and send their hashes afterwards. */
  persistedQueries: boolean;
}

/** The Apollo server, which parses and validates every operation the first time, on every transport. */
export function createApolloServer<Context extends GraphContext>(options: ApolloOptions): ApolloServer<Context> {
  const { schema, pipeline, documents, telemetry, formatError, log, limits, introspection } = options;
  return new ApolloServer<Context>({
    gateway: apolloExecutor(schema, options.execute),
    documentStore: documents.store,
    formatError,
    introspection: true, // Refused by the pipeline's rule.
    hideSchemaDetailsFromClientErrors: introspection !== "on",
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: options.persistedQueries && { cache: persistedQueryCache() },
    parseOptions: { maxTokens: limits.tokens },
    validationOptions: { maxErrors: limits.errors },
    // Without Apollo's `maxRecursiveSelections`, with which these rules would run after those of graphql-js.
    validationRules: pipeline.validationRules,
    stopOnTerminationSignals: false,
    logger: log,
    plugins: [
      ApolloServerPluginLandingPageDisabled(), // It loads scripts from another host. The playground is at /.
      apolloGuard<Context>(pipeline),
      persistedQueryErrorCodes(),
      responseExtensions(),
      telemetryPlugin(telemetry, schema, options.deprecated),
      documents.plugin(),
      // Unused features, which wrap the resolver of every field.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
    ],
  });
}

/** Adds `extensions` of the operation to the response. */
function responseExtensions<Context extends GraphContext>(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse({ contextValue, response: { body } }) {
          const extensions = replyExtensions(contextValue);
          if (body.kind === "single" && extensions) {
            body.singleResult.extensions = { ...body.singleResult.extensions, ...extensions };
          }
          return Promise.resolve();
        },
      }),
  };
}
