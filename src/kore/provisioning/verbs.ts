import { type EsimAction, type ProvisioningVerb } from "../api/connectivity-types.ts";

/** Changes of SIM records, which KORE calls subscription requests: the last segments of their paths, but for custom fields. */
export type RecordVerb = "additional-fields" | "connected-hardware" | "cost-center" | "sim-transfer";

export type EsimVerb = `esim-${EsimAction}`;

/** The verbs of commands: KORE's of provisioning, its diagnostics, those of eSIM profiles, and changes of SIM records. */
export type CommandVerb = ProvisioningVerb | "cancel-device-location" | EsimVerb | RecordVerb;

/** Kinds of KORE's requests, each with endpoints, a list and ids of its own. */
export type RequestKind = "provisioning" | "diagnostics" | "esim" | "record";

const KINDS: Readonly<Record<CommandVerb, RequestKind>> = {
  activate: "provisioning",
  suspend: "provisioning",
  reactivate: "provisioning",
  deactivate: "provisioning",
  "plan-feature-change": "provisioning",
  terminate: "provisioning",
  "cancel-device-location": "diagnostics",
  "esim-switch": "esim",
  "esim-download": "esim",
  "esim-enable": "esim",
  "esim-delete": "esim",
  "additional-fields": "record",
  "connected-hardware": "record",
  "cost-center": "record",
  "sim-transfer": "record",
};

export const kindOf = (verb: CommandVerb): RequestKind => KINDS[verb];

export const isRecordVerb = (verb: CommandVerb): verb is RecordVerb => kindOf(verb) === "record";

/** KORE's action of an eSIM verb; undefined for other verbs. */
export const esimActionOf = (verb: CommandVerb): EsimAction | undefined =>
  kindOf(verb) === "esim" ? (verb.slice("esim-".length) as EsimAction) : undefined;

/**
 * Whether KORE's requests of this verb are samples for the zone of its dates: those of eSIM requests may be in another
 * zone, and changes of records have none.
 */
export const isZoneSample = (verb: CommandVerb): boolean => !["esim", "record"].includes(kindOf(verb));

/** The state of a SIM, with its profiles. */
export const STATE = "";
const ALL_PARTS = [STATE, "additional-fields", "connected-hardware", "cost-center"] as const;

/**
 * The parts of a SIM that a verb changes. Commands that share a part exclude each other: a transfer excludes all, and an
 * ambiguous change of a record does not block orders.
 */
export function partsOf(verb: CommandVerb): readonly string[] {
  if (verb === "sim-transfer") return ALL_PARTS;
  return isRecordVerb(verb) ? [verb] : [STATE];
}

/** Whether no other command for a SIM may be unfinished beside one of this verb. */
export const isExclusive = (verb: CommandVerb): boolean => verb === "sim-transfer";
