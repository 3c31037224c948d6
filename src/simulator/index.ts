import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { Auth } from "./auth.ts";
import { type Backend, reset } from "./backend.ts";
import { createClock } from "./clock.ts";
import { createControl } from "./control.ts";
import { type Examples, examplesOf } from "./examples.ts";
import { type ActiveFault, type Fault, Faults } from "./faults.ts";
import { requestHandler } from "./http.ts";
import { heldRequests, type HeldRequest, iccids, simView, type SimView } from "./inspect.ts";
import { createKore } from "./kore.ts";
import { type Credentials, DEFAULT_CREDENTIALS, type SimulatorOptions } from "./options.ts";
import { CURRENT_TOKEN_PATH, LEGACY_TOKEN_PATH } from "./reply.ts";
import { type LoggedRequest, RequestLog } from "./request-log.ts";
import { basicCredentials } from "./world/clients.ts";
import { createWorld } from "./world/world.ts";

export type { Fault, LoggedRequest, SimulatorOptions };

/** A running KORE of our own: real HTTP, made-up data. */
export interface Simulator {
  readonly url: string;
  /** What KORE_CONNECTIVITY_URL, KORE_CONNECTIVITY_TOKEN_URL, KORE_GLOBAL_TOKEN_URL and KORE_CLIENTS_URL take. */
  readonly urls: {
    readonly connectivity: string;
    readonly connectivityToken: string;
    readonly globalToken: string;
    readonly clients: string;
  };
  /** An admin client with the "API Clients" resource. */
  readonly credentials: Credentials;
  /** A standard client: may use ConnectivityPro but not the clients API. */
  readonly standardCredentials: Credentials;
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
  /** Every token issued so far is answered as expired from now on. */
  expireTokens(): void;
  readonly clock: { now(): Date; advance(ms: number): void };
  /** ICCIDs of an account's SIMs, newest first, as the list returns them. */
  iccids(accountId: string): string[];
  /** A SIM as it is now; null when the account has none with this ICCID. */
  sim(accountId: string, iccid: string): SimView | null;
  /** The provisioning requests that the simulator holds, newest first, with the bodies that made them. */
  provisioningRequests(accountId: string): HeldRequest[];
  /** Seed data again; faults, log and the clock's advances are forgotten. Tokens stay as they are. */
  reset(): void;
  /** Closes at once, also connections that are kept alive. */
  stop(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const credentials: Credentials = { ...DEFAULT_CREDENTIALS, ...options.credentials };
  const clock = createClock(options.clock ?? "real");
  const log = new RequestLog();
  const faults = new Faults();
  const world = createWorld(options, credentials);

  // Listens first, because tokens and page links name the port.
  const server = createServer({ keepAliveTimeout: 60_000 });
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;

  const auth = new Auth({
    issuer: url,
    apiKey: credentials.apiKey,
    clients: world.clients,
    lifetimes: options.tokenLifetimes ?? {},
    clock,
  });
  const backend: Backend = { url, options, credentials, clock, auth, log, faults, world };
  const kore = createKore(backend);
  server.on("request", requestHandler(backend, kore, createControl(backend)));

  return {
    url,
    urls: {
      connectivity: `${url}/connectivity`,
      connectivityToken: url + LEGACY_TOKEN_PATH,
      globalToken: url + CURRENT_TOKEN_PATH,
      clients: url,
    },
    credentials,
    standardCredentials: basicCredentials(credentials),
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
    clock: { now: () => clock.now(), advance: (ms) => clock.advance(ms) },
    iccids: (accountId) => iccids(backend, accountId),
    sim: (accountId, iccid) => simView(backend, accountId, iccid),
    provisioningRequests: (accountId) => heldRequests(backend, accountId),
    reset: () => reset(backend),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
