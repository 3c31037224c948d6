import { type Sim } from "../fixtures/sims.ts";

/** The types that KORE names. Terminate shows as Deactivation in KORE's sample; that suspend is a StateChange is OURS. */
export type RequestType =
  "Activation" | "StateChange" | "Deactivation" | "Reactivation" | "PlanChange" | "ProfileChange";
export type RequestStatus = "submitted" | "pending" | "completed" | "failed";

/** One SIM of a request. `sim` is null when the account has no such SIM. */
export interface Item {
  readonly sim: Sim | null;
  readonly subscriptionId: string;
  readonly iccid: string;
  readonly imei: string | null;
  /** OURS: KORE states no values for `completion-status`. */
  outcome: "Pending" | "Completed" | "Failed";
  error: string;
}

export interface ProvisioningRequest {
  readonly id: string;
  readonly accountId: string;
  readonly type: RequestType;
  status: RequestStatus;
  readonly serviceType: string;
  readonly createdAt: number;
  completedAt: number | null;
  readonly source: string;
  readonly provisionedBy: string;
  readonly activationProfileId: string | null;
  readonly items: readonly Item[];
  /** As it arrived; null for seeded ones. */
  readonly body: unknown;
}

/** The provisioning requests of all accounts, found by id and by the SIMs they name. */
export class Requests {
  readonly #byId = new Map<string, ProvisioningRequest>();
  readonly #byAccount = new Map<string, ProvisioningRequest[]>();
  readonly #bySim = new Map<number, ProvisioningRequest[]>();
  readonly #byUnknown = new Map<string, ProvisioningRequest[]>();

  add(request: ProvisioningRequest): void {
    this.#byId.set(request.id, request);
    append(this.#byAccount, request.accountId, request);
    for (const item of request.items) {
      if (item.sim) append(this.#bySim, item.sim.serial, request);
      else append(this.#byUnknown, item.iccid || item.subscriptionId, request);
    }
  }

  get(accountId: string, id: string): ProvisioningRequest | undefined {
    const request = this.#byId.get(id);
    return request?.accountId === accountId ? request : undefined;
  }

  /** OURS: newest first; KORE does not state the order. */
  list(accountId: string): ProvisioningRequest[] {
    return [...(this.#byAccount.get(accountId) ?? [])].reverse();
  }

  /** Those that name a SIM: one of the account's, or an identifier that no SIM has. */
  naming(accountId: string, sim: Sim | string): ProvisioningRequest[] {
    const found = typeof sim === "string" ? this.#byUnknown.get(sim) : this.#bySim.get(sim.serial);
    return [...new Set(found)].filter((request) => request.accountId === accountId).reverse();
  }

  isBusy(sim: Sim): boolean {
    const requests = this.#bySim.get(sim.serial) ?? [];
    return requests.some((request) => request.status === "submitted" || request.status === "pending");
  }
}

function append<K>(map: Map<K, ProvisioningRequest[]>, key: K, request: ProvisioningRequest): void {
  const list = map.get(key);
  if (list) list.push(request);
  else map.set(key, [request]);
}
