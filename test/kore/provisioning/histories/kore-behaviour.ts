import { ConnectivityApi } from "../../../../src/kore/api/connectivity.ts";
import {
  type EsimAction,
  type EsimBodies,
  type ProvisioningBody,
  type ProvisioningVerb,
} from "../../../../src/kore/api/connectivity-types.ts";
import { type ObservedRequests } from "../../../../src/kore/provisioning/reconciliation/observed-requests.ts";
import { isRecord } from "../../../../src/kore/decoding/decode.ts";
import { type KoreBehaviour } from "./history.ts";

const HOUR = 60 * 60_000;
const STRANGER = "strangers-request";

/** The simulated KORE with another behaviour of its request reads. Observers get the changed replies. */
export class KoreWithBehaviour extends ConnectivityApi {
  readonly #kore: ConnectivityApi;
  readonly #behaviour: KoreBehaviour;
  readonly #observed: ObservedRequests;
  readonly #looks = new Map<string, number>();

  constructor(kore: ConnectivityApi, behaviour: KoreBehaviour, observed: ObservedRequests) {
    super({ get: () => new Promise(() => undefined), write: () => new Promise(() => undefined) });
    this.#kore = kore;
    this.#behaviour = behaviour;
    this.#observed = observed;
  }

  override async provisioningRequests(...call: Parameters<ConnectivityApi["provisioningRequests"]>) {
    const reply = this.#list(await this.#kore.provisioningRequests(...call), call[1]["subscription-id"] ?? "");
    this.#observed.onList(call[0], reply);
    return reply;
  }

  /** A copy, because replies are shared. */
  #list<Reply>(reply: Reply, simId: string): Reply {
    if (!isRecord(reply) || !Array.isArray(reply.records)) return reply;
    const records = (reply.records as Record<string, unknown>[]).map((row) => this.#listed(row));
    if (!this.#behaviour.hasForeignRequest) return { ...reply, records };
    return {
      ...reply,
      records: [...records, this.#stranger(simId)],
      "total-records": Number(reply["total-records"]) + 1,
    };
  }

  override async provisioningRequest(...call: Parameters<ConnectivityApi["provisioningRequest"]>) {
    const [accountId, id] = call;
    const reply: Record<string, unknown> = id.startsWith(STRANGER)
      ? { StateChange: { ...this.#stranger(id.slice(STRANGER.length + 1)), subscriptions: [] } }
      : { ...(await this.#kore.provisioningRequest(...call)) };
    for (const [key, detail] of Object.entries(reply)) if (isRecord(detail)) reply[key] = this.#detailed(id, detail);
    this.#observed.onDetail(accountId, id, reply);
    return reply as Awaited<ReturnType<ConnectivityApi["provisioningRequest"]>>;
  }

  override provision<V extends ProvisioningVerb>(
    accountId: string,
    verb: V,
    order: ProvisioningBody<V>,
    beforeSending?: () => Promise<void>,
  ) {
    return this.#kore.provision(accountId, verb, order, beforeSending);
  }

  override esimRequests(...call: Parameters<ConnectivityApi["esimRequests"]>) {
    return this.#kore.esimRequests(...call);
  }

  override esimRequest(...call: Parameters<ConnectivityApi["esimRequest"]>) {
    return this.#kore.esimRequest(...call);
  }

  override changeEsims<A extends EsimAction>(
    accountId: string,
    action: A,
    body: EsimBodies[A],
    beforeSending?: () => Promise<void>,
  ) {
    return this.#kore.changeEsims(accountId, action, body, beforeSending);
  }

  override subscriptions(...call: Parameters<ConnectivityApi["subscriptions"]>) {
    return this.#kore.subscriptions(...call);
  }

  override subscriptionRequest(...call: Parameters<ConnectivityApi["subscriptionRequest"]>) {
    return this.#kore.subscriptionRequest(...call);
  }

  override setCustomFields(...call: Parameters<ConnectivityApi["setCustomFields"]>) {
    return this.#kore.setCustomFields(...call);
  }

  override transferSims(...call: Parameters<ConnectivityApi["transferSims"]>) {
    return this.#kore.transferSims(...call);
  }

  #listed(row: Record<string, unknown>): Record<string, unknown> {
    const id = String(row["provisioning-request-id"]);
    const looks = (this.#looks.get(id) ?? 0) + 1;
    this.#looks.set(id, looks);
    const count = Number(row["number-of-subscriptions"]);
    return { ...this.#dated(row), "number-of-subscriptions": this.#isExpanded(id) ? count : this.#partOf(count) };
  }

  #detailed(id: string, detail: Record<string, unknown>): Record<string, unknown> {
    if (id.startsWith(STRANGER)) return detail;
    const named = Array.isArray(detail.subscriptions) ? (detail.subscriptions as unknown[]) : [];
    const subscriptions = this.#isExpanded(id) ? named : named.slice(0, this.#partOf(named.length));
    return { ...this.#dated(detail), ...(Array.isArray(detail.subscriptions) && { subscriptions }) };
  }

  #isExpanded = (id: string): boolean => (this.#looks.get(id) ?? Infinity) > this.#behaviour.expandsAfter;

  #partOf = (count: number): number => (this.#behaviour.expandsFrom === "none" ? 0 : Math.floor(count / 2));

  #dated(wire: Record<string, unknown>): Record<string, unknown> {
    const created = Date.parse(`${String(wire["date-created"])}Z`);
    return Number.isNaN(created) ? wire : { ...wire, "date-created": this.#written(created) };
  }

  #written(time: number): string {
    return new Date(time + this.#behaviour.offset * 60_000).toISOString().slice(0, 19);
  }

  #stranger(simId: string): Record<string, unknown> {
    return {
      "provisioning-request-id": `${STRANGER}-${simId}`,
      "request-type": "StateChange",
      "number-of-subscriptions": 0,
      "date-created": this.#written(Date.now() - 3 * HOUR),
    };
  }
}
