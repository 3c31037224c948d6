import { type SimState } from "./state-machine.ts";
import { type WebhookOptions } from "./webhooks/options.ts";
import { type ServiceTypeName } from "./fixtures/service-types.ts";

/** An account of a test. Its data follow from the seed, its position among the accounts, and this. */
export interface AccountSpec {
  /** How many SIMs, up to 1,000,000. */
  readonly sims: number;
  readonly name?: string;
  /** Puts every SIM into this state. Default: all eight states, 31 of 50 Active, and each of the eight among the first ten. */
  readonly states?: SimState;
  /** All SIMs are of this service type. Default: "OmniSIM", which activates without IMEI, SKU or IPND details. */
  readonly serviceType?: ServiceTypeName;
  /** "mixed" (default): three SIMs of ten are eSIMs and some EIDs hold two or three of them. "all": each SIM has an EID of its own. */
  readonly esims?: "none" | "mixed" | "all";
  /** false: the account exists, but the credential may not see it (403). */
  readonly visible?: boolean;
  /**
   * true: only an API client of its own reaches the account, and that client no other; see
   * {@link Simulator.credentialsOf}. KORE says so of child accounts.
   */
  readonly ownClient?: boolean;
}

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiKey: string;
  readonly accountEmail: string;
}

export interface SimulatorOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** SIMs of the default accounts, up to 1,000,000. Default 2,000. Without effect when `accounts` is given. */
  readonly sims?: number;
  /** Seed of the fixtures: another seed gives other data of the same shape. Default 1. */
  readonly seed?: number;
  /** Accounts by id, in place of the default ones. */
  readonly accounts?: Readonly<Record<string, AccountSpec>>;
  /** "manual" stands still at 2025-01-15T09:00:00Z until advanced. Default "real". */
  readonly clock?: "real" | "manual";
  readonly credentials?: Partial<Credentials>;
  /**
   * "two": each portal's token endpoint takes its own client only: the developer portal's is `credentials`, the
   * console's is `developerCredentials`. Default "one": every client gets tokens at both.
   */
  readonly portals?: "one" | "two";
  /** Receives webhooks, on this machine. Default: none; can be set later, too. */
  readonly webhook?: WebhookOptions;
  /** Seconds that a token lives. Defaults: legacy 36,000 (KORE's guide), current 3,600 (the shortest KORE offers). */
  readonly tokenLifetimes?: { readonly legacy?: number; readonly current?: number };
  readonly provisioning?: {
    /** Milliseconds from the POST until the request is "pending". Default 300. */
    readonly pendingAfterMs?: number;
    /** Milliseconds from the POST until it is "completed". Default 2,000. */
    readonly completedAfterMs?: number;
    /** Milliseconds from the POST of an eSIM request until the device is in a session. Default half of `completedAfterMs`. */
    readonly sessionAfterMs?: number;
    /** Milliseconds from a completed terminate until "Pending Scrap" becomes "Scrapped". Default one day. */
    readonly scrappedAfterMs?: number;
    /** More SIMs in one request are refused with 400. Default: no limit, for KORE states none. */
    readonly maxSims?: number;
    /** true: a SIM that an unfinished request names is refused with 409. Default false, so that duplicates show. */
    readonly refuseBusySims?: boolean;
    /** Outer key of the detail: the type's name (KORE's README sample), or `request-type` as in KORE's contract. Default "name". */
    readonly detailKey?: "literal" | "name";
    /** true: the detail has neither id nor type inside, as KORE's README sample. Default false. */
    readonly bareDetail?: boolean;
  };
  readonly messages?: {
    /** Milliseconds between two statuses of a text. Default 500. */
    readonly stepMs?: number;
    /** `detail` in the list of texts, whose meaning KORE does not state: the text (default), or nothing. */
    readonly detail?: "text" | "none";
  };
  readonly paging?: {
    /** First page of the provisioning list; KORE does not say. Default 1. */
    readonly firstPage?: 0 | 1;
    /** More per page of the provisioning list is cut to this. Default: no limit. */
    readonly maxTake?: number;
    /** Whether `meta.count` of the clients list counts this page or everything; KORE's documents say both. Default "page". */
    readonly clientsCount?: "page" | "total";
  };
  readonly clients?: {
    /** false: only what KORE publishes. Default true: what its portal does besides, too, at ASSUMED endpoints. */
    readonly unpublished?: boolean;
    /**
     * Whether the list of "active" clients holds disabled ones; KORE does not say. Default false: the plain meaning of
     * "active", and the list has no flag that distinguishes them.
     */
    readonly listsDisabled?: boolean;
  };
}

export const DEFAULT_CREDENTIALS: Credentials = {
  clientId: "apiclient_01j8simulator0admin",
  clientSecret: "simulator-secret",
  apiKey: "simulator-api-key",
  accountEmail: "ops@meridian.example",
};
