import {
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLFieldConfigMap,
  GraphQLSchema,
  GraphQLString,
} from "graphql";
import { afterTest } from "../vitest/cleanup.ts";
import { type CallerSignal } from "../../../src/common/abort.ts";
import {
  type GraphContext,
  createGraphContext,
  errorFormatter,
  hint,
  userInputError,
} from "../../../src/graph/index.ts";
import { type ServerOptions, startServer } from "../../../src/server/server.ts";
import { createLog } from "../../../src/server/logging/log.ts";

export const EVENTS = "subscription { events { text } }";
export const WAIT = { timeout: 10_000 };

/** In the message of a defect, which callers must not see. */
export const SECRET = "hunter2secret";

/** A source of events that records its use. */
export class Source implements AsyncIterableIterator<unknown> {
  readonly #events: unknown[] = [];
  #wake: (() => void) | undefined;
  #error: Error | undefined;
  #isOver = false;
  returns = 0;

  constructor(readonly signal: CallerSignal) {}

  /** Events that were not read yet. */
  get waiting(): number {
    return this.#events.length;
  }

  publish(event: unknown): void {
    this.#events.push(event);
    this.#wake?.();
  }

  end(error?: Error): void {
    this.#isOver = true;
    this.#error = error;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<unknown>> {
    while (this.#events.length === 0 && !this.#isOver) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#events.length > 0) return { done: false, value: this.#events.shift() };
    if (this.#error) throw this.#error;
    return { done: true, value: undefined };
  }

  /** Does not wake `next()`, as a generator that waits for something does not either. */
  return(): Promise<IteratorResult<unknown>> {
    this.returns += 1;
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

export interface ToyGraph {
  url: string;
  /** The sources of `events`, in the order in which they were subscribed to. */
  sources: Source[];
  /** The signals of `slow` and `write` that are waiting, and how to let them go on. */
  waiting: { signal: CallerSignal; finish: () => void }[];
  logged(): Record<string, unknown>[];
  stop: () => Promise<void>;
}

/** Our server in front of a toy graph. It stops with the test. */
export async function startToyGraph(
  liveLimits: ServerOptions<GraphContext>["subscriptionLimits"] & object = {},
  options: Partial<ServerOptions<GraphContext>> = {},
): Promise<ToyGraph> {
  const sources: Source[] = [];
  const waiting: ToyGraph["waiting"] = [];
  const lines: string[] = [];
  const log = createLog("debug", { write: (line: string) => void lines.push(line) });
  const http = await startServer<GraphContext>({
    listen: { host: "127.0.0.1", port: 0 },
    schema: toySchema(sources, waiting),
    context: createGraphContext,
    formatError: errorFormatter(
      () => undefined,
      (err) => log.error({ err }, "defect"),
    ),
    log,
    subscriptionLimits: liveLimits,
    ...options,
  });
  const toy = {
    url: http.url,
    sources,
    waiting,
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    stop: () => http.stop(),
  };
  afterTest(() => toy.stop());
  return toy;
}

type Fields = GraphQLFieldConfigMap<unknown, GraphContext>;

function toySchema(sources: Source[], waiting: ToyGraph["waiting"]): GraphQLSchema {
  const remembered = {};
  const defect = () => {
    throw new Error(SECRET);
  };
  const wait = (_: unknown, __: unknown, { signal }: GraphContext) =>
    new Promise<string>((resolve) => waiting.push({ signal, finish: () => resolve("done") }));

  const common: Fields = {
    text: { type: GraphQLString, resolve: (event) => (typeof event === "string" ? event : null) },
    /** How often this context was asked. */
    count: {
      type: GraphQLInt,
      resolve: (_, __, { loaders }) => {
        const count = Number(loaders.get(remembered) ?? 0) + 1;
        loaders.set(remembered, count);
        return count;
      },
    },
    hinted: {
      type: GraphQLString,
      resolve: (_, __, context, info) => {
        hint(context, info, "nothing is here");
        return null;
      },
    },
    defect: { type: GraphQLString, resolve: defect },
    slow: { type: GraphQLString, resolve: wait },
  };
  const Event = new GraphQLObjectType<unknown, GraphContext>({ name: "Event", fields: common });
  return new GraphQLSchema({
    query: new GraphQLObjectType<unknown, GraphContext>({
      name: "Query",
      fields: {
        ...common,
        greeting: {
          type: GraphQLString,
          args: { times: { type: GraphQLInt } },
          resolve: (_, { times = 1 }) => "hello ".repeat(Number(times)).trim(),
        },
      },
    }),
    mutation: new GraphQLObjectType<unknown, GraphContext>({
      name: "Mutation",
      fields: { write: { type: GraphQLString, resolve: wait } },
    }),
    subscription: new GraphQLObjectType<unknown, GraphContext>({
      name: "Subscription",
      fields: {
        events: {
          type: new GraphQLNonNull(Event),
          args: { first: { type: GraphQLInt } },
          subscribe: (_, __, { signal }) => {
            const source = new Source(signal);
            sources.push(source);
            return source;
          },
          resolve: (event) => event,
        },
        refused: {
          type: GraphQLString,
          subscribe: () => {
            throw userInputError("topic: must be known");
          },
        },
        broken: { type: GraphQLString, subscribe: defect },
        wrong: { type: GraphQLString, subscribe: () => SECRET },
      },
    }),
  });
}
