import { type ConnectivityApi } from "../api/connectivity.ts";
import { type EsimAction, type EsimBodies, type ProvisioningBody } from "../api/connectivity-types.ts";
import { type CommandVerb, kindOf } from "./verbs.ts";

/** The values that a SIM's record gets, in KORE's spelling: all values of the part that is written. */
export interface RecordValues {
  "additional-fields"?: readonly { key: string; value: string }[];
  "connected-hardware"?: { imei?: string; "serial-number"?: string; "model-number"?: string };
  "cost-center-pk"?: string;
  /** The id under which SIMs show the cost center. Not sent. */
  "cost-center-id"?: string;
  "destination-account-id"?: string;
}

/** Body of a change of SIM records: the SIMs, each with its values. */
export interface RecordBody {
  subscriptions: readonly ({ "subscription-id": string } & RecordValues)[];
}

/** A body of KORE's without its wrapper. */
export type CommandBody = ProvisioningBody | EsimBodies[EsimAction] | RecordBody;

/** A write whose reply was lost. */
export interface UnacknowledgedWrite {
  accountId: string;
  verb: CommandVerb;
  sims: readonly SimCommand[];
  /** When it was sent, and until when its request may become visible. Milliseconds since the epoch. */
  sentAt: number;
  settlesAt: number;
}

export type Finding =
  /** KORE has the request, or shows its effect. */
  | { kind: "found"; requestId?: string }
  /** KORE's complete list does not have it. */
  | { kind: "absent" }
  /** KORE has one or more requests that may be it, or the list is incomplete. */
  | { kind: "unclear"; message: string };

type List = ConnectivityApi["provisioningRequests"];
type Detail = ConnectivityApi["provisioningRequest"];

/** Endpoints that commands use: KORE's provisioning requests, or others in their shape. `verb`: one that they serve. */
export interface CommandEndpoints {
  /** See `ConnectivityApi.provision`. */
  provision(
    accountId: string,
    verb: CommandVerb,
    body: CommandBody,
    beforeSending?: () => Promise<void>,
  ): Promise<unknown>;
  /** Never called for changes of records, of which KORE publishes no list. */
  provisioningRequests(accountId: string, query: Parameters<List>[1], verb: CommandVerb): ReturnType<List>;
  provisioningRequest(accountId: string, id: string, verb: CommandVerb): ReturnType<Detail>;
  /** Searches for a lost write, whose requests KORE does not list, by its effect. @default never found */
  findByEffect?(lost: UnacknowledgedWrite): Promise<Finding>;
}

/** A SIM of a command, with the verb's arguments for it. */
export interface SimCommand {
  /** KORE's subscription-id; of an eSIM verb the EID. */
  id: string;
  /** Of an eSIM verb that names a profile: that profile's. */
  iccid: string | null;
  imei?: string;
  /**
   * Of an eSIM: the subscription-ids of its SIMs, the current one first. An eSIM verb may change each of them. Of a SIM to
   * transfer: its eSIM.
   */
  holds?: readonly string[];
  /** SIMs of different groups are sent in different requests. @default one group */
  group?: string;
  /** Of a SIM to activate: what KORE requires of an activation depends on it. */
  serviceTypeId?: string;
  /** Of a change of its record. */
  record?: RecordValues;
}

/** A provisioning body without its SIMs, in KORE's spelling. */
export type CommandOptions = Omit<ProvisioningBody<"activate">, "subscriptions" | "activation-state"> &
  Partial<Pick<ProvisioningBody<"activate">, "activation-state">> &
  Omit<ProvisioningBody<"terminate">, "subscriptions"> &
  Omit<EsimBodies["switch"], "subscriptions" | "activation-profile-id">;

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
  | "REQUIREMENT_MISSING"
  | "CONFLICTING_VALUES"
  | "COST_CENTER_NOT_FOUND"
  | "ORDER_IN_PROGRESS"
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
export function placed(sim: Plan["sims"][number]): PlacedSim {
  const copy = { ...sim };
  delete copy.byState;
  return copy;
}

/** The SIM, and the eSIM or SIMs that a command may change with it. Reserved together. */
export const changedBy = ({ id, holds = [] }: Pick<SimCommand, "id" | "holds">): readonly string[] => [id, ...holds];

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
export function bodyOf(verb: CommandVerb, sims: readonly SimCommand[], options: CommandOptions): CommandBody {
  const name = kindOf(verb) === "esim" ? "eid" : "subscription-id";
  const namesProfile = verb === "esim-enable" || verb === "esim-delete";
  const subscriptions = sims.map(({ id, iccid, imei, record }) => ({
    [name]: id,
    ...(namesProfile && { iccid }),
    ...(imei !== undefined && { imei }),
    ...record,
  }));
  return { ...options, subscriptions } as CommandBody;
}
