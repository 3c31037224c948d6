import { type Requester } from "./api/request-builder.ts";
import { smsUrlOf } from "./api/sms.ts";
import { type CredentialSet, type Family, isSameCredential } from "./auth/credential-set.ts";
import { OwnCredentials } from "./auth/own-credentials.ts";
import { CredentialClient } from "./credential-client.ts";
import { CredentialRouter } from "./credential-router.ts";
import { UnknownEnumValues } from "./decoding/unknown-enum-values.ts";
import { ServerClock } from "./http/transport/server-clock.ts";
import { type KoreOptions } from "./options.ts";
import { type ObservedRequests } from "./provisioning/reconciliation/observed-requests.ts";
import { type KoreSession } from "./session.ts";

export interface Kore {
  session(of?: Requester): KoreSession;
  /**
   * For writes. Its reads are not deduplicated: a SIM's state before a write, and whether a write arrived, need a read
   * that begins after the question arose.
   */
  writer(of?: Omit<Requester, "signal">): KoreSession;
  /** After a change at KORE: later reads do not join reads that began before. */
  invalidateReads(): void;
  /** Grows with each invalidation of reads, those by our own writes included. */
  readonly epoch: number;
  /** Drops cached replies of one account. @param accountId default: of all accounts */
  invalidateCache(accountId?: string): void;
  /** One for each set of credentials in use. */
  readonly credentialClients: readonly CredentialClient[];
  /** Replaces the sets in use. Sets that differ in nothing but their accounts keep tokens, rate limit and cache. */
  replaceCredentials(sets: readonly CredentialSet[]): void;
  readonly credentials: OwnCredentials;
  /** Metadata observed in provisioning reads and writes for an account. */
  observedRequests(accountId: string): ObservedRequests;
  /** Whether a family's clock is known to differ from ours by more than `CLOCK_SKEW`. */
  isClockOff(family: Family): boolean;
  /** The API client that authenticates writes to API clients of an account; null: of our own account. */
  ownClientId(accountId: string | null): string;
  /** Whether KORE refuses all credentials of ConnectivityPro and has accepted none since the start. */
  readonly areCredentialsRefused: boolean;
  close(): Promise<void>;
}

const originOf = (url: string): string => new URL(url).origin;

/** Creates the client of KORE's APIs. State that callers share is kept by set of credentials; each call chooses the set by account. */
export function createKore(options: KoreOptions): Kore {
  const unknown = new UnknownEnumValues(options.onUnknownValue ?? (() => undefined));
  let wasAccepted = false;
  const onAccepted = (family: Family) => {
    if (family === "connectivity") wasAccepted = true;
  };
  const originsOf = {
    connectivity: [options.connectivityUrl, options.smsUrl ?? smsUrlOf(options.connectivityUrl)].map(originOf),
    clients: [originOf(options.clientsUrl)],
  };
  const clocks = new Map(
    Object.values(originsOf)
      .flat()
      .map((origin) => [origin, new ServerClock()]),
  );
  const ports = { onAccepted, clockOf: (origin: string) => clocks.get(origin) };
  const open = (set: CredentialSet) => new CredentialClient(set, options, ports);
  const router = new CredentialRouter(options.credentials.map(open), options.accountMapping);
  const replaced = new Set<CredentialClient>();
  /** Epochs of replaced clients: the sum must not shrink. */
  let pastEpochs = 0;

  /** Closes a client once its calls have ended: waiting and sending are limited to one deadline each. */
  const closeLater = (client: CredentialClient) => {
    pastEpochs += client.epoch;
    replaced.add(client);
    const close = () => {
      replaced.delete(client);
      void client.close();
    };
    setTimeout(close, 3 * (options.deadline ?? 30_000)).unref();
  };

  return {
    session: (requester) => router.session("shared", requester, unknown),
    writer: (requester) => router.session("independent", requester, unknown),
    invalidateReads() {
      for (const client of router.clients) client.invalidateReads();
    },
    get epoch() {
      if (options.replicas?.isCurrent === false) pastEpochs += 1; // A new epoch at each call, so that no read joins another.
      return router.clients.reduce((sum, client) => sum + client.epoch, pastEpochs);
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
      pastEpochs += 1; // An account may be read with other credentials from now on.
      for (const client of before) if (!after.includes(client)) closeLater(client);
    },
    credentials: new OwnCredentials(() => router.clients.flatMap(({ logins }) => Object.values(logins))),
    observedRequests: (accountId) => router.observedRequests(accountId),
    isClockOff: (family) => originsOf[family].some((origin) => clocks.get(origin)?.isOff),
    ownClientId: (accountId) => router.of(accountId, "POST /v1/clients").set.console.clientId,
    get areCredentialsRefused() {
      return !wasAccepted && router.clients.every(({ states }) => states.connectivity === "refused");
    },
    async close() {
      await Promise.all([...router.clients, ...replaced].map((client) => client.close()));
    },
  };
}
