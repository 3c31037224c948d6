import { type Period } from "../fixtures/history.ts";
import { type SimState } from "../state-machine.ts";

/** A SIM's variable fields. Derived from the seed, and stored only after a change. */
export interface SimRecord {
  readonly states: readonly Period<SimState>[];
  readonly profiles: readonly Period<number>[];
  readonly imei: string | null;
  readonly modifiedAt: number;
  /** Absent until it is written. */
  readonly device?: Device;
  readonly customFields?: readonly CustomField[];
  /** Null after a transfer. */
  readonly costCenterPk?: string | null;
}

export interface Device {
  readonly imei: string | null;
  readonly serial: string | null;
  readonly model: string | null;
}

export interface CustomField {
  readonly key: string;
  readonly value: string;
}

/** The custom fields of every account. */
export const CUSTOM_FIELDS: readonly string[] = ["asset-tag", "site", "installed-by"];
