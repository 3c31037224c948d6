import { type CacheOptions } from "./cache/response-cache.ts";
import { type ClientsApi } from "./api/clients.ts";
import { type ConnectionOptions } from "./http/transport/connection-pool.ts";
import { type ConnectivityApi } from "./api/connectivity.ts";
import { CredentialClient } from "./credential-client.ts";
import { CredentialRouter } from "./credential-router.ts";
import { type CredentialSet, type Family, isSameCredential } from "./auth/credential-set.ts";
import { OwnCredentials } from "./auth/credentials.ts";
import { type KoreObserver, type Trace } from "./events.ts";
import { type BreakerOptions, type RateLimitOptions } from "./http/pipeline.ts";
import { type ObservedRequests } from "./provisioning/reconciliation/observed-requests.ts";
import { type Replicas } from "./replicas.ts";
import { type Requester } from "./api/request-builder.ts";
import { ServerClock } from "./http/transport/server-clock.ts";
import { UnknownEnumValues } from "./decoding/unknown-enum-values.ts";

export interface KoreOptions {
  /** ConnectivityPro's base address, such as https://api.korewireless.com/connectivity. */
  connectivityUrl: string;
  connectivityTokenUrl: string;
  /** Base address of the API clients, such as https://client.api.korewireless.com. */
  clientsUrl: string;
  globalTokenUrl: string;
  /** One at least. */
  credentials: readonly CredentialSet[];
  /** `acct_…` to `cmp-…`: chooses the credentials for accounts of API clients that no set names. @default none */
  accountMapping?: ReadonlyMap<string, string>;
  /** For one call, from sending to the last byte, and as much again for all waiting before. Milliseconds. */
  deadline?: number;
  /** Rate and concurrency of calls, for each set of credentials. */
  rateLimit: RateLimitOptions;
  /** When a circuit opens. */
  breaker?: BreakerOptions;
  /** Which answers are kept for a while; absent: none. */
  cache?: CacheOptions | undefined;
  /** Connections per host, for each set of credentials. */
  connections?: number;
  /** Proxies and certificate authorities. Default: none, and those of Node. */
  network?: Pick<ConnectionOptions, "ca" | "proxies">;
  /** Event handlers, by name of the credentials. */
  observer?: (credential: string) => Partial<KoreObserver>;
  /** Called once for each enum value of KORE's that we do not know. */
  onUnknownValue?: (field: string, value: string) => void;
  trace?: Trace;
  /** Absent: this process is alone. */
  replicas?: Replicas | undefined;
  /** Publishes to other processes what a write may have changed; awaited before the write resolves. Never rejects. */
  onChange?: ((change: Change) => Promise<void>) | undefined;
}

/** Something may be different at KORE from what was read before. */
export interface Change {
  /** Whether only SIMs may have changed; they are not cached. */
  isOfSimsOnly: boolean;
  /** Absent: any account. */
  accountId?: string | undefined;
}

/** Both API families, on behalf of one caller. */
export interface KoreSession {
  /** Each call uses the credentials that serve its account. */
  readonly connectivity: ConnectivityApi;
  readonly clients: ClientsApi;
  readonly unknown: UnknownEnumValues;
  /** Each set of credentials that serves an account within the caller's reach, for lists that name no account. */
  readonly credentials: readonly CredentialSession[];
  /** The set that serves an account. @throws KoreError `forbidden` when none does */
  credentialOf(accountId: string): Pick<CredentialSession, "name" | "accountEmail">;
}

/** Both API families with one set of credentials. */
export interface CredentialSession {
  readonly name: string;
  /** The developer-portal administrator whose accounts it lists. */
  readonly accountEmail: string;
  readonly connectivity: ConnectivityApi;
  readonly clients: ClientsApi;
}

export interface Kore {
  session(of?: Requester): KoreSession;
  /**
   * For writes. Its reads are not deduplicated: a SIM's state before a write, and whether the write arrived, need a read
   * that begins after the question.
   */
  writer(of?: Omit<Requester, "signal">): KoreSession;
  /** Something has changed at KORE: later reads must not join reads that began before. */
  invalidateReads(): void;
  /** Grows with each invalidation of reads, also by our own writes. */
  readonly epoch: number;
  /** Something may have changed at KORE of which answers are kept: of one account, or anywhere. */
  invalidateCache(accountId?: string): void;
  /** Those in force, with what each has of its own. */
  readonly credentialClients: readonly CredentialClient[];
  /** Puts others in force. Those that only serve other accounts than before keep their tokens, budget and cache. */
  replaceCredentials(sets: readonly CredentialSet[]): void;
  readonly credentials: OwnCredentials;
  /** Metadata observed in provisioning reads and writes for an account. */
  observedRequests(accountId: string): ObservedRequests;
  /** Whether a family's clock is known to differ from ours by more than is tolerated. */
  isClockOff(family: Family): boolean;
  /** The client of the console that writes to API clients of an account are made as; null: of our own account. */
  ownClientId(accountId: string | null): string;
  /** Whether KORE refuses all credentials of ConnectivityPro and has accepted none since the start. */
  readonly areCredentialsRefused: boolean;
  close(): Promise<void>;
}

/** Everything that is shared between callers is in the client of each set of credentials; calls choose by account. */
export function createKore(options: KoreOptions): Kore {
  const unknown = new UnknownEnumValues(options.onUnknownValue ?? (() => undefined));
  let wasAccepted = false;
  const onAccepted = (family: Family) => {
    if (family === "connectivity") wasAccepted = true;
  };
  const originOf = {
    connectivity: new URL(options.connectivityUrl).origin,
    clients: new URL(options.clientsUrl).origin,
  };
  const clocks = new Map(Object.values(originOf).map((origin) => [origin, new ServerClock()]));
  const ports = { onAccepted, clockOf: (origin: string) => clocks.get(origin) };
  const open = (set: CredentialSet) => new CredentialClient(set, options, ports);
  const router = new CredentialRouter(options.credentials.map(open), options.accountMapping);
  const retired = new Set<CredentialClient>();
  /** Of clients that are no longer in force: the sum must not shrink. */
  let generations = 0;

  /** Calls that are under way go on: their waiting and sending have a deadline each. */
  const retire = (client: CredentialClient) => {
    generations += client.epoch;
    retired.add(client);
    const end = () => {
      retired.delete(client);
      void client.close();
    };
    setTimeout(end, 3 * (options.deadline ?? 30_000)).unref();
  };

  return {
    session: (requester) => router.session("shared", requester, unknown),
    writer: (requester) => router.session("alone", requester, unknown),
    invalidateReads() {
      for (const client of router.clients) client.invalidateReads();
    },
    get epoch() {
      if (options.replicas?.isCurrent === false) generations += 1; // No two alike, so that none joins another.
      return router.clients.reduce((sum, client) => sum + client.epoch, generations);
    },
    invalidateCache(accountId) {
      for (const client of router.clients) client.invalidateCache(accountId);
    },
    get credentialClients() {
      return router.clients;
    },
    replaceCredentials(sets) {
      const before = router.clients;
      const after = sets.map((set) => {
        const same = before.find((client) => isSameCredential(client.set, set));
        if (!same) return open(set);
        same.set = set;
        return same;
      });
      router.replace(after);
      generations += 1; // Another account may be read with other credentials from now on.
      for (const client of before) if (!after.includes(client)) retire(client);
    },
    credentials: new OwnCredentials(() => router.clients.flatMap(({ logins }) => Object.values(logins))),
    observedRequests: (accountId) => router.observedRequests(accountId),
    isClockOff: (family) => clocks.get(originOf[family])?.isOff ?? false,
    ownClientId: (accountId) => router.of(accountId, "POST /v1/clients").set.console.clientId,
    get areCredentialsRefused() {
      return !wasAccepted && router.clients.every(({ states }) => states.connectivity === "refused");
    },
    async close() {
      await Promise.all([...router.clients, ...retired].map((client) => client.close()));
    },
  };
}
