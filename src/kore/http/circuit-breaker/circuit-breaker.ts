import { LRUCache } from "lru-cache";
import { KoreError } from "../../errors.ts";
import { type BreakerState, type KoreObserver } from "../../events.ts";
import { type KoreCall } from "../transport/transport.ts";
import { Circuit, type Outcome, outcomeOf } from "./circuit.ts";
import { type Interceptor, nameOf, observed } from "../interceptor.ts";
import { type BreakerOptions } from "./recent-calls.ts";

/** Half of the calls failing is bad luck that repeating mends; nearly all is an outage. */
const DEFAULT_OPTIONS: BreakerOptions = { threshold: 0.7, size: 20, minimumNumberOfCalls: 10 };

/** Of the calls that count for a host, at most this share is of one account: less than what opens a circuit. */
const MAX_SHARE_OF_ACCOUNT = 0.25;

/** Accounts of a host whose calls are counted. The longest unused counts anew, and so does one that was not asked for so long. */
const ACCOUNTS = { max: 1000, ttl: 300_000, updateAgeOnGet: true };

export interface CircuitBreaker {
  /** Before the queue: calls to an open circuit are refused at once. */
  guard: Interceptor;
  /** After the queue: refuses queued calls of an open circuit, and records the outcome of each call that is sent. */
  record: Interceptor;
  /** How many accounts of all hosts are refused at present on their own. */
  openAccounts: () => number;
}

/**
 * Circuit breakers: where KORE keeps failing, calls are refused for one or two seconds, then one call probes.
 *
 * Two circuits stand in a call's way. The account's opens when nearly all calls of that account to the host fail, and
 * refuses that account's calls only. The host's opens when nearly all calls fail whosever they are, and refuses all. For
 * the host at most five of the last twenty calls are of one account, its newest. Five failures are never "nearly all" of
 * ten calls or more, so one account cannot open the host's circuit, however many calls it makes and however few the
 * others make; an outage, in which the others fail as well, opens it after ten failures, as if all were counted. Where only
 * one account is used, its own circuit opens after as many. Calls without an account (tokens, the list of accounts) count
 * for the host, all of them.
 *
 * When the host answers again after an outage the accounts count anew: a circuit each would have to be tried otherwise.
 */
export function circuitBreaker(observer: KoreObserver, opensAt = DEFAULT_OPTIONS): CircuitBreaker {
  const hosts = new Map<string, HostCircuits>();
  const of = (name: string): HostCircuits => {
    let host = hosts.get(name);
    if (!host) hosts.set(name, (host = new HostCircuits(name, opensAt, observer)));
    return host;
  };
  const refusal = (call: KoreCall, circuit: Circuit) => {
    const { operation } = call;
    observer.refusedEarly({ ...nameOf(call), reason: "breaker-open" });
    return new KoreError("breaker-open", `KORE has failed too often to be asked ${operation} now`, {
      operation,
      isUnsent: true,
      retryAfter: circuit.remainingPause,
    });
  };
  return {
    guard: (next) => (call, signal) => {
      const open = of(call.host).openFor(call);
      return open ? Promise.reject(refusal(call, open)) : next(call, signal);
    },
    record: (next) => (call, signal) => {
      const host = of(call.host);
      const open = host.openFor(call);
      if (open) return Promise.reject(refusal(call, open));
      const end = host.begin(call);
      return observed(next(call, signal), (error) => end(error === undefined ? "answered" : outcomeOf(error)));
    },
    openAccounts: () => [...hosts.values()].reduce((sum, host) => sum + host.openAccounts, 0),
  };
}

class HostCircuits {
  readonly circuit: Circuit;
  readonly #host: string;
  readonly #accounts = new LRUCache<string, Circuit>(ACCOUNTS);
  readonly #opensAt: BreakerOptions;
  readonly #observer: KoreObserver;
  #reported: BreakerState = "closed";

  constructor(host: string, opensAt: BreakerOptions, observer: KoreObserver) {
    this.#host = host;
    this.#opensAt = opensAt;
    this.#observer = observer;
    const mostOfOneAccount = Math.max(1, Math.floor(opensAt.size * MAX_SHARE_OF_ACCOUNT));
    this.circuit = new Circuit(opensAt, (state) => this.#hostChanged(state), mostOfOneAccount);
  }

  /** The circuit of the call's account, if it has one. */
  accountOf({ accountId }: KoreCall): Circuit | undefined {
    if (accountId === undefined || accountId === null) return undefined;
    let circuit = this.#accounts.get(accountId);
    if (!circuit) {
      circuit = new Circuit(this.#opensAt, (state) => {
        this.#observer.breakerChanged(this.#host, state, "account");
        this.report();
      });
      this.#accounts.set(accountId, circuit);
    }
    return circuit;
  }

  /** The circuit that refuses a call at present. */
  openFor(call: KoreCall): Circuit | undefined {
    const account = call.accountId ?? undefined;
    if (this.circuit.isOpenFor(account)) return this.circuit;
    const own = this.accountOf(call);
    return own?.isOpenFor(account) ? own : undefined;
  }

  /** Begins a call that no circuit refuses. @returns records the call's outcome */
  begin(call: KoreCall): (outcome: Outcome) => void {
    const accountId = call.accountId ?? undefined;
    const endForHost = this.circuit.begin(accountId);
    const endForAccount = this.accountOf(call)?.begin(accountId);
    return (outcome) => {
      endForAccount?.(outcome);
      endForHost(outcome);
      if (outcome === "answered" && this.#reported !== "closed") this.report();
    };
  }

  get openAccounts(): number {
    return [...this.#accounts.values()].filter(({ isClosed }) => !isClosed).length;
  }

  /** Reports the state when it has changed. */
  report(): void {
    const state = this.#state();
    if (state === this.#reported) return;
    this.#reported = state;
    this.#observer.breakerChanged(this.#host, state, "host");
  }

  #hostChanged(state: BreakerState): void {
    if (state === "closed") this.#accounts.clear();
    this.report();
  }

  /** The host's state is that of its accounts while none of them has an answer: mostly there is only one. */
  #state(): BreakerState {
    if (!this.circuit.isClosed) return this.circuit.state;
    let state: BreakerState = "closed";
    for (const account of this.#accounts.values()) {
      if (account.isClosed && account.hasSuccesses) return "closed";
      if (!account.isClosed && state !== "open") state = account.state;
    }
    return state;
  }
}
