import { type ConnectivityApi } from "../api/connectivity.ts";
import { type EsimBodies } from "../api/connectivity-types.ts";
import { isRecord } from "../decoding/decode.ts";
import { KoreError } from "../errors.ts";
import { type CommandBody, type CommandEndpoints } from "../provisioning/command.ts";
import { type ObservedRequests } from "../provisioning/reconciliation/observed-requests.ts";
import { type CommandVerb, esimActionOf } from "../provisioning/verbs.ts";
import { esimStatusOf } from "./statuses.ts";

type Query = Parameters<CommandEndpoints["provisioningRequests"]>[1];
type Page = Awaited<ReturnType<CommandEndpoints["provisioningRequests"]>>;
type Envelope = Awaited<ReturnType<CommandEndpoints["provisioningRequest"]>>;

/** KORE's eSIM requests in the shape of its provisioning requests. An EID takes the place of a subscription-id. */
export class EsimEndpoints implements CommandEndpoints {
  readonly #kore: ConnectivityApi;
  readonly #observed: ObservedRequests;

  /** @param observed metadata of the eSIM requests that were read and written */
  constructor(kore: ConnectivityApi, observed: ObservedRequests) {
    this.#kore = kore;
    this.#observed = observed;
  }

  async provision(
    accountId: string,
    verb: CommandVerb,
    body: CommandBody,
    beforeSending?: () => Promise<void>,
  ): Promise<unknown> {
    const action = esimActionOf(verb);
    if (!action) throw new Error("An eSIM request changes profiles");
    const sent = body as EsimBodies[typeof action];
    const reply: unknown = await this.#kore.changeEsims(accountId, action, sent, beforeSending);
    const data = isRecord(reply) && isRecord(reply.data) ? reply.data : reply;
    const id = isRecord(data) ? (data["esim-profile-switch-request-id"] ?? data["request-id"]) : undefined;
    return { data: { "provisioning-request-id": id } };
  }

  async provisioningRequests(accountId: string, query: Query): Promise<Page> {
    const { "subscription-id": eid, page, take } = query;
    const reply: unknown = await esimRequestList(this.#kore, accountId, { eid, page, take });
    if (!isRecord(reply) || !Array.isArray(reply.records)) return reply as Page;
    const records = (reply.records as unknown[]).map((wire) => (isRecord(wire) ? withProvisioningNames(wire) : wire));
    const listed = { ...reply, records } as Page;
    this.#observed.onList(accountId, listed);
    return listed;
  }

  async provisioningRequest(accountId: string, id: string): Promise<Envelope> {
    return this.inProvisioningShape(accountId, id, await this.#kore.esimRequest(accountId, id));
  }

  /** A reply of KORE's to the read of an eSIM request, as that of a provisioning request. */
  inProvisioningShape(accountId: string, id: string, reply: unknown): Envelope {
    const envelope = esimRequestInProvisioningShape(reply);
    this.#observed.onDetail(accountId, id, envelope);
    return envelope as Envelope;
  }
}

export const esimRequestInProvisioningShape = (reply: unknown): unknown =>
  isRecord(reply) ? { "request-type": withProvisioningNames(reply) } : reply;

/** A page of KORE's list. KORE's description has "No records found" among the texts of a 400: an empty list. */
export async function esimRequestList(
  kore: ConnectivityApi,
  accountId: string,
  query: Parameters<ConnectivityApi["esimRequests"]>[1],
): ReturnType<ConnectivityApi["esimRequests"]> {
  try {
    return await kore.esimRequests(accountId, query);
  } catch (error) {
    const { koreMessage = "" } = error instanceof KoreError && error.status === 400 ? error : {};
    if (!/^no records found\.?$/i.test(koreMessage.trim())) throw error;
    return { "total-records": 0, records: [] };
  }
}

function withProvisioningNames(wire: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { eids } = wire;
  const status = statusOf(wire["switch-request-status"], ENDS);
  const isEnded = status === "completed";
  return {
    "provisioning-request-id": wire["esim-profile-switch-request-id"],
    "request-type": wire["switch-request-type"],
    status,
    "number-of-subscriptions": wire["total-switch-requested"],
    "date-created": wire["switch-request-date"],
    ...(Array.isArray(eids) && {
      subscriptions: (eids as unknown[]).map((row) => (isRecord(row) ? simOf(row, isEnded) : row)),
    }),
  };
}

/** Before the end, an error of a step that KORE repeats is no failure of the EID, whose status may be unknown. */
function simOf(row: Readonly<Record<string, unknown>>, isEnded: boolean) {
  const completion = statusOf(row["switch-status"], COMPLETIONS);
  const isKnown = completion !== row["switch-status"];
  return {
    "subscription-id": row.eid,
    "completion-status": completion,
    ...((isEnded || isKnown) && { "error-message": row["switch-error-message"] }),
  };
}

/** Of a request. A processed one is done with errors, and the rest of a cancelled one is not done. */
const ENDS = {
  PENDING: "pending",
  PROCESSED: "completed",
  COMPLETED: "completed",
  FAILED: "completed",
  CANCELLED: "completed",
} as const;

/** Of an EID. */
const COMPLETIONS = { ...ENDS, FAILED: "failed", CANCELLED: "failed" } as const;

/** An unknown status stays as it came. */
function statusOf(raw: unknown, words: Readonly<Record<keyof typeof ENDS, string>>): unknown {
  const status = typeof raw === "string" ? esimStatusOf(raw) : undefined;
  return status === undefined ? raw : words[status];
}
