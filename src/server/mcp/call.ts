import { hash } from "node:crypto";
import { type ApolloServer } from "@apollo/server";
import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST, parse } from "graphql";
import { type CallerSignal } from "../../common/abort.ts";
import { newRequestStats } from "../../common/request-stats.ts";
import { StoreUnavailable } from "../../common/store/store-errors.ts";
import { type Caller, type GraphContext, queryCost } from "../../graph/index.ts";
import { type FastPathOptions } from "../graphql/fast-path/index.ts";
import { type Logger } from "../logging/log.ts";
import { type OperationInstrumentation } from "../telemetry/index.ts";
import { orderVariables, requestKeyIn } from "./order.ts";
import { type Rehearsals } from "./rehearsals.ts";
import { TOKEN, type Tool } from "./tools.ts";

type Values = Readonly<Record<string, unknown>>;

/** The answer of a tool: GraphQL's response, with the cost in requests to KORE. */
export interface ToolAnswer {
  data?: unknown;
  errors?: readonly unknown[];
  extensions?: Values;
  /** Of a rehearsed order. */
  rehearsal?: Rehearsal;
}

interface Rehearsal {
  token: string;
  expiresAt: string;
  next: string;
}

export interface CallOptions<Context extends GraphContext> {
  schema: GraphQLSchema;
  apollo: ApolloServer<Context>;
  context: FastPathOptions<Context>["context"];
  rehearsals: Rehearsals;
  log: Logger;
}

/** One call of a tool. */
export interface ToolCall {
  tool: Tool;
  args: Values;
  caller: Caller;
  signal: CallerSignal;
  /** Starts the instrumentation of one operation. */
  begin: () => OperationInstrumentation;
}

/** Runs tools by the same pipeline as operations over HTTP. Never rejects: errors are in the answer, masked. */
export class ToolRunner<Context extends GraphContext> {
  readonly #options: CallOptions<Context>;
  readonly #documents = new WeakMap<Tool, DocumentNode>();

  constructor(options: CallOptions<Context>) {
    this.#options = options;
  }

  async call(call: ToolCall): Promise<ToolAnswer> {
    const { tool, args } = call;
    const known = Object.keys(tool.inputSchema.properties);
    if (Object.keys(args).some((name) => !known.includes(name))) {
      const list = known.length === 0 ? "none" : known.join(", ");
      return refusal(`The tool does not have all of these arguments. It takes ${list}`);
    }
    try {
      return tool.order ? await this.#order(call, tool.order) : await this.#run(call, args);
    } catch (error) {
      if (error instanceof StoreUnavailable) return refusal(STORE_UNAVAILABLE, "STORE_UNAVAILABLE");
      this.#options.log.error({ err: error, operation: tool.name }, "an MCP tool failed with a defect");
      return refusal("Internal error", "INTERNAL_SERVER_ERROR");
    }
  }

  async #order(call: ToolCall, order: NonNullable<Tool["order"]>): Promise<ToolAnswer> {
    const { [TOKEN]: token, ...given } = call.args;
    if (requestKeyIn(order, given) === undefined) {
      const name = order.inputVariable === undefined ? order.requestKey : `${order.inputVariable}.${order.requestKey}`;
      return refusal(`${name}: is required, 1 to 200 characters, so that a repetition writes nothing twice`);
    }
    const { rehearsals } = this.#options;
    const rehearsed = { caller: call.caller.id, tool: digestOf(call.tool), input: given };
    if (token === undefined || token === null) {
      const answer = await this.#run(call, orderVariables(order, given, true));
      if (hasFailed(answer)) return answer;
      const { token: made, expiresAt } = await rehearsals.issue(rehearsed);
      const next = `Nothing was written. Check the results, then call ${call.tool.name} again with the same arguments and this token.`;
      return { ...answer, rehearsal: { token: made, expiresAt: expiresAt.toISOString(), next } };
    }
    const why = typeof token === "string" ? await rehearsals.redeem(token, rehearsed) : "must be a text";
    if (why === undefined) return this.#run(call, orderVariables(order, given, false));
    const advice =
      "Nothing was written by this call. Call without a token to rehearse again: the same requestKey returns an earlier order's outcome and writes nothing twice";
    return refusal(`token: ${why}. ${advice}`);
  }

  async #run(call: ToolCall, variables: Values): Promise<ToolAnswer> {
    const { tool, caller, signal } = call;
    const instrumentation = call.begin();
    const contextValue = this.#options.context(signal, caller, instrumentation);
    const atMost = this.#costOf(tool, variables, contextValue);
    const { body } = await instrumentation.run(() =>
      this.#options.apollo.executeOperation(
        { query: tool.text, operationName: tool.name, variables },
        { contextValue },
      ),
    );
    if (body.kind !== "single") throw new Error("@defer and @stream are not part of the schema");
    const { data, errors, extensions } = body.singleResult;
    return {
      ...(data !== undefined && { data }),
      ...(errors && { errors }),
      extensions: { ...extensions, kore: { ...instrumentation.stats, atMost } },
    };
  }

  /** Undefined for variables that execution refuses. */
  #costOf(tool: Tool, variables: Values, context: Context): number | undefined {
    const document = this.#documentOf(tool);
    const operation = getOperationAST(document, tool.name);
    if (!operation) return undefined;
    try {
      return queryCost({ schema: this.#options.schema, document, operation, variables, context });
    } catch (error) {
      if (error instanceof GraphQLError) return undefined;
      throw error;
    }
  }

  #documentOf(tool: Tool): DocumentNode {
    const document = this.#documents.get(tool) ?? parse(tool.text);
    this.#documents.set(tool, document);
    return document;
  }
}

const STORE_UNAVAILABLE =
  "The durable store cannot be reached or written at present, so no order is rehearsed or sent; reads go on";

/** Changes with the operation: a token of another version is refused. */
const digestOf = ({ name, text }: Tool): string => `${name} ${hash("sha256", text)}`;

/** Whether no field has an answer. */
export function hasFailed({ data, errors }: ToolAnswer): boolean {
  if (!errors || errors.length === 0) return false;
  return data === undefined || data === null || Object.values(data).every((value) => value === null);
}

function refusal(message: string, code = "BAD_USER_INPUT"): ToolAnswer {
  return { errors: [{ message, extensions: { code } }], extensions: { kore: { ...newRequestStats(), atMost: 0 } } };
}
