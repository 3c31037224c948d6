import { type ConnectivityApi } from "../api/connectivity.ts";
import { type ProvisioningBody } from "../api/connectivity-types.ts";
import { isRecord } from "../decoding/decode.ts";
import { type CommandEndpoints } from "../provisioning/command.ts";
import { type ObservedRequests } from "../provisioning/reconciliation/observed-requests.ts";
import { detailOf } from "../provisioning/reconciliation/reconcile.ts";
import { type CommandVerb } from "../provisioning/verbs.ts";

type Query = Parameters<CommandEndpoints["provisioningRequests"]>[1];
type Page = Awaited<ReturnType<CommandEndpoints["provisioningRequests"]>>;
type Envelope = Awaited<ReturnType<CommandEndpoints["provisioningRequest"]>>;

/**
 * KORE's diagnostics requests in the shape of its provisioning requests, from which they differ in a few names, so that the
 * same commands send them at most once. KORE takes one SIM a request.
 */
export class DiagnosticsEndpoints implements CommandEndpoints {
  readonly #kore: ConnectivityApi;
  readonly #observed: ObservedRequests;

  /** @param observed metadata of the diagnostics requests that were read and written */
  constructor(kore: ConnectivityApi, observed: ObservedRequests) {
    this.#kore = kore;
    this.#observed = observed;
  }

  async provision(
    accountId: string,
    verb: CommandVerb,
    { subscriptions: [sim, ...more] }: ProvisioningBody,
    beforeSending?: () => Promise<void>,
  ): Promise<unknown> {
    const id = sim?.["subscription-id"];
    if (verb !== "cancel-device-location" || id === undefined || more.length > 0) {
      throw new Error("A diagnostics request cancels the location of one device");
    }
    const reply: unknown = await this.#kore.cancelDeviceLocation(accountId, id, beforeSending);
    const data = isRecord(reply) && isRecord(reply.data) ? reply.data : reply;
    return { data: { "provisioning-request-id": isRecord(data) ? data["diagnostics-request-id"] : undefined } };
  }

  async provisioningRequests(accountId: string, query: Query): Promise<Page> {
    const reply: unknown = await this.#kore.diagnosticsRequests(accountId, query);
    if (!isRecord(reply) || !Array.isArray(reply.records)) return reply as Page;
    const records = (reply.records as unknown[]).map((wire) => (isRecord(wire) ? withProvisioningNames(wire) : wire));
    const page = { ...reply, records } as Page;
    this.#observed.onList(accountId, page);
    return page;
  }

  async provisioningRequest(accountId: string, id: string): Promise<Envelope> {
    const reply: unknown = await this.#kore.diagnosticsRequest(accountId, id);
    const detail: unknown = isRecord(reply) ? detailOf(reply) : undefined;
    const envelope = isRecord(detail) ? { "request-type": withProvisioningNames(detail) } : reply;
    this.#observed.onDetail(accountId, id, envelope);
    return envelope as Envelope;
  }
}

/** The error message of a diagnostics request is that of its SIM. KORE spells the id in two ways. */
function withProvisioningNames(wire: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { "error-message": message, subscriptions } = wire;
  return {
    ...wire,
    "provisioning-request-id": wire["diagnostics-request-id"] ?? wire["diagnostic-request-id"],
    ...(Array.isArray(subscriptions) && {
      subscriptions: (subscriptions as unknown[]).map((sim) =>
        isRecord(sim) ? { "error-message": message, ...sim } : sim,
      ),
    }),
  };
}
