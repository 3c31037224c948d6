import { ResponseCache, changesSimsOnly } from "./cache/response-cache.ts";
import { NEVER } from "../common/abort.ts";
import { type KoreOptions } from "./options.ts";
import { ClientsApi } from "./api/clients.ts";
import { ConnectivityApi } from "./api/connectivity.ts";
import { type CredentialSet, type Family, type PortalCredentials } from "./auth/credential-set.ts";
import { Login, type LoginState } from "./auth/login.ts";
import { type RateLimitState, type KoreObserver, NO_OBSERVER } from "./events.ts";
import { RateLimiter, authentication, createPipelines } from "./http/pipeline.ts";
import { ObservedRequests } from "./provisioning/reconciliation/observed-requests.ts";
import { type Api } from "./api/request-builder.ts";
import { SentSecrets } from "./auth/sent-secrets.ts";
import { type Read, CachedReads } from "./cache/cached-reads.ts";
import { smsUrlOf } from "./api/sms.ts";
import { type Send, type TransportOptions, createTransport } from "./http/transport/transport.ts";

/** `shared`: identical reads in flight are deduplicated; `independent`: each read is a request of its own. */
export type Sharing = "shared" | "independent";

type ApiFamily = Readonly<Record<Sharing, Api>> & { readonly reads: CachedReads };

interface CredentialPorts {
  /** Called for each call that KORE accepts. */
  onAccepted: (family: Family) => void;
  /** KORE's clocks, one per origin. */
  clockOf: TransportOptions["clockOf"] & {};
}

/** The APIs; SMS is reached with ConnectivityPro's credentials. */
export type ApiName = Family | "sms";

export const FAMILIES = ["connectivity", "clients"] as const satisfies readonly Family[];

/** State that all calls with one set of credentials share: tokens, rate limiter, circuit breakers, connections, caches. */
export class CredentialClient {
  /** Mutable: the accounts that it serves may change. */
  set: CredentialSet;
  readonly apis: Readonly<Record<ApiName, ApiFamily>>;
  readonly logins: Readonly<Record<Family, Login>>;
  /** Metadata observed in its provisioning reads and writes. */
  readonly observedRequests = new ObservedRequests();
  /** Number of accounts with an open circuit. */
  readonly openAccounts: () => number;
  readonly #cache: ResponseCache | undefined;
  readonly #rateLimiter: RateLimiter;
  readonly #transport: ReturnType<typeof createTransport>;
  readonly #secrets: SentSecrets;

  constructor(set: CredentialSet, options: KoreOptions, { onAccepted, clockOf }: CredentialPorts) {
    const { deadline = 30_000, connections = 16, breaker, trace, onChange, replicas } = options;
    const observer: KoreObserver = { ...NO_OBSERVER, ...options.observer?.(set.name) };
    this.set = set;
    this.#secrets = new SentSecrets(set);
    this.#transport = createTransport({ ...options.network, connections, clockOf });
    this.#cache = options.cache && new ResponseCache(options.cache);
    this.#rateLimiter = new RateLimiter(
      options.rateLimit,
      observer,
      replicas?.permits(set.developer.clientId, options.rateLimit.rate),
    );
    const pipelines = createPipelines(this.#transport.send, {
      deadline,
      rateLimiter: this.#rateLimiter,
      breaker,
      observer,
      trace,
    });
    this.openAccounts = pipelines.openAccounts;

    /** One token per family, also where both use one API client: KORE does not state that a token serves both. */
    const login = (family: Family, tokenUrl: string, credentials: PortalCredentials) =>
      new Login({
        family,
        clientId: credentials.clientId,
        ...(replicas && {
          share: (request, refused) =>
            replicas.token({
              family,
              clientId: credentials.clientId,
              secret: credentials.clientSecret.reveal(),
              refused,
              request,
            }),
        }),
        requestToken: (requestId) => requestToken(pipelines.tokens, tokenUrl, credentials, requestId),
        onRenewed: () => observer.tokenRenewed(new URL(tokenUrl).host),
        onRenewalFailed: observer.renewalFailed,
        onRefused: (status) => observer.credentialsRefused({ family, status }),
        onAccepted: () => onAccepted(family),
      });
    this.logins = {
      connectivity: login("connectivity", options.connectivityTokenUrl, set.developer),
      clients: login("clients", options.globalTokenUrl, set.console),
    };

    const authenticated = (family: Family, writes: Send) => {
      const withToken = authentication(this.logins[family].tokens, this.#secrets.token);
      return { read: withToken(pipelines.reads), write: withToken(writes) };
    };
    const developer = {
      headers: { "x-api-key": set.developer.apiKey.reveal() },
      send: authenticated("connectivity", pipelines.ledgerWrites),
      ...{ observer, onChange, replicas },
    };
    this.apis = {
      connectivity: createApi({ baseUrl: options.connectivityUrl, cache: this.#cache, ...developer }),
      sms: createApi({ baseUrl: options.smsUrl ?? smsUrlOf(options.connectivityUrl), ...developer }),
      clients: createApi({
        baseUrl: options.clientsUrl,
        headers: {},
        send: authenticated("clients", pipelines.writes),
        ...{ observer, onChange, replicas },
      }),
    };
  }

  get name(): string {
    return this.set.name;
  }

  /** Grows with each invalidation of its reads. */
  get epoch(): number {
    return Object.values(this.apis).reduce((sum, { reads }) => sum + reads.epoch, 0);
  }

  get states(): Readonly<Record<Family, LoginState>> {
    const { connectivity, clients } = this.logins;
    return { connectivity: connectivity.state, clients: clients.state };
  }

  /** Resolves when KORE accepts the credentials of a family. @throws KoreError */
  verify(family: Family): Promise<void> {
    const ping = {
      connectivity: () => new ConnectivityApi(this.apis.connectivity.independent).ping(),
      clients: () => new ClientsApi(this.apis.clients.independent).ping(),
    };
    return this.logins[family].verify(ping[family], Object.values(this.logins));
  }

  rateLimitState(): RateLimitState {
    return this.#rateLimiter.state();
  }

  /** Size of the response cache; bytes of JSON. */
  cacheSize(): { entries: number; bytes: number } {
    return this.#cache?.size ?? { entries: 0, bytes: 0 };
  }

  invalidateReads(): void {
    for (const { reads } of Object.values(this.apis)) reads.invalidate();
  }

  invalidateCache(accountId?: string): void {
    this.apis.connectivity.reads.invalidate();
    this.#cache?.clear(accountId);
  }

  async close(): Promise<void> {
    this.#rateLimiter.close();
    await this.#transport.close();
    this.#secrets.release();
  }
}

interface ApiOptions extends Pick<KoreOptions, "onChange" | "replicas"> {
  baseUrl: string;
  headers: Record<string, string>;
  send: { read: Send; write: Send };
  observer: KoreObserver;
  /** Serves `shared` reads only. @default nothing is cached */
  cache?: ResponseCache | undefined;
}

function createApi({ baseUrl, headers, send, observer, cache, onChange, replicas }: ApiOptions): ApiFamily {
  const { origin, host, pathname } = new URL(baseUrl);
  const prefix = pathname.replace(/\/$/, "");
  const json = { ...headers, "content-type": "application/json" };
  const read: Read = (
    { path, operation, batchSize, accountId, mayBeEmpty },
    { stats, requestId, caller },
    signal,
    onLength,
  ) =>
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
        sentAt: undefined,
        repliedAt: undefined,
        batchSize,
        mayBeEmpty,
        accountId,
        stats,
        requestId,
        caller,
        onLength,
      },
      signal,
    );
  const reads = new CachedReads(read, observer, cache, () => replicas?.isCurrent ?? true);
  const write: Api["write"] = (method, request, body, { stats, requestId, caller }) => {
    const { path, operation, batchSize, accountId, beforeSending } = request;
    const content = body === undefined ? { headers } : { headers: json, body: JSON.stringify(body) };
    const call = { method, origin, host, path: prefix + path, operation, ...content, attempt: 1, batchSize };
    return send.write({ ...call, accountId, stats, requestId, caller, beforeSending }, NEVER).finally(() => {
      reads.invalidate();
      cache?.clearAfter(operation);
      return onChange?.({ isOfSimsOnly: changesSimsOnly(operation) });
    });
  };
  const invalidate: Api["invalidate"] = (request, reply) => reads.evict(request, reply);
  return {
    shared: { get: (request, requester) => reads.get(request, requester), write, invalidate },
    independent: { get: (request, requester) => read(request, requester, NEVER), write, invalidate },
    reads,
  };
}

function requestToken(
  send: Send,
  url: string,
  { clientId, clientSecret }: PortalCredentials,
  requestId: string | undefined,
) {
  const { origin, host, pathname } = new URL(url);
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret.reveal(),
  });
  const call = {
    method: "POST",
    origin,
    host,
    attempt: 1,
    path: pathname,
    operation: `POST ${pathname}`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
    requestId,
    isForToken: true,
  } as const;
  // Many calls share the token, so no single caller's abort ends the request.
  return send(call, NEVER);
}
