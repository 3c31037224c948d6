import { type Sim } from "../fixtures/sims.ts";
import { Refusal } from "../http/reply.ts";
import { type EsimAction, type EsimInput, type EsimRef } from "./esim-input.ts";

export const TYPES = {
  switch: "SwitchProfile",
  download: "DownloadProfile",
  enable: "EnableProfile",
  delete: "DeleteProfile",
} as const satisfies Record<EsimAction, string>;

/** The words that KORE's documentation names; it names no failure. */
export type EidStatus =
  "Created" | "Pending" | "Waiting for session" | "Acquired new profile" | "Completed" | "Failed" | "Cancelled";

export interface EsimItem {
  readonly ref: EsimRef;
  status: EidStatus;
  error: string;
  readonly old: Sim | null;
  new: Sim | null;
  /** When its device is in a session. Milliseconds since the epoch. */
  readonly onlineAt: number;
  /** Counts its runs: work of an earlier run is void. */
  run: number;
  /** Whether KORE repeats its failed step when the device is in a session. */
  waitsForRetry: boolean;
}

export interface EsimRequest {
  readonly id: string;
  readonly accountId: string;
  readonly type: (typeof TYPES)[EsimAction];
  readonly createdAt: number;
  readonly activationProfileId: string | null;
  readonly input: EsimInput;
  readonly items: readonly EsimItem[];
}

/** A 400 that names EIDs. */
export class EsimRefusal extends Refusal {
  readonly errors: readonly { readonly eid: string; readonly message: string }[];

  constructor(errors: EsimRefusal["errors"]) {
    super(400, "Invalid eIds / Imei");
    this.errors = errors;
  }
}
