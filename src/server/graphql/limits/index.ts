import { type ApolloServerOptionsWithSchema } from "@apollo/server";
import { ApolloServerPluginLandingPageDisabled } from "@apollo/server/plugin/disabled";
import { GraphQLError, type ValidationRule } from "graphql";
import { type GraphContext } from "../../../graph/index.ts";
import { type Allowances, allowancesInMemory } from "./rate-limit.ts";
import { type TrustedDocuments, persistedQueryCache, persistedQueryMistakes } from "../trusted-documents.ts";
import { entrance } from "./entrance.ts";
import { firstRule } from "./document-rule.ts";
import { Gates } from "./gates.ts";
import { DEFAULT_LIMITS, type Introspection, type Limits } from "./limits.ts";
import { pricing } from "./price.ts";

export { type Allowances, allowanceAhead, allowancesInMemory } from "./rate-limit.ts";
export { DEFAULT_LIMITS } from "./limits.ts";
export { type TrustedDocuments, readTrustedDocuments, withDocumentId } from "../trusted-documents.ts";
export { type Gates } from "./gates.ts";
export { isWrittenAsItIs } from "./odd-values.ts";

export interface GuardOptions {
  limits?: Partial<Limits> | undefined;
  introspection: Introspection;
  /** Absent: any operation may be sent. */
  trustedDocuments?: TrustedDocuments | undefined;
  /** Whether callers may register operations and send their hashes from then on. */
  persistedQueries?: boolean | undefined;
  /** Absent: callers are counted here. */
  allowances?: Allowances | undefined;
}

/** The gates of one server: it has one allowance for each caller, whoever runs its operations. */
export function gatesOf({ limits: given, allowances }: Pick<GuardOptions, "limits" | "allowances">): Gates {
  const limits = { ...DEFAULT_LIMITS, ...given };
  return new Gates(limits.koreRequests, allowances ?? allowancesInMemory(limits));
}

/**
 * What stands between callers and the graph: options of the one Apollo server by which every operation is read for the
 * first time, whatever transport it came by.
 */
export function guards<Context extends GraphContext>(options: GuardOptions, gates: Gates) {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { introspection, trustedDocuments: trusted } = options;
  const persisted = options.persistedQueries && !trusted ? persistedQueryCache() : undefined;
  return {
    apollo: {
      introspection: true, // Refused by `hiding`.
      hideSchemaDetailsFromClientErrors: introspection !== "on",
      includeStacktraceInErrorResponses: false,
      csrfPrevention: true,
      allowBatchedHttpRequests: false,
      persistedQueries: persisted ? { cache: persisted } : (false as const),
      parseOptions: { maxTokens: limits.tokens },
      validationOptions: { maxErrors: limits.errors },
      // Without Apollo's `maxRecursiveSelections`, which has these rules wait for graphql-js' own.
      validationRules: [firstRule(limits), hiding(HIDDEN[introspection])],
      plugins: [
        ApolloServerPluginLandingPageDisabled(), // It loads from strangers. Ours stands at /.
        entrance<Context>(gates, trusted, limits.tokens),
        persistedQueryMistakes(),
        pricing<Context>(gates),
      ],
    } satisfies Partial<ApolloServerOptionsWithSchema<Context>>,
  };
}

/** Fields that show the schema: `_service` does as a whole, as introspection does in parts. */
const HIDDEN: Record<Introspection, readonly string[]> = {
  on: [],
  subgraph: ["__schema", "__type"],
  off: ["__schema", "__type", "_service"],
};

/** In place of Apollo's own rule, which hides less and tells callers how a server of Apollo's is set up. */
function hiding(names: readonly string[]): ValidationRule {
  return (context) => ({
    Field(node) {
      if (!names.includes(node.name.value)) return;
      context.reportError(new GraphQLError("The schema is not shown by this deployment", { nodes: node }));
    },
  });
}
