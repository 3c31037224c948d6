import { LRUCache } from "lru-cache";
import { AlertingApi } from "./api/alerting.ts";
import { ClientsApi } from "./api/clients.ts";
import { ConnectivityApi, type ProvisioningObserver } from "./api/connectivity.ts";
import { SmsApi } from "./api/sms.ts";
import { type ApiName, type CredentialClient, type Sharing } from "./credential-client.ts";
import { ALL_OTHERS } from "./auth/credential-set.ts";
import { KoreError } from "./errors.ts";
import { type ObservedRequests } from "./provisioning/reconciliation/observed-requests.ts";
import { type Api, type ApiRequest, type Requester } from "./api/request-builder.ts";
import { type CredentialSession, type KoreSession } from "./session.ts";
import { type UnknownEnumValues } from "./decoding/unknown-enum-values.ts";

type NonEmpty<Item> = readonly [Item, ...Item[]];

/** API clients whose credentials are remembered. */
const MAX_CLIENTS = 10_000;

/** Chooses the credentials of each call, by its account or by the API client that it names. */
export class CredentialRouter {
  readonly #mapping: ReadonlyMap<string, string>;
  readonly #apis: Readonly<Record<Sharing, Readonly<Record<ApiName, Api>>>>;
  /** Passes replies to the observer of their account's credentials. */
  readonly observer: ProvisioningObserver = {
    onList: (accountId, reply) => this.observedRequests(accountId).onList(accountId, reply),
    onDetail: (accountId, requestId, reply) => this.observedRequests(accountId).onDetail(accountId, requestId, reply),
  };
  #clients: NonEmpty<CredentialClient>;
  #byAccount = new Map<string, CredentialClient>();
  #credentialOfClient = new LRUCache<string, CredentialClient>({ max: MAX_CLIENTS });

  constructor(clients: readonly CredentialClient[], mapping: ReadonlyMap<string, string> = new Map()) {
    this.#mapping = mapping;
    this.#clients = nonEmpty(clients);
    this.replace(clients);
    const families = (sharing: Sharing) => ({
      connectivity: this.#api("connectivity", sharing),
      clients: this.#api("clients", sharing),
      sms: this.#api("sms", sharing),
    });
    this.#apis = { shared: families("shared"), independent: families("independent") };
  }

  get clients(): NonEmpty<CredentialClient> {
    return this.#clients;
  }

  replace(clients: readonly CredentialClient[]): void {
    this.#clients = nonEmpty(clients);
    this.#byAccount = new Map(
      clients.flatMap((client) => {
        const { accounts } = client.set;
        return accounts === ALL_OTHERS ? [[ALL_OTHERS, client] as const] : accounts.map((id) => [id, client] as const);
      }),
    );
    this.#credentialOfClient.clear();
  }

  /** The credentials that serve an account; null: our own account. @throws KoreError `forbidden` */
  of(accountId: string | null, operation: string): CredentialClient {
    const found = this.#serving(accountId);
    if (!found) throw notServed(operation);
    return found;
  }

  /** Metadata observed in provisioning reads and writes for an account. */
  observedRequests(accountId: string): ObservedRequests {
    return (this.#serving(accountId) ?? this.#clients[0]).observedRequests;
  }

  session(sharing: Sharing, requester: Requester | undefined, unknown: UnknownEnumValues): KoreSession {
    return new Session({ router: this, sharing, apis: this.#apis[sharing], unknown, requester });
  }

  /** The credentials that serve any of some accounts; undefined: all credentials. */
  within(accounts: ReadonlySet<string> | undefined): readonly CredentialClient[] {
    if (accounts === undefined || this.#clients.length === 1) return this.#clients;
    const serving = new Set([...accounts].map((id) => this.#serving(id)));
    return this.#clients.filter((client) => serving.has(client));
  }

  #serving(accountId: string | null): CredentialClient | undefined {
    const mapped = accountId === null ? undefined : this.#mapping.get(accountId);
    return (
      (accountId === null ? undefined : this.#byAccount.get(accountId)) ??
      (mapped === undefined ? undefined : this.#byAccount.get(mapped)) ??
      this.#byAccount.get(ALL_OTHERS) ??
      (accountId === null && this.#clients.length === 1 ? this.#clients[0] : undefined)
    );
  }

  #api(family: ApiName, sharing: Sharing): Api {
    const of = (client: CredentialClient) => client.apis[family][sharing];
    return {
      get: (request, requester) => {
        const client = this.#chosen(request);
        if (client instanceof KoreError) return Promise.reject(client);
        if (client) return of(client).get(request, requester);
        return this.#search(request, requester, (one) => of(one).get(request, requester)).then(({ reply }) => reply);
      },
      write: async (method, request, body, requester) => {
        const client = this.#chosen(request) ?? (await this.#credentialFor(request, requester));
        if (client instanceof KoreError) throw client;
        return of(client).write(method, request, body, requester);
      },
      invalidate: (request, reply) => {
        for (const client of this.#clients) of(client).invalidate?.(request, reply);
      },
    };
  }

  /** The credentials that the request determines; undefined when it names an API client only, and several sets may have it. */
  #chosen({ accountId, clientId, operation }: ApiRequest): CredentialClient | KoreError | undefined {
    const isOnly = this.#clients.length === 1;
    if (accountId === undefined && isOnly) return this.#clients[0];
    if (accountId === undefined && clientId !== undefined) return undefined;
    return this.#serving(accountId ?? null) ?? notServed(operation);
  }

  /** The credentials that reach the API client of a write. @throws KoreError */
  async #credentialFor(request: ApiRequest, requester: Requester): Promise<CredentialClient> {
    const { clientId = "" } = request;
    const known = this.#credentialOfClient.get(clientId);
    if (known) return known;
    const read = (client: CredentialClient) =>
      new ClientsApi(client.apis.clients.independent, requester).client(clientId);
    try {
      return (await this.#search(request, requester, read)).client;
    } catch (error) {
      if (error instanceof KoreError) error.isUnsent = true; // Only the lookup was sent.
      throw error;
    }
  }

  /**
   * Reads an API client with one set of credentials after the other, the last successful one first, until one finds it.
   *
   * @throws KoreError any failure other than "not found" first: such credentials may have the client
   */
  async #search(
    { clientId = "", operation }: ApiRequest,
    { accounts }: Requester,
    read: (client: CredentialClient) => Promise<unknown>,
  ): Promise<{ client: CredentialClient; reply: unknown }> {
    const known = this.#credentialOfClient.get(clientId);
    const clients = [...this.within(accounts)].sort((one, other) => Number(other === known) - Number(one === known));
    let failure: Error | undefined;
    let absence: Error | undefined;
    for (const client of clients) {
      try {
        const reply = await read(client);
        this.#credentialOfClient.set(clientId, client);
        return { client, reply };
      } catch (error) {
        if (error instanceof KoreError && error.kind === "not-found") absence = error;
        else failure ??= error as Error;
      }
    }
    throw failure ?? absence ?? notServed(operation);
  }
}

interface SessionOptions {
  router: CredentialRouter;
  sharing: Sharing;
  apis: Readonly<Record<ApiName, Api>>;
  unknown: UnknownEnumValues;
  requester: Requester | undefined;
}

class Session implements KoreSession {
  readonly unknown: UnknownEnumValues;
  readonly #router: CredentialRouter;
  readonly #sharing: Sharing;
  readonly #apis: Readonly<Record<ApiName, Api>>;
  readonly #requester: Requester | undefined;
  // Created on demand: most operations need one of the APIs, or none.
  #connectivity: ConnectivityApi | undefined;
  #clients: ClientsApi | undefined;
  #sms: SmsApi | undefined;
  #alerting: AlertingApi | undefined;
  #credentials: readonly CredentialSession[] | undefined;

  constructor({ router, sharing, apis, unknown, requester }: SessionOptions) {
    this.#router = router;
    this.#sharing = sharing;
    this.#apis = apis;
    this.unknown = unknown;
    this.#requester = requester;
  }

  get connectivity(): ConnectivityApi {
    return (this.#connectivity ??= new ConnectivityApi(
      this.#apis.connectivity,
      this.#requester,
      this.#router.observer,
    ));
  }

  get clients(): ClientsApi {
    return (this.#clients ??= new ClientsApi(this.#apis.clients, this.#requester));
  }

  get sms(): SmsApi {
    return (this.#sms ??= new SmsApi(this.#apis.sms, this.#requester));
  }

  get alerting(): AlertingApi {
    return (this.#alerting ??= new AlertingApi(this.#apis.connectivity, this.#requester));
  }

  get credentials(): readonly CredentialSession[] {
    return (this.#credentials ??= this.#router.within(this.#requester?.accounts).map((client) => this.#of(client)));
  }

  credentialOf(accountId: string): Pick<CredentialSession, "name" | "accountEmail"> {
    return this.#router.of(accountId, "GET /v1/accounts").set;
  }

  #of({ apis, set, observedRequests }: CredentialClient): CredentialSession {
    return {
      name: set.name,
      accountEmail: set.accountEmail,
      connectivity: new ConnectivityApi(apis.connectivity[this.#sharing], this.#requester, observedRequests),
      clients: new ClientsApi(apis.clients[this.#sharing], this.#requester),
    };
  }
}

function nonEmpty(clients: readonly CredentialClient[]): NonEmpty<CredentialClient> {
  const [first, ...more] = clients;
  if (!first) throw new Error("There are no credentials");
  return [first, ...more];
}

function notServed(operation: string): KoreError {
  const message = `No credentials serve the account of ${operation}`;
  return new KoreError("forbidden", message, { operation, isUnsent: true });
}
