import { setMaxListeners } from "node:events";
import { ClientsApi } from "./clients/api.ts";
import { ConnectivityApi } from "./connectivity.ts";
import { CredentialGate, Credentials } from "./credentials.ts";
import { InFlight } from "./in-flight.ts";
import { type CallReport, bearer, compose, deadline, reporting } from "./policies.ts";
import { type Api, type ApiRequest } from "./request.ts";
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
  onCall?: (report: CallReport) => void;
  onRenewalFailed?: (error: unknown) => void;
  /** Called once for each enum value of KORE's that we do not know. */
  onUnknownValue?: (field: string, value: string) => void;
}

/** Both API families, on behalf of one caller. */
export interface KoreSession {
  readonly connectivity: ConnectivityApi;
  readonly clients: ClientsApi;
  readonly unknown: UnknownValues;
}

/** On whose behalf. */
interface SessionOptions {
  /** Says when the caller has left; what only that caller waits for is then given up. */
  signal?: AbortSignal;
  /** The accounts within reach; undefined: all. */
  accounts?: ReadonlySet<string> | undefined;
}

export interface Kore {
  session(of?: SessionOptions): KoreSession;
  /**
   * For who writes. Its reads join no others: how a SIM is before a write, and whether the write arrived, can only be
   * told by a read that began when it was asked for.
   */
  writer(): KoreSession;
  /** Something has changed at KORE: whoever reads from now on must not join a read that began before. */
  retireReads(): void;
  readonly credentials: Credentials;
  close(): Promise<void>;
}

/** One client for one credential. Everything that is shared between callers (tokens, connections, reads) is here. */
export function createKore(options: KoreOptions): Kore {
  const { deadline: milliseconds = 30_000, connections = 16, onCall = ignore, onRenewalFailed = ignore } = options;
  const unknown = new UnknownValues(options.onUnknownValue ?? ignore);
  const transport = createTransport({ connections });
  const patience = [reporting(onCall), deadline(milliseconds)];
  const plain = compose(patience, transport.send);

  /** KORE does not state that one family's token serves the other, so each has its own, for the same credentials. */
  const family = (baseUrl: string, tokenUrl: string, headers: Record<string, string>) => {
    const gate = new CredentialGate(options.now ?? Date.now);
    const tokens = new TokenSource({
      request: () => gate.ask(() => requestToken(plain, tokenUrl, headers, options)),
      onRenewalFailed,
      ...(options.now && { now: options.now }),
    });
    return { gate, tokens, ...openApi(baseUrl, headers, compose([bearer(tokens), ...patience], transport.send)) };
  };
  const apiKey = { "x-api-key": options.apiKey.reveal() };
  const connectivity = family(options.connectivityUrl, options.connectivityTokenUrl, apiKey);
  const clients = family(options.clientsUrl, options.globalTokenUrl, {});

  return {
    session: ({ signal, accounts } = {}) => ({
      connectivity: new ConnectivityApi(connectivity.shared, signal, accounts),
      clients: new ClientsApi(clients.shared, signal, accounts),
      unknown,
    }),
    writer: () => ({
      connectivity: new ConnectivityApi(connectivity.alone),
      clients: new ClientsApi(clients.alone),
      unknown,
    }),
    retireReads() {
      connectivity.retireReads();
      clients.retireReads();
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
): { shared: Api; alone: Api; retireReads(): void } {
  const { origin, pathname } = new URL(baseUrl);
  const prefix = pathname.replace(/\/$/, "");
  const reads = new InFlight<unknown>();
  const read = ({ path, operation }: ApiRequest, signal: AbortSignal) =>
    send({ method: "GET", origin, path: prefix + path, operation, headers }, signal);
  const write: Api["write"] = (method, { path, operation }, body) => {
    const call = { method, origin, path: prefix + path, operation, headers };
    const json = { headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
    return send({ ...call, ...(body !== undefined && json) }, NEVER).finally(() => reads.retire());
  };
  return {
    shared: {
      get: (request, caller) => reads.join(request.path, request.operation, (signal) => read(request, signal), caller),
      write,
    },
    alone: { get: (request) => read(request, NEVER), write },
    retireReads: () => reads.retire(),
  };
}

function requestToken(send: Send, url: string, headers: Record<string, string>, options: KoreOptions) {
  const { origin, pathname } = new URL(url);
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: options.clientId,
    client_secret: options.clientSecret.reveal(),
  });
  const call = {
    method: "POST",
    origin,
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

const ignore = () => undefined;
