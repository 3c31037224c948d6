import { type FastifyReply, type FastifyRequest } from "fastify";
import { type ExecutionResult, type GraphQLSchema, OperationTypeNode } from "graphql";
import {
  type Caller,
  type Execute,
  type GraphContext,
  type LeaveSignal,
  type MaybePromise,
  type Watched,
  replyExtensions,
  rightsOf,
  whenThere,
} from "../../../graph/index.ts";
import { leavingOf, whenLeft } from "../../http/abort-signal.ts";
import { type Gates, type TrustedDocuments } from "../limits/index.ts";
import { type FormatError, showErrors } from "../format-errors.ts";
import { type Telemetry, type Watch } from "../../telemetry/index.ts";
import { type Asked, readAsked } from "./request.ts";
import { KnownDocuments } from "./document-cache.ts";
import { Flights, type Plan } from "./query-coalescing.ts";

export interface LaneOptions<Context extends GraphContext> {
  schema: GraphQLSchema;
  execute: Execute;
  gates: Gates;
  trusted: TrustedDocuments | undefined;
  telemetry: Telemetry;
  formatError: FormatError;
  /** Makes the context of one operation; `onAnswer` is called when KORE has answered anything. */
  context: (signal: LeaveSignal, caller: Caller, watched: Watched, onAnswer?: () => void) => Context;
  /** Grows with every write; absent: nothing is written. */
  generation?: () => number;
}

/** What an operation came to. */
interface Outcome {
  readonly result: ExecutionResult;
  readonly extensions: Record<string, unknown> | undefined;
  /** Of who had it run. */
  readonly watch: Watch;
  /** Its reply, once it is written, when that is the same for everybody. */
  body?: string | Buffer;
}

/** One request for a known operation. */
interface Visit {
  readonly asked: Asked;
  readonly reply: FastifyReply;
  readonly caller: Caller;
  readonly watch: Watch;
}

/**
 * Answers what is usual, by the same gates, executor and formats as Apollo and to the byte as Apollo does, without its
 * pipeline, which costs more than all the rest: operations by POST whose documents Apollo has read before. Identical
 * queries under way at once are one.
 */
export class Lane<Context extends GraphContext> {
  readonly documents = new KnownDocuments();
  readonly #options: LaneOptions<Context>;
  readonly #flights: Flights<Outcome>;

  constructor(options: LaneOptions<Context>) {
    this.#options = options;
    this.#flights = new Flights(options.generation ?? (() => 0));
  }

  /** What a request asks for; undefined: it is Apollo's to answer. */
  read(request: FastifyRequest): Asked | undefined {
    return readAsked(request, this.documents, this.#options.trusted);
  }

  /** What goes wrong is a masked error. */
  async answer(visit: Visit): Promise<string | Buffer> {
    const { asked, caller, watch } = visit;
    try {
      const entry = this.#options.gates.enter(caller);
      const refusal = entry instanceof Promise ? await entry : entry;
      watch.resolved(refusal ? NOTHING_ASKED : asked.operation);
      if (refusal) throw refusal;
      const isShared = asked.operation.operation === OperationTypeNode.QUERY && !watch.wantsTally;
      return isShared ? await this.#together(visit) : await this.#alone(visit);
    } catch (error) {
      return this.#refuse(visit, error);
    }
  }

  async #alone(visit: Visit): Promise<string | Buffer> {
    const { price, run } = this.#plan(visit, leavingOf(visit.reply));
    const payment = this.#pay(price, visit.caller);
    if (payment) await payment;
    return this.#show(visit, await run(), false);
  }

  async #together(visit: Visit): Promise<string | Buffer> {
    const { caller, reply, watch } = visit;
    const seat = this.#flights.board(keyOf(visit), (signal, onAnswer) => this.#plan(visit, signal, onAnswer));
    whenLeft(reply, () => {
      if (seat.isShared) watch.end("REQUEST_CANCELLED"); // Else it is told by who asked KORE.
      seat.leave();
    });
    try {
      const payment = this.#pay(seat.price, caller);
      if (payment) await payment;
      const outcome = await seat.outcome();
      if (outcome.watch !== watch) watch.joined(outcome.watch.tally);
      return this.#show(visit, outcome, seat.isShared);
    } catch (error) {
      seat.leave();
      throw error;
    }
  }

  /** A promise only where another process has to be asked. */
  #pay(price: number, caller: Caller): MaybePromise<void> {
    return whenThere(this.#options.gates.pay(price, caller), (refusal) => {
      if (refusal) throw refusal;
    });
  }

  #plan({ asked, caller, watch }: Visit, signal: LeaveSignal, onAnswer?: () => void): Plan<Outcome> {
    const { schema, gates, execute } = this.#options;
    const { document, operation, operationName, variables } = asked;
    const context = this.#options.context(signal, caller, watch, onAnswer);
    return {
      price: gates.priceOf({ schema, document, operation, variables: variables ?? {}, context }),
      run: async () => {
        const result = await execute({ document, operationName, variableValues: variables, contextValue: context });
        return { result, extensions: replyExtensions(context), watch };
      },
    };
  }

  /** `isShared`: written as bytes, since it is sent more than once. */
  #show(visit: Visit, outcome: Outcome, isShared: boolean): string | Buffer {
    const { asked, reply, watch } = visit;
    const { result, extensions } = outcome;
    if (result.errors) return this.#showFailure(visit, outcome);
    this.#options.telemetry.ended(watch);
    reply.header("content-type", asked.contentType);
    if (outcome.body === undefined) {
      const text = written({ data: result.data, extensions });
      outcome.body = isShared ? Buffer.from(text) : text;
    }
    return outcome.body;
  }

  #showFailure(visit: Visit, { result: { data, errors = [] }, extensions }: Outcome): string {
    const { telemetry, schema } = this.#options;
    const { asked, watch } = visit;
    telemetry.note(errors, watch);
    const {
      errors: shown,
      status = data === undefined ? 400 : 200,
      headers,
    } = showErrors(errors, this.#options.formatError);
    telemetry.ended(watch, shown, { schema, document: asked.document, errors });
    this.#head(visit, status, headers);
    return written({ errors: shown, data, extensions });
  }

  /** For what was not run. */
  #refuse(visit: Visit, error: unknown): string {
    const { telemetry, formatError } = this.#options;
    const { watch } = visit;
    telemetry.note([error], watch);
    const { errors, status = 500, headers } = showErrors([error], formatError);
    telemetry.ended(watch, errors);
    this.#head(visit, status, headers);
    return written({ errors, extensions: replyExtensions({ hints: [], stale: [], incomplete: [], watched: watch }) });
  }

  #head({ asked, reply }: Visit, status: number, headers: ReadonlyMap<string, string>): void {
    reply.code(status).header("content-type", asked.contentType);
    for (const [name, value] of headers) reply.header(name, value);
  }
}

/** What whoever is refused at the entrance is taken to have asked for, on Apollo's way as well. */
const NOTHING_ASKED = { operation: OperationTypeNode.QUERY };

/** With the same rights and the same words all are told the same: no read depends on anything else about its caller. */
function keyOf({ asked: { documentId, operationName, variables }, caller }: Visit): string {
  return `${rightsOf(caller)} ${documentId} ${JSON.stringify([operationName, variables])}`;
}

/** As Apollo writes it. */
function written(reply: object): string {
  return `${JSON.stringify(reply)}\n`;
}
