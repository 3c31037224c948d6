import { type FormattedExecutionResult } from "graphql";
import { Agent } from "undici";
import { type Logger } from "../../logging/log.ts";
import { type OperationOutcome } from "../execution.ts";
import { type Connection, type SubscriptionLimits } from "../limits.ts";
import { type Callback } from "./callback-request.ts";

/** Connections to each origin. */
const MAX_CONNECTIONS = 64;

/** Between `check` messages at most, also where the router asks for none: it may be gone. Milliseconds. */
const MAX_CHECK_MS = 60_000;

/** Of the interval that the router allows. */
const CHECK_SHARE = 0.75;

const HEADERS = { "content-type": "application/json", "subscription-protocol": "callback/1.0" };

/** Subscriptions whose events are sent to routers by requests. Redirects are not followed. */
export class Callbacks {
  readonly origins: ReadonlySet<string>;
  readonly #options: CallbackOptions;

  constructor(origins: readonly string[], options: Omit<CallbackOptions, "agent">) {
    this.origins = new Set(origins);
    this.#options = { ...options, agent: new Agent({ connections: MAX_CONNECTIONS }) };
  }

  /** @param abort aborts the operation */
  open(callback: Callback, abort: AbortController): CallbackConnection {
    return new CallbackConnection(callback, abort, this.#options);
  }

  close(): Promise<void> {
    return this.#options.agent.destroy();
  }
}

interface CallbackOptions {
  limits: SubscriptionLimits;
  log: Logger;
  agent: Agent;
}

/** The response to the router's request. */
interface Beginning {
  status: number;
  body: FormattedExecutionResult;
}

/**
 * One subscription of Apollo's HTTP callback protocol. Messages are sent one after another: events that a slow router has not
 * taken wait in the subscription's source, which ends it with SUBSCRIBER_TOO_SLOW when they are too many.
 * https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/callback-protocol
 */
class CallbackConnection implements Connection {
  readonly closed: Promise<void>;
  readonly #callback: Callback;
  readonly #abort: AbortController;
  readonly #options: CallbackOptions;
  /** Aborts requests to the router. */
  readonly #cut = new AbortController();
  #close = (): void => undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #isChecking = false;
  #sent: Promise<unknown> = Promise.resolve();

  constructor(callback: Callback, abort: AbortController, options: CallbackOptions) {
    this.#callback = callback;
    this.#abort = abort;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#close = () => {
        clearInterval(this.#heartbeat);
        abort.abort();
        resolve();
      };
    });
  }

  /** Subscribes, and has the router confirm its address before anything else is sent there. */
  async begin(subscribe: () => Promise<OperationOutcome>): Promise<Beginning> {
    const outcome = await subscribe();
    if (!outcome.isStream) {
      this.#close();
      return { status: 200, body: outcome.reply };
    }
    const isConfirmed = await this.#post("check");
    if (!isConfirmed) this.#close();
    this.#sendAll(outcome.events).catch((err: unknown) => {
      this.#options.log.error({ err }, "an event could not be sent");
      this.destroy();
    });
    if (!isConfirmed) return refused("The router did not confirm the subscription at its callback address");
    if (this.#abort.signal.aborted) return refused("The subscription has ended");
    const { heartbeatMs } = this.#callback;
    const interval = heartbeatMs === 0 ? MAX_CHECK_MS : Math.min(CHECK_SHARE * heartbeatMs, MAX_CHECK_MS);
    this.#heartbeat = setInterval(() => void this.#check(), interval);
    return { status: 200, body: { data: null } };
  }

  drain(why = "the server restarts"): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    const errors = [{ message: `${why}: subscribe again`, extensions: { code: "SUBSCRIPTION_INTERRUPTED" } }];
    const lastResort = setTimeout(() => this.destroy(), this.#options.limits.closeMs);
    void this.#send("complete", { errors }).then(() => {
      clearTimeout(lastResort);
      this.#close();
    });
  }

  destroy(): void {
    this.#cut.abort();
    this.#close();
  }

  async #sendAll(events: AsyncIterable<FormattedExecutionResult>): Promise<void> {
    const { signal } = this.#abort;
    let errors: FormattedExecutionResult["errors"];
    for await (const payload of events) {
      if (signal.aborted) return;
      if (payload.data === undefined) errors = payload.errors;
      else if (!(await this.#send("next", { payload }))) this.#close();
    }
    if (signal.aborted) return;
    await this.#send("complete", errors && { errors });
    this.#close();
  }

  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    if (!(await this.#post("check"))) this.#close();
    this.#isChecking = false;
  }

  /** After the messages before it. */
  #send(action: "next" | "complete", more: object | undefined): Promise<boolean> {
    const sent = this.#sent.then(() => this.#post(action, more));
    this.#sent = sent;
    return sent;
  }

  /** Whether the router goes on with the subscription. A request without an answer is repeated once. */
  async #post(action: "check" | "next" | "complete", more: object = {}): Promise<boolean> {
    const { id, verifier } = this.#callback;
    const body = JSON.stringify({ kind: "subscription", action, id, verifier, ...more });
    const status = (await this.#request(body)) ?? (await this.#request(body));
    if (status !== undefined && status >= 200 && status < 300) return true;
    // 404: the router has ended the subscription.
    if (status !== 404) this.#options.log.warn({ status }, "a router did not take a message of a subscription");
    return false;
  }

  /** The status of the response; undefined: there is none, or the router has failed. */
  async #request(body: string): Promise<number | undefined> {
    const { agent, limits, log } = this.#options;
    const signal = AbortSignal.any([this.#cut.signal, AbortSignal.timeout(limits.slowMs)]);
    try {
      const { origin, pathname, search } = new URL(this.#callback.url);
      const response = await agent.request({
        ...{ origin, path: pathname + search, method: "POST" },
        ...{ headers: HEADERS, body, signal },
      });
      await response.body.dump();
      return response.statusCode < 500 ? response.statusCode : undefined;
    } catch (err) {
      log.debug({ err }, "a router could not be reached");
      return undefined;
    }
  }
}

const refused = (message: string): Beginning => ({
  status: 400,
  body: { errors: [{ message, extensions: { code: "BAD_REQUEST" } }] },
});
