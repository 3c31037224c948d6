import { type ConnectivityApi } from "../api/connectivity.ts";
import { id as idIn, isRecord, list, string } from "../decoding/decode.ts";
import { KoreError } from "../errors.ts";
import {
  type CommandBody,
  type CommandEndpoints,
  type Finding,
  type RecordBody,
  type UnacknowledgedWrite,
} from "../provisioning/command.ts";
import { type CommandVerb, type RecordVerb, isRecordVerb } from "../provisioning/verbs.ts";
import { findSimsWith } from "./find-by-effect.ts";

type Page = Awaited<ReturnType<CommandEndpoints["provisioningRequests"]>>;
type Envelope = Awaited<ReturnType<CommandEndpoints["provisioningRequest"]>>;
type BeforeSending = () => Promise<void>;

/** KORE's subscription requests in the shape of its provisioning requests. KORE publishes no list of them. */
export class SubscriptionRequestEndpoints implements CommandEndpoints {
  readonly #kore: ConnectivityApi;

  constructor(kore: ConnectivityApi) {
    this.#kore = kore;
  }

  async provision(
    accountId: string,
    verb: CommandVerb,
    body: CommandBody,
    beforeSending?: BeforeSending,
  ): Promise<unknown> {
    if (!isRecordVerb(verb)) throw new Error("A subscription request changes the records of SIMs");
    const operation = `POST ${verb}`;
    try {
      const reply: unknown = await this.#change(accountId, verb, body as RecordBody, beforeSending);
      if (!isRecord(reply)) return reply;
      const status = string(reply["subscription-request-status"], "subscription-request.subscription-request-status");
      if (recordStatusOf(status) === "rejected") throw rejection(operation, reply);
      return acknowledgement(idIn(reply["subscription-request-id"], "subscription-request.subscription-request-id"));
    } catch (error) {
      // A 500 that names a request: KORE has it, and its status shows what became of it.
      const isCreated = error instanceof KoreError && !error.isRefusal && !error.isUnsent;
      if (isCreated && error.subscriptionRequestId !== undefined) return acknowledgement(error.subscriptionRequestId);
      throw error;
    }
  }

  #change(
    accountId: string,
    verb: RecordVerb,
    { subscriptions }: RecordBody,
    beforeSending: BeforeSending | undefined,
  ) {
    const kore = this.#kore;
    const each = <Values>(valuesOf: (sim: (typeof subscriptions)[number]) => Values) =>
      subscriptions.map((sim) => ({ "subscription-id": sim["subscription-id"], ...valuesOf(sim) }));
    switch (verb) {
      case "additional-fields": {
        const fields = each((sim) => ({ "additional-fields": [...(sim["additional-fields"] ?? [])] }));
        return kore.setCustomFields(accountId, fields, beforeSending);
      }
      case "connected-hardware": {
        const hardware = each((sim) => ({ "connected-hardware": sim["connected-hardware"] ?? {} }));
        return kore.setConnectedHardware(accountId, hardware, beforeSending);
      }
      case "cost-center": {
        const assignments = each((sim) => ({ "cost-center-pk": sim["cost-center-pk"] ?? "" }));
        return kore.assignCostCenters(accountId, assignments, beforeSending);
      }
      case "sim-transfer": {
        const transfers = each((sim) => ({ "destination-account-id": sim["destination-account-id"] ?? "" }));
        return kore.transferSims(accountId, transfers, beforeSending);
      }
    }
  }

  provisioningRequests(): Promise<Page> {
    return Promise.reject(new Error("KORE publishes no list of subscription requests"));
  }

  async provisioningRequest(accountId: string, id: string): Promise<Envelope> {
    const reply: unknown = await this.#kore.subscriptionRequest(accountId, id);
    return (isRecord(reply) ? toProvisioningShape(id, reply) : reply) as Envelope;
  }

  findByEffect(lost: UnacknowledgedWrite): Promise<Finding> {
    return findSimsWith(lost, this.#kore);
  }
}

const acknowledgement = (id: string | null) => ({
  ...(id !== null && { "provisioning-request-id": id }),
});

function rejection(operation: string, reply: Readonly<Record<string, unknown>>): KoreError {
  const { error } = reply;
  const words = isRecord(error) ? string(error.message, "subscription-request.error.message") : null;
  return new KoreError("bad-request", `KORE rejected ${operation} in an acknowledgement`, {
    operation,
    status: 200,
    isRefusal: true,
    koreMessage: words ?? "the request was rejected",
  });
}

type Status = "submitted" | "pending" | "completed" | "failed" | "rejected";

/** KORE's statuses, whose blanks and hyphens are irregular, by their letters. */
const STATUSES: Readonly<Record<string, Status>> = {
  acceptedsync: "submitted",
  accepted: "submitted",
  inprogress: "pending",
  completed: "completed",
  failed: "failed",
  rejectedsync: "rejected",
  rejected: "rejected",
};

/** Undefined: unknown here. */
export const recordStatusOf = (status: string | null): Status | undefined =>
  STATUSES[status?.toLowerCase().replace(/[^a-z]/g, "") ?? ""];

/** The reply about a request, in the shape of that about a provisioning request. */
export function toProvisioningShape(
  koreId: string,
  reply: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const request = reply["subscription-request"];
  return isRecord(request) ? { "request-type": asProvisioning(koreId, request) } : reply;
}

/** The errors of a failed request are about it as a whole. */
function asProvisioning(koreId: string, request: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const status = string(request["subscription-request-status"], "subscription-request.subscription-request-status");
  const known = recordStatusOf(status);
  return {
    status: known === "rejected" ? "failed" : (known ?? status ?? undefined),
    "error-message": messageOf(request),
    subscriptions: list(request.subscriptions as unknown[] | undefined, "subscription-request.subscriptions").map(
      (item) => (isRecord(item) ? itemAsProvisioning(koreId, item) : item),
    ),
  };
}

function itemAsProvisioning(koreId: string, item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...simOfItem(koreId, item), "completion-status": item.status, "error-message": item.error };
}

/** The messages of a failed or rejected request. */
function messageOf(request: Readonly<Record<string, unknown>>): string | null {
  const errors = list(
    request["subscription-request-error"] as unknown[] | undefined,
    "subscription-request.subscription-request-error",
  );
  const messages = errors.flatMap((error) => {
    const words = isRecord(error) ? string(error["error-message"], "subscription-request.error-message") : null;
    return words === null ? [] : [words];
  });
  return messages.length > 0 ? messages.join("; ") : null;
}

/**
 * The SIM of an item. KORE states no names of identifiers, so one that contains "iccid" is an ICCID and any other a
 * subscription-id; without one, the id of the item, which KORE calls that of the request.
 */
export function simOfItem(
  koreId: string,
  item: Readonly<Record<string, unknown>>,
): { "subscription-id": string | null; iccid: string | null } {
  const name = string(item["subscription-identifier"], "subscription-request.subscription-identifier");
  const value = idIn(item["subscription-identifier-value"], "subscription-request.subscription-identifier-value");
  const own = idIn(item["subscription-request-id"], "subscription-request.subscription-request-id");
  const isIccid = name?.toLowerCase().includes("iccid") ?? /^89\d{16,18}$/.test(value ?? "");
  const id = isIccid || value === null ? (own === koreId ? null : own) : value;
  return { "subscription-id": id, iccid: isIccid ? value : null };
}
