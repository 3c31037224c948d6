import { type SimState } from "../state-machine.ts";
import { type ProvisioningRequest, type RequestStatus } from "./requests.ts";

/** Receives each change as it happens. `at`: when it was due, in milliseconds. */
export interface ChangeListener {
  simChanged(accountId: string, subscriptionId: string, from: SimState, to: SimState, at: number): void;
  /** The request has its new status already. */
  requestChanged(request: ProvisioningRequest, from: RequestStatus, at: number): void;
}
