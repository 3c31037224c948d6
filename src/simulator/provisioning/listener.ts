import { type SimState } from "../state-machine.ts";
import { type ProvisioningRequest, type RequestStatus } from "./requests.ts";

/** The new state of a SIM. */
export interface SimChange {
  readonly accountId: string;
  readonly subscriptionId: string;
  readonly from: SimState;
  readonly to: SimState;
  /** When it was due. Milliseconds since the epoch. */
  readonly at: number;
}

/** Is called at each change. `at`: when it was due, in milliseconds since the epoch. */
export interface ChangeListener {
  simChanged(change: SimChange): void;
  /** The request has its new status. */
  requestChanged(request: ProvisioningRequest, from: RequestStatus, at: number): void;
}
