import { type ConnectivityApi, type ProvisioningBody, type ProvisioningVerb } from "../api/connectivity.ts";

/** The verbs of commands: KORE's of provisioning, and its diagnostics. */
export type CommandVerb = ProvisioningVerb | "cancel-device-location";

/** Endpoints that commands use: KORE's provisioning requests, or others in their shape. */
export interface CommandEndpoints extends Pick<ConnectivityApi, "provisioningRequests" | "provisioningRequest"> {
  /** @param verb one that these endpoints serve. See `ConnectivityApi.provision` */
  provision(
    accountId: string,
    verb: CommandVerb,
    body: ProvisioningBody,
    beforeSending?: () => Promise<void>,
  ): Promise<unknown>;
}

/** A SIM of a command, with the verb's arguments for it. */
export interface SimCommand {
  id: string;
  iccid: string | null;
  imei?: string;
  /** Of a SIM to activate: what KORE requires of an activation depends on it. */
  serviceTypeId?: string;
}

/** A provisioning body without its SIMs, in KORE's spelling. */
export type CommandOptions = Omit<ProvisioningBody<"activate">, "subscriptions" | "activation-state"> &
  Partial<Pick<ProvisioningBody<"activate">, "activation-state">> &
  Omit<ProvisioningBody<"terminate">, "subscriptions">;

/** A provisioning command, before its SIMs are read. */
export interface ProvisioningCommand {
  accountId: string;
  verb: CommandVerb;
  /** The caller's idempotency key: a repetition with it is no new command. */
  requestKey: string | null;
  /** For the audit trail. Does not distinguish commands. */
  who: string;
  /** Everything that distinguishes it from another command: the SIMs as named, in any order, and all options. */
  input: unknown;
}

/** Why a SIM was not written, or possibly not. Callers branch on it. */
type Reason =
  | "NOT_FOUND"
  | "WRONG_STATE"
  | "ACTIVATION_PROFILE_NOT_FOUND"
  | "CONFLICTING_IMEI"
  | "KORE_REFUSED"
  | "KORE_FAILED"
  | "NOT_SENT"
  | "NOT_SENT_YET"
  | "REPLY_LOST"
  | "EARLIER_OUTCOME_UNKNOWN";

/** Outcome for one SIM of a command. */
export interface SimResult {
  /** Index among the SIMs as the caller named them. */
  place: number;
  id: string | null;
  iccid: string | null;
  outcome: "SUBMITTED" | "FAILED" | "ALREADY_SATISFIED" | "REJECTED" | "OUTCOME_UNKNOWN";
  reason?: Reason;
  /** The part of the input that caused it. */
  field?: string;
  /** In words, for people. */
  message?: string;
  /** Of KORE's provisioning request. */
  requestId?: string;
}

/** A SIM of a command, with its index among the SIMs as the caller named them. */
export type PlacedSim = SimCommand & { place: number };

/** The SIM without a verdict. */
export function placed({ id, iccid, place, imei, serviceTypeId }: PlacedSim): PlacedSim {
  return {
    id,
    iccid,
    place,
    ...(imei !== undefined && { imei }),
    ...(serviceTypeId !== undefined && { serviceTypeId }),
  };
}

/** Outcome of a verb by the SIM's state alone. Valid only while no other command for the SIM is unfinished. */
export type StateVerdict = Pick<SimResult, "reason" | "message" | "field"> & {
  outcome: "ALREADY_SATISFIED" | "REJECTED";
};

/** A command after its SIMs were read: the SIMs to write, and the results of the others. */
export interface Plan {
  sims: readonly (PlacedSim & { byState?: StateVerdict })[];
  settled: readonly SimResult[];
  options: CommandOptions;
}

/** KORE's body, which is sent under the verb's key. */
export function bodyOf(sims: readonly SimCommand[], options: CommandOptions): ProvisioningBody {
  const subscriptions = sims.map(({ id, imei }) => ({ "subscription-id": id, ...(imei !== undefined && { imei }) }));
  return { ...options, subscriptions };
}
