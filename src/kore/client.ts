import { type CacheOptions, ReplyCache, changesSimsOnly } from "./cache.ts";
import { NEVER } from "./call-signal.ts";
import { ClientsApi } from "./clients/api.ts";
import { type Common, type Family } from "./common/common.ts";
import { type ConnectionOptions } from "./connections.ts";
import { ConnectivityApi } from "./connectivity.ts";
import { CredentialGate, Credentials } from "./credentials.ts";
import { ServerClock } from "./server-clock.ts";
import { type BudgetState, type KoreObserver, SILENT, type Trace } from "./observer.ts";
import { type BreakerOptions, Budget, type BudgetOptions, bearer, waysToKore } from "./policies/index.ts";
import { ObservedRequests } from "./provisioning/observed-requests.ts";
import { type Api, type Requester } from "./request.ts";
import { type Secret } from "./secret.ts";
import { type Read, SharedReads } from "./shared-reads.ts";
import { TokenSource } from "./token.ts";
import { type Send, createTransport } from "./transport.ts";
import { UnknownValues } from "./unknown-values.ts";

export interface KoreOptions {
  /** ConnectivityPro's base address, such as https://api.korewireless.com/connectivity. */
  connectivityUrl: string;
  connectivityTokenUrl: string;
  /** Base address of the API clients, such as https://client.api.korewireless.com. */
  clientsUrl: string;
  globalTokenUrl: string;
  clientId: string;
  clientSecret: Secret;
  /** Sent as x-api-key to ConnectivityPro and its token endpoint. */
  apiKey: Secret;
  /** For one call, from sending to the last byte, and as much again for all waiting before. Milliseconds. */
  deadline?: number;
  /** What the credential may ask of KORE. */
  budget: BudgetOptions;
  /** When a host counts as ill. */
  breaker?: BreakerOptions;
  /** Which answers are kept for a while; absent: none. */
  cache?: CacheOptions | undefined;
  /** Connections per host. */
  connections?: number;
  /** Proxies and certificate authorities. Default: none, and those of Node. */
  network?: Pick<ConnectionOptions, "ca" | "proxies">;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Is told what happens on the way. */
  observer?: Partial<KoreObserver>;
  trace?: Trace;
  /** What another process has and lends. Such a client only reads: the ledger of writes is where the common parts are. */
  common?: Common | undefined;
  /** Tells other processes what a write may have changed, before anybody hears of the write. Never rejects. */
  onChange?: ((change: Change) => Promise<void>) | undefined;
}

/** Something may be different at KORE from what was read before. */
export interface Change {
  /** Whether no more than SIMs, of which nothing is kept. */
  isOfSimsOnly: boolean;
  /** Where it is known whose. */
  accountId?: string | undefined;
}

/** Both API families, on behalf of one caller. */
export interface KoreSession {
  readonly connectivity: ConnectivityApi;
  readonly clients: ClientsApi;
  readonly unknown: UnknownValues;
}

export interface Kore {
  session(of?: Requester): KoreSession;
  /**
   * For who writes. Its reads join no others: how a SIM is before a write, and whether the write arrived, can only be
   * told by a read that began when it was asked for.
   */
  writer(of?: Omit<Requester, "signal">): KoreSession;
  /** Something has changed at KORE: whoever reads from now on must not join a read that began before. */
  retireReads(): void;
  /** Grows whenever reads are retired, by a write of ours as well. */
  readonly generation: number;
  /** Resolves once there is a token for ConnectivityPro that is good as far as we know. Asks for one if there is none. */
  obtainToken(): Promise<void>;
  /** Something may have changed at KORE of which answers are kept: of one account, or anywhere. */
  forget(accountId?: string): void;
  /** How much KORE is asked at present. */
  budget(): BudgetState;
  /** What is kept of its answers. */
  cached(): { entries: number; bytes: number };
  readonly credentials: Credentials;
  /** What the provisioning reads and writes for an account have shown beside their content. */
  observedRequests(accountId: string): ObservedRequests;
  /** Whether a family's clock is known to differ from ours by more than is tolerated. */
  isClockOff(family: Family): boolean;
  /** What other processes with the same credential must share. */
  readonly common: Common;
  close(): Promise<void>;
}

/** Most operations need one of the two APIs, or none. */
class Session implements KoreSession {
  #connectivity: ConnectivityApi | undefined;
  #clients: ClientsApi | undefined;

  constructor(
    private readonly connectivityApi: Api,
    private readonly clientsApi: Api,
    readonly unknown: UnknownValues,
    private readonly requester: Requester | undefined,
    private readonly observed: ObservedRequests,
  ) {}

  get connectivity(): ConnectivityApi {
    return (this.#connectivity ??= new ConnectivityApi(this.connectivityApi, this.requester, this.observed));
  }

  get clients(): ClientsApi {
    return (this.#clients ??= new ClientsApi(this.clientsApi, this.requester));
  }
}

/** One client for one credential. Everything that is shared between callers (tokens, connections, reads) is here. */
export function createKore(options: KoreOptions): Kore {
  const { deadline = 30_000, connections = 16, budget, breaker, trace } = options;
  const observer: KoreObserver = { ...SILENT, ...options.observer };
  const unknown = new UnknownValues(observer.unknownValue);
  const originOf = {
    connectivity: new URL(options.connectivityUrl).origin,
    clients: new URL(options.clientsUrl).origin,
  };
  const clocks = new Map(Object.values(originOf).map((origin) => [origin, new ServerClock(options.now)]));
  const observed = new ObservedRequests();
  const transport = createTransport({ ...options.network, connections, clockOf: (origin) => clocks.get(origin) });
  const cache = options.cache && new ReplyCache(options.cache);
  const own = new Budget(budget, observer);
  const turns = options.common?.turns ?? own;
  const ways = waysToKore(transport.send, { deadline, turns, breaker, observer, trace });
  const apiKey = { "x-api-key": options.apiKey.reveal() };

  /** KORE does not state that one family's token serves the other, so each has its own, for the same credentials. */
  const login = (tokenUrl: string, headers: Record<string, string>) => {
    const gate = new CredentialGate(options.now ?? (() => performance.now()));
    const tokens = new TokenSource({
      request: (requestId) => gate.ask(() => requestToken(ways.tokens, tokenUrl, headers, options, requestId)),
      onRenewed: () => observer.tokenRenewed(new URL(tokenUrl).host),
      onRenewalFailed: observer.renewalFailed,
      ...(options.now && { now: options.now }),
    });
    return { gate, tokens };
  };
  const logins = {
    connectivity: login(options.connectivityTokenUrl, apiKey),
    clients: login(options.globalTokenUrl, {}),
  };
  const tokens = options.common?.tokens ?? { connectivity: logins.connectivity.tokens, clients: logins.clients.tokens };

  const api = (baseUrl: string, headers: Record<string, string>, family: Family, writes: Send, kept?: ReplyCache) => {
    const withToken = bearer(tokens[family]);
    const send = { read: withToken(ways.reads), write: options.common ? notHere : withToken(writes) };
    return openApi(baseUrl, headers, send, { observer, cache: kept, onChange: options.onChange });
  };
  const connectivity = api(options.connectivityUrl, apiKey, "connectivity", ways.orders, cache);
  const clients = api(options.clientsUrl, {}, "clients", ways.writes);

  return {
    session: (requester) => new Session(connectivity.shared, clients.shared, unknown, requester, observed),
    writer: (requester) => new Session(connectivity.alone, clients.alone, unknown, requester, observed),
    retireReads() {
      connectivity.reads.retire();
      clients.reads.retire();
    },
    get generation() {
      return connectivity.reads.generation + clients.reads.generation;
    },
    async obtainToken() {
      await tokens.connectivity.get();
    },
    forget(accountId) {
      connectivity.reads.retire();
      cache?.clear(accountId);
    },
    budget: () => own.state(),
    cached: () => cache?.size ?? { entries: 0, bytes: 0 },
    credentials: new Credentials(Object.values(logins)),
    observedRequests: () => observed,
    isClockOff: (family) => clocks.get(originOf[family])?.isOff ?? false,
    common: { tokens, turns },
    close: () => {
      own.close();
      return transport.close();
    },
  };
}

/** One API below its base address. `shared`: identical reads under way are one call, and slow-moving answers are kept. */
function openApi(
  baseUrl: string,
  headers: Record<string, string>,
  send: { read: Send; write: Send },
  {
    observer,
    cache,
    onChange,
  }: { observer: KoreObserver; cache?: ReplyCache | undefined } & Pick<KoreOptions, "onChange">,
): { shared: Api; alone: Api; reads: SharedReads } {
  const { origin, host, pathname } = new URL(baseUrl);
  const prefix = pathname.replace(/\/$/, "");
  const json = { ...headers, "content-type": "application/json" };
  const read: Read = ({ path, operation, batchSize }, { tally, requestId, caller }, signal, measure) =>
    send.read(
      {
        method: "GET",
        origin,
        host,
        path: prefix + path,
        operation,
        headers,
        attempt: 1,
        beginBy: undefined,
        batchSize,
        tally,
        requestId,
        caller,
        measure,
      },
      signal,
    );
  const reads = new SharedReads(read, observer, cache);
  const write: Api["write"] = (method, { path, operation, batchSize }, body, { tally, requestId, caller }) => {
    const content = body === undefined ? { headers } : { headers: json, body: JSON.stringify(body) };
    const call = { method, origin, host, path: prefix + path, operation, ...content, attempt: 1, batchSize };
    return send.write({ ...call, tally, requestId, caller }, NEVER).finally(() => {
      reads.retire();
      cache?.clearAfter(operation);
      return onChange?.({ isOfSimsOnly: changesSimsOnly(operation) });
    });
  };
  return {
    shared: { get: (request, requester) => reads.get(request, requester), write },
    alone: { get: (request, requester) => read(request, requester, NEVER), write },
    reads,
  };
}

function requestToken(
  send: Send,
  url: string,
  headers: Record<string, string>,
  options: KoreOptions,
  requestId: string | undefined,
) {
  const { origin, host, pathname } = new URL(url);
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: options.clientId,
    client_secret: options.clientSecret.reveal(),
  });
  const call = {
    method: "POST",
    origin,
    host,
    attempt: 1,
    path: pathname,
    operation: `POST ${pathname}`,
    headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
    requestId,
  } as const;
  // Many may wait for it, so no single caller's leaving ends it.
  return send(call, NEVER);
}

const notHere: Send = () => Promise.reject(new Error("A process that borrows KORE's tokens and budget writes nothing"));
