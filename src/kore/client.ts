import { setMaxListeners } from "node:events";
import { ClientsApi } from "./clients/api.ts";
import { ConnectivityApi } from "./connectivity.ts";
import { CredentialGate, Credentials } from "./credentials.ts";
import { InFlight } from "./in-flight.ts";
import { type KoreObserver, SILENT, type Trace } from "./observer.ts";
import { bearer, compose, withPolicies } from "./policies/index.ts";
import { type Api, type ApiRequest, type Requester } from "./request.ts";
import { type Secret } from "./secret.ts";
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
  /** For one call, from sending to the last byte. Milliseconds. */
  deadline?: number;
  /** Connections per host. */
  connections?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Is told what happens on the way. */
  observer?: Partial<KoreObserver>;
  trace?: Trace;
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
  /** Resolves once there is a token for ConnectivityPro that is good as far as we know. Asks for one if there is none. */
  obtainToken(): Promise<void>;
  readonly credentials: Credentials;
  close(): Promise<void>;
}

/** One client for one credential. Everything that is shared between callers (tokens, connections, reads) is here. */
export function createKore(options: KoreOptions): Kore {
  const { deadline = 30_000, connections = 16, trace } = options;
  const observer: KoreObserver = { ...SILENT, ...options.observer };
  const unknown = new UnknownValues(observer.unknownValue);
  const transport = createTransport({ connections });
  const plain = withPolicies(transport.send, { deadline, observer, trace });

  /** KORE does not state that one family's token serves the other, so each has its own, for the same credentials. */
  const family = (baseUrl: string, tokenUrl: string, headers: Record<string, string>) => {
    const gate = new CredentialGate(options.now ?? Date.now);
    const tokens = new TokenSource({
      request: () => gate.ask(() => requestToken(plain, tokenUrl, headers, options)),
      onRenewed: () => observer.tokenRenewed(new URL(tokenUrl).host),
      onRenewalFailed: observer.renewalFailed,
      ...(options.now && { now: options.now }),
    });
    return { gate, tokens, ...openApi(baseUrl, headers, compose([bearer(tokens)], plain), observer) };
  };
  const apiKey = { "x-api-key": options.apiKey.reveal() };
  const connectivity = family(options.connectivityUrl, options.connectivityTokenUrl, apiKey);
  const clients = family(options.clientsUrl, options.globalTokenUrl, {});

  return {
    session: (requester) => ({
      connectivity: new ConnectivityApi(connectivity.shared, requester),
      clients: new ClientsApi(clients.shared, requester),
      unknown,
    }),
    writer: (requester) => ({
      connectivity: new ConnectivityApi(connectivity.alone, requester),
      clients: new ClientsApi(clients.alone, requester),
      unknown,
    }),
    retireReads() {
      connectivity.retireReads();
      clients.retireReads();
    },
    async obtainToken() {
      await connectivity.tokens.get();
    },
    credentials: new Credentials([connectivity, clients]),
    close: () => transport.close(),
  };
}

/** One API below its base address. `shared`: identical reads under way are one call. */
function openApi(
  baseUrl: string,
  headers: Record<string, string>,
  send: Send,
  { coalesced }: KoreObserver,
): { shared: Api; alone: Api; retireReads(): void } {
  const { origin, host, pathname } = new URL(baseUrl);
  const prefix = pathname.replace(/\/$/, "");
  const reads = new InFlight<unknown>();
  const callOf = ({ path, operation, batchSize }: ApiRequest, { tally, requestId }: Requester) => ({
    origin,
    host,
    path: prefix + path,
    operation,
    headers,
    attempt: 1,
    ...(batchSize !== undefined && { batchSize }),
    ...(tally && { tally }),
    ...(requestId !== undefined && { requestId }),
  });
  const read = (request: ApiRequest, requester: Requester, signal: AbortSignal) =>
    send({ method: "GET", ...callOf(request, requester) }, signal);
  const write: Api["write"] = (method, request, body, requester) => {
    const call = { method, ...callOf(request, requester) };
    const json = { headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
    return send({ ...call, ...(body !== undefined && json) }, NEVER).finally(() => reads.retire());
  };
  const get: Api["get"] = (request, requester) => {
    const { path, operation } = request;
    if (reads.has(path)) {
      coalesced(operation);
      if (requester.tally) requester.tally.coalesced += 1;
    }
    return reads.join(path, operation, (signal) => read(request, requester, signal), requester.signal);
  };
  return {
    shared: { get, write },
    alone: { get: (request, requester) => read(request, requester, NEVER), write },
    retireReads: () => reads.retire(),
  };
}

function requestToken(send: Send, url: string, headers: Record<string, string>, options: KoreOptions) {
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
  } as const;
  // Many may wait for it, so no single caller's leaving ends it.
  return send(call, NEVER);
}

/** For calls that nobody's leaving ends; any number of them wait at once. */
const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);
