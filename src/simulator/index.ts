import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { Timer } from "./time/timer.ts";
import { type Rule } from "./alerting/rules.ts";
import { Auth } from "./auth/auth.ts";
import { advance, type Backend, reset, sendWebhooks, settle, stopWebhooks } from "./backend.ts";
import { type PortalUser } from "./clients/portal-users.ts";
import { basicCredentials, developerCredentials, ownCredentials } from "./clients/seeds.ts";
import { createClock } from "./time/clock.ts";
import { createControl } from "./control/control.ts";
import { type Examples, examplesOf } from "./control/examples.ts";
import { type ActiveFault, type Fault, Faults } from "./faults/faults.ts";
import { requestHandler } from "./http/request-handler.ts";
import {
  type ClientView,
  clientViews,
  heldEsimRequests,
  type HeldEsimRequest,
  heldRecordChanges,
  heldRequests,
  type HeldRecordChange,
  type HeldRequest,
  type HeldMessage,
  heldMessages,
  iccids,
  portalUsers,
  simView,
  type SimView,
} from "./control/inspect.ts";
import { createKore } from "./kore.ts";
import { type Credentials, DEFAULT_CREDENTIALS, type SimulatorOptions } from "./options.ts";
import { CURRENT_TOKEN_PATH, LEGACY_TOKEN_PATH } from "./http/reply.ts";
import { type LoggedRequest, RequestLog } from "./http/request-log.ts";
import { type WebhookOptions } from "./webhooks/options.ts";
import { type WebhookDelivery, Webhooks } from "./webhooks/webhooks.ts";
import { createFixtures } from "./fixtures/fixtures.ts";

export type { Fault, LoggedRequest, SimulatorOptions };

/** A running simulator of KORE: real HTTP, made-up data. */
export interface Simulator {
  readonly url: string;
  /** Values for KORE_CONNECTIVITY_URL, KORE_CONNECTIVITY_TOKEN_URL, KORE_SMS_URL, KORE_GLOBAL_TOKEN_URL and KORE_CLIENTS_URL. */
  readonly urls: {
    readonly connectivity: string;
    readonly connectivityToken: string;
    readonly sms: string;
    readonly globalToken: string;
    readonly clients: string;
  };
  /** An admin client with the "API Clients" resource. */
  readonly credentials: Credentials;
  /** A standard client: may use ConnectivityPro but not the clients API. */
  readonly standardCredentials: Credentials;
  /** An admin client with the "API Clients" resource whose owner is a developer, who may not edit all clients. */
  readonly developerCredentials: Credentials;
  /** The credentials of an account that has an API client of its own. @throws RangeError for any other account */
  credentialsOf(accountId: string): Credentials;
  readonly examples: Examples;
  /** A copy of the requests so far, oldest first, token calls included. */
  log(): readonly LoggedRequest[];
  clearLog(): void;
  readonly faults: {
    /** Arms a fault; the returned function disarms it. */
    add(fault: Fault): () => void;
    clear(): void;
    list(): readonly ActiveFault[];
  };
  /** Expires all tokens issued so far. */
  expireTokens(): void;
  /** Advancing runs all work that becomes due, webhooks included. */
  readonly clock: { now(): Date; advance(ms: number): void };
  readonly webhooks: {
    /** Sends later changes to an address. @throws RangeError unless it is an http address of this machine */
    to(webhook: WebhookOptions): void;
    /** Stops sending, also deliveries that wait or are held back. */
    off(): void;
    /** Sends deliveries that are held back, the last one first. */
    flush(): void;
    /** Every attempt so far, oldest first. */
    deliveries(): readonly WebhookDelivery[];
    /** Resolves when no delivery waits or is in flight, except those held back. */
    settled(): Promise<void>;
  };
  /** ICCIDs of an account's SIMs, newest first, as the list returns them. */
  iccids(accountId: string): string[];
  /** The current state of a SIM; null when the account has none with this ICCID. */
  sim(accountId: string, iccid: string): SimView | null;
  /** All API clients with the fields that KORE's reads leave out, in the order of the list, without secrets. */
  clients(): ClientView[];
  /** Possible owners of API clients, with account and role. */
  portalUsers(): PortalUser[];
  /** All eSIM requests of an account, newest first, with their bodies. */
  esimRequests(accountId: string): HeldEsimRequest[];
  /** All provisioning requests of an account, newest first, with their bodies. */
  provisioningRequests(accountId: string): HeldRequest[];
  /** All alert rules of an account, oldest first, with their tokens. */
  alertRules(accountId: string): readonly Rule[];
  /** All texts of an account, oldest first. */
  messages(accountId: string): HeldMessage[];
  /** All changes of SIM records of an account, newest first, with their bodies. */
  subscriptionRequests(accountId: string): HeldRecordChange[];
  /**
   * Restores the fixtures, and clears faults, log, the clock's advances and the webhooks' misbehaviour. Tokens of seeded
   * clients and the webhooks' address stay.
   */
  reset(): void;
  /** Closes all connections at once, and stops sending webhooks. */
  stop(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const credentials: Credentials = { ...DEFAULT_CREDENTIALS, ...options.credentials };
  const clock = createClock(options.clock ?? "real");
  const log = new RequestLog();
  const faults = new Faults();
  const webhooks = new Webhooks(clock);
  if (options.webhook) webhooks.to(options.webhook);
  const fixtures = createFixtures(options, credentials, webhooks);

  // Listens first, because tokens and page links name the port.
  const server = createServer({ keepAliveTimeout: 60_000 });
  // Node keeps the address on the socket, whose hidden class is then that of the graph's sockets: with another one in the same
  // process, Node's code for both is slower.
  server.on("connection", (socket) => socket.remoteAddress);
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // A replica of `node:cluster` would otherwise share its port with the simulators of others.
    server.listen({ port: options.port ?? 0, host, exclusive: true }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;

  const auth = new Auth({
    issuer: url,
    apiKey: credentials.apiKey,
    clients: () => backend.fixtures.clients,
    lifetimes: options.tokenLifetimes ?? {},
    clock,
    ...(options.portals === "two" && {
      portalOf: (id: string) =>
        id === credentials.clientId
          ? "legacy"
          : id === developerCredentials(credentials).clientId
            ? "current"
            : undefined,
    }),
  });
  const timer = new Timer(clock, () => settle(backend));
  const backend: Backend = { url, options, credentials, clock, auth, log, faults, webhooks, timer, fixtures };
  const kore = createKore(backend);
  server.on("request", requestHandler(backend, kore, createControl(backend)));

  return {
    url,
    urls: {
      connectivity: `${url}/connectivity`,
      connectivityToken: url + LEGACY_TOKEN_PATH,
      sms: `${url}/sms`,
      globalToken: url + CURRENT_TOKEN_PATH,
      clients: url,
    },
    credentials,
    standardCredentials: basicCredentials(credentials),
    developerCredentials: developerCredentials(credentials),
    credentialsOf(accountId) {
      const account = backend.fixtures.sims.account(accountId);
      const theirs = account && ownCredentials(account, credentials);
      if (!theirs) throw new RangeError("the account has no API client of its own");
      return theirs;
    },
    examples: examplesOf(backend),
    log: () => log.all(),
    clearLog: () => log.clear(),
    faults: {
      add: (fault) => {
        const id = faults.add(fault);
        return () => void faults.remove(id);
      },
      clear: () => faults.clear(),
      list: () => faults.list(),
    },
    expireTokens: () => auth.expireTokens(),
    clock: { now: () => clock.now(), advance: (ms) => advance(backend, ms) },
    webhooks: {
      to: (webhook) => sendWebhooks(backend, webhook),
      off: () => stopWebhooks(backend),
      flush: () => webhooks.flush(),
      deliveries: () => webhooks.deliveries(),
      settled: () => webhooks.settled(),
    },
    iccids: (accountId) => iccids(backend, accountId),
    sim: (accountId, iccid) => simView(backend, accountId, iccid),
    clients: () => clientViews(backend),
    portalUsers: () => portalUsers(backend),
    esimRequests: (accountId) => heldEsimRequests(backend, accountId),
    provisioningRequests: (accountId) => heldRequests(backend, accountId),
    alertRules: (accountId) => webhooks.alerting.rules(accountId),
    messages: (accountId) => heldMessages(backend, accountId),
    subscriptionRequests: (accountId) => heldRecordChanges(backend, accountId),
    reset: () => reset(backend),
    stop: () =>
      new Promise((resolve) => {
        stopWebhooks(backend);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
