import type { ClientWrites, KoreSession, ProvisioningCommands, ProvisioningWatcher } from "../kore/index.ts";
// Of `*.type.ts` alone, which import no other file of a resource: so there is no cycle.
import type { DeploymentLimits } from "./capabilities/capabilities.type.ts";
import type { ProvisioningRequest } from "./provisioning-request/provisioning-request.type.ts";
import type { LoaderContext } from "./resource.ts";
import type { StateChanges } from "./subscription/state-change.type.ts";

/** Configuration for the resources. */
interface Settings {
  mode: "live" | "simulator";
  /** `acct_…` id of the API clients to `cmp-…` id of ConnectivityPro: KORE publishes no such mapping. */
  accountMapping: ReadonlyMap<string, string>;
  /** Whether operations on API clients are offered for which KORE publishes no endpoint. */
  unpublishedClientOperations: boolean;
  /** For callers to see; they are held before a resolver runs. */
  limits: Omit<DeploymentLimits, "pageSize" | "iccidsPerQuery" | "iccidsPerFilter" | "simsPerMutation" | "waitSeconds">;
}

/** Services for writing and watching that outlive one operation. */
export interface ProvisioningPorts {
  readonly commands: ProvisioningCommands;
  readonly watcher: ProvisioningWatcher<ProvisioningRequest>;
  /** For writes and what serves several callers: no one's leaving ends it, and its reads join no others. */
  readonly kore: KoreSession;
  /** Where replicas share looks at what is watched: gives one that began late enough, or that of `look`. */
  readonly sharePoll?:
    | (<Reply>(key: string, look: () => Promise<Reply>, notBefore: number, freshFor: number) => Promise<Reply>)
    | undefined;
  /** Whether KORE gave the id of a request a short time ago, so that its 404 means "not yet shown". */
  readonly isJustAcknowledged: (accountId: string, requestId: string) => Promise<boolean>;
  /** Called after a known change at KORE. Resolves when no read from before can be joined. */
  readonly invalidateReads: () => Promise<void>;
  /** Aborts when the server is about to stop: nobody should wait for KORE to finish any more. */
  readonly stopping: AbortSignal;
  /** Called when an account's data at KORE other than SIMs, or any account's, may have changed. */
  readonly invalidateCache: (accountId?: string) => Promise<void>;
  readonly chunkSize: number;
  readonly maxSims: number;
  readonly maxWaitSeconds: number;
}

/** The context of every resolver. */
export interface Context extends LoaderContext {
  /** For what this operation writes, and reads to that end: see `ProvisioningPorts.kore`. */
  readonly writer: KoreSession;
  readonly settings: Settings;
  readonly provisioning: ProvisioningPorts;
  readonly clientWrites: ClientWrites;
  readonly stateChanges: StateChanges;
}
