import type {
  ActivationNeeds,
  AlertRules,
  ClientWrites,
  CommandResolutions,
  CostCenterWrites,
  DiagnosticsEndpoints,
  EsimFollowUps,
  KoreSession,
  ProvisioningCommands,
  ProvisioningWatcher,
  RequestKind,
  SimEndpoints,
  TextMessages,
} from "../kore/index.ts";
// Only from `*.type.ts`, which import no other file of a resource, so that there is no cycle.
import type { DeploymentLimits } from "./capabilities/capabilities.type.ts";
import type { DiagnosticsRequest } from "./diagnostics/diagnostics.type.ts";
import type { KoreEvents } from "./event/event.type.ts";
import type { EsimRequest } from "./esim/esim-request.type.ts";
import type { ProvisioningRequest } from "./provisioning-request/provisioning-request.type.ts";
import type { LoaderContext } from "./resource.ts";
import type { SubscriptionRequest } from "./subscription-request/subscription-request.type.ts";

/** Configuration for the resources. */
interface Settings {
  mode: "live" | "simulator";
  /** `acct_…` id of the API clients to `cmp-…` id of ConnectivityPro: KORE publishes no such mapping. */
  accountMapping: ReadonlyMap<string, string>;
  /** Whether operations on API clients without a published endpoint are enabled. */
  unpublishedClientOperations: boolean;
  /** How this deployment receives webhooks; undefined: it does not. Holds no secret. */
  webhook: { url: string; tokenKey: string | null } | undefined;
  /** Shown to callers. Enforced before a resolver runs. */
  limits: Omit<DeploymentLimits, "pageSize" | "iccidsPerQuery" | "iccidsPerFilter" | "simsPerMutation" | "waitSeconds">;
}

/** Services for commands and watchers, which outlive an operation. */
export interface ProvisioningPorts {
  readonly commands: ProvisioningCommands;
  /** Of all ledgers. */
  readonly resolution: CommandResolutions;
  readonly activationNeeds: ActivationNeeds;
  readonly watcher: ProvisioningWatcher<ProvisioningRequest>;
  /** The endpoints of a session, for `commands`. */
  readonly endpointsOf: (session: KoreSession) => SimEndpoints;
  /** The same for eSIM requests, which `commands` write. */
  readonly esim: {
    readonly watcher: ProvisioningWatcher<EsimRequest>;
    /** Retries and cancellations. */
    readonly followUps: EsimFollowUps;
  };
  /** The same for diagnostics requests, with a ledger of their own. */
  readonly diagnostics: {
    readonly commands: ProvisioningCommands;
    readonly watcher: ProvisioningWatcher<DiagnosticsRequest>;
    /** The endpoints of a session, for its commands. */
    readonly endpointsOf: (session: KoreSession) => DiagnosticsEndpoints;
  };
  /** The same for requests to change SIM records, which `commands` send. */
  readonly subscriptionRequests: ProvisioningWatcher<SubscriptionRequest>;
  /** For writes and shared polls: no caller's abort ends its calls, and its reads are not deduplicated. */
  readonly kore: KoreSession;
  /** Where replicas share polls: resolves with one that started late enough, or with `poll`. See `PollOptions`. */
  readonly sharePoll?:
    | (<Reply>(key: string, poll: () => Promise<Reply>, notBefore: number, freshFor: number) => Promise<Reply>)
    | undefined;
  /** Whether KORE acknowledged a request recently, so that its 404 means "not yet visible". */
  readonly isJustAcknowledged: (accountId: string, requestId: string, kind?: RequestKind) => Promise<boolean>;
  /** After a change at KORE: resolves when later reads, at all replicas, join none from before. */
  readonly invalidateReads: () => Promise<void>;
  /** Aborts when the server stops, to end all waiting for KORE. */
  readonly stopping: AbortSignal;
  /** After a change at KORE of other data than SIMs: drops cached replies. @param accountId default: all accounts */
  readonly invalidateCache: (accountId?: string) => Promise<void>;
  readonly chunkSize: number;
  readonly maxSims: number;
  readonly maxWaitSeconds: number;
}

/** The context of every resolver. */
export interface Context extends LoaderContext {
  /** For the operation's writes and the reads that they need, see `ProvisioningPorts.kore`. */
  readonly writer: KoreSession;
  readonly settings: Settings;
  readonly provisioning: ProvisioningPorts;
  readonly clientWrites: ClientWrites;
  readonly textMessages: TextMessages;
  readonly alertRules: AlertRules;
  readonly costCenterWrites: CostCenterWrites;
  readonly events: KoreEvents;
}
