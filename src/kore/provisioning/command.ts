import { type ProvisioningBody, type ProvisioningVerb } from "../api/connectivity.ts";

/** A SIM to be written: by the id that KORE prefers, with what the verb needs besides. */
export interface SimCommand {
  id: string;
  iccid: string | null;
  imei?: string;
}

/** Everything of a provisioning body but its SIMs, in KORE's spelling. */
export type CommandOptions = Omit<ProvisioningBody<"activate">, "subscriptions" | "activation-state"> &
  Partial<Pick<ProvisioningBody<"activate">, "activation-state">> &
  Omit<ProvisioningBody<"terminate">, "subscriptions">;

/** A provisioning command, before its SIMs are read. */
export interface ProvisioningCommand {
  accountId: string;
  verb: ProvisioningVerb;
  /** Given by the caller, so that saying it again is not wanting it again. */
  requestKey: string | null;
  /** For the audit trail; makes it no other intent. */
  who: string;
  /** Everything that makes this another intent: the SIMs as named, and all options. Order of SIMs does not count. */
  input: unknown;
}

/** Why a SIM was not written, or not surely. Callers branch on it. */
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
  /** Place among the SIMs as the caller named them. */
  place: number;
  id: string | null;
  iccid: string | null;
  outcome: "SUBMITTED" | "FAILED" | "ALREADY_SATISFIED" | "REJECTED" | "OUTCOME_UNKNOWN";
  reason?: Reason;
  /** Which part of the input it is about. */
  field?: string;
  /** For people. */
  message?: string;
  /** KORE's provisioning request. */
  requestId?: string;
}

/** A SIM to be written, with its place among the SIMs as the caller named them. */
export type PlacedSim = SimCommand & { place: number };

/** A SIM without what was found out about it. */
export function placed({ id, iccid, imei, place }: PlacedSim): PlacedSim {
  return { id, iccid, place, ...(imei !== undefined && { imei }) };
}

/** Verdict of a SIM's state on a verb. It holds only while no other order for the SIM is unfinished. */
export type StateVerdict = Pick<SimResult, "reason" | "message" | "field"> & {
  outcome: "ALREADY_SATISFIED" | "REJECTED";
};

/** An intent after a look at its SIMs: those to write, and those of which the outcome is clear already. */
export interface Plan {
  sims: readonly (PlacedSim & { byState?: StateVerdict })[];
  settled: readonly SimResult[];
  options: CommandOptions;
}

/** The body that KORE takes, under the verb's own key. */
export function bodyOf(sims: readonly SimCommand[], options: CommandOptions): ProvisioningBody {
  const subscriptions = sims.map(({ id, imei }) => ({ "subscription-id": id, ...(imei !== undefined && { imei }) }));
  return { ...options, subscriptions };
}
