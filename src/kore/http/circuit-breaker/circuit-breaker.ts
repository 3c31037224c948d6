import { LRUCache } from "lru-cache";
import { KoreError } from "../../errors.ts";
import { type BreakerState, type KoreObserver } from "../../events.ts";
import { type KoreCall } from "../transport/transport.ts";
import { Circuit, type Outcome, outcomeOf } from "./circuit.ts";
import { type Interceptor, nameOf, observed } from "../interceptor.ts";
import { type BreakerOptions } from "./recent-calls.ts";

/** Retries cope with half of the calls failing; nearly all failing is an outage. */
const DEFAULT_OPTIONS: BreakerOptions = { threshold: 0.7, size: 20, minimumNumberOfCalls: 10 };

/** Largest share of one account among the calls that count for a host; below the threshold, so that it cannot open the circuit. */
const MAX_SHARE_OF_ACCOUNT = 0.25;

/**
 * Accounts with a circuit per host. The least recently used is dropped, as is one without calls for five minutes, to the
 * second: by default there is a timer for each millisecond in which an account is looked up.
 */
const ACCOUNTS = { max: 1000, ttl: 300_000, ttlResolution: 1000, updateAgeOnGet: true };

export interface CircuitBreaker {
  /** Before the queue: calls to an open circuit are refused at once. */
  guard: Interceptor;
  /** After the queue: refuses queued calls of an open circuit, and records the outcome of each call that is sent. */
  record: Interceptor;
  /** Number of accounts with an open circuit, of all hosts. */
  openAccounts: () => number;
}

/**
 * Circuit breakers: an open circuit refuses calls for one or two seconds, then one call probes.
 *
 * Each call passes two circuits. The account's opens when nearly all calls of that account to the host fail, and refuses
 * that account's calls only. The host's opens when nearly all calls to the host fail, and refuses all. Of the last twenty
 * calls of a host at most five are of one account, its newest, so one account alone cannot open the host's circuit,
 * however many calls it makes. An outage, in which other accounts fail as well, opens it after ten failures. Where only
 * one account is used, its own circuit opens after ten. Calls without an account (tokens, the list of accounts) all count
 * for the host.
 *
 * When the host's circuit closes, the accounts' circuits are reset, since each would need a probe otherwise.
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
    return new KoreError("breaker-open", `The circuit of KORE is open, so ${operation} is not sent`, {
      operation,
      isUnsent: true,
      retryAfter: circuit.remainingPause,
    });
  };
  return {
    guard: (next) => (call, signal) => {
      const host = of(call.host);
      const open = host.openFor(call, host.knownAccountOf(call));
      return open ? Promise.reject(refusal(call, open)) : next(call, signal);
    },
    record: (next) => (call, signal) => {
      const host = of(call.host);
      const own = host.accountOf(call);
      const open = host.openFor(call, own);
      if (open) return Promise.reject(refusal(call, open));
      const end = host.begin(call, own);
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

  /** The circuit of the call's account, if it has one. Keeps it for another five minutes. */
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

  /** As {@link accountOf}, without making one and without keeping it. */
  knownAccountOf({ accountId }: KoreCall): Circuit | undefined {
    return accountId === undefined || accountId === null ? undefined : this.#accounts.peek(accountId);
  }

  /** The circuit that refuses a call at present, if any. @param own its account's */
  openFor(call: KoreCall, own: Circuit | undefined): Circuit | undefined {
    const account = call.accountId ?? undefined;
    if (this.circuit.isOpenFor(account)) return this.circuit;
    return own?.isOpenFor(account) ? own : undefined;
  }

  /** Begins a call that no circuit refuses. @param own its account's @returns records the call's outcome */
  begin(call: KoreCall, own: Circuit | undefined): (outcome: Outcome) => void {
    const accountId = call.accountId ?? undefined;
    const endForHost = this.circuit.begin(accountId);
    const endForAccount = own?.begin(accountId);
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

  /** While no account has a reply, the host has its accounts' state: often only one account is used. */
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
