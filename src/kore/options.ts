import { type CredentialSet } from "./auth/credential-set.ts";
import { type CacheOptions } from "./cache/response-cache.ts";
import { type KoreObserver, type Trace } from "./events.ts";
import { type BreakerOptions, type RateLimitOptions } from "./http/pipeline.ts";
import { type ConnectionOptions } from "./http/transport/connection-pool.ts";
import { type Replicas } from "./replicas.ts";

export interface KoreOptions {
  /** ConnectivityPro's base address, such as https://api.korewireless.com/connectivity. */
  connectivityUrl: string;
  connectivityTokenUrl: string;
  /** Base address of SMS, such as https://api.korewireless.com/sms. @default `sms` beside ConnectivityPro's */
  smsUrl?: string | undefined;
  /** Base address of the API clients, such as https://client.api.korewireless.com. */
  clientsUrl: string;
  globalTokenUrl: string;
  /** At least one. */
  credentials: readonly CredentialSet[];
  /** `acct_…` to `cmp-…`: chooses the credentials for accounts of API clients that no set names. @default none */
  accountMapping?: ReadonlyMap<string, string>;
  /** Limit of one call, from sending to the last byte, and of all its waiting before. Milliseconds. @default 30000 */
  deadline?: number;
  /** Rate and concurrency of calls, for each set of credentials. */
  rateLimit: RateLimitOptions;
  breaker?: BreakerOptions;
  /** @default nothing is cached */
  cache?: CacheOptions | undefined;
  /** Connections per host, for each set of credentials. @default 16 */
  connections?: number;
  /** Proxies and certificate authorities. @default no proxy, and Node's authorities */
  network?: Pick<ConnectionOptions, "ca" | "proxies">;
  /** Event handlers, by name of the credentials. */
  observer?: (credential: string) => Partial<KoreObserver>;
  /** Called once for each unknown enum value in KORE's replies. */
  onUnknownValue?: (field: string, value: string) => void;
  trace?: Trace;
  /** @default this process is the only replica */
  replicas?: Replicas | undefined;
  /** Publishes to other processes that a write may have changed something; awaited before the write resolves. Never rejects. */
  onChange?: ((change: Change) => Promise<void>) | undefined;
}

/** A possible change at KORE: earlier reads may be outdated. */
export interface Change {
  /** Whether only SIMs may have changed; they are not cached. */
  isOfSimsOnly: boolean;
  /** @default any account */
  accountId?: string | undefined;
}
