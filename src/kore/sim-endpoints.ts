import { type ConnectivityApi } from "./api/connectivity.ts";
import { EsimEndpoints } from "./esim/endpoints.ts";
import {
  type CommandBody,
  type CommandEndpoints,
  type Finding,
  type UnacknowledgedWrite,
} from "./provisioning/command.ts";
import { type ObservedRequests } from "./provisioning/reconciliation/observed-requests.ts";
import { type CommandVerb, type RequestKind, kindOf } from "./provisioning/verbs.ts";
import { SubscriptionRequestEndpoints } from "./subscription-requests/endpoints.ts";

type Query = Parameters<CommandEndpoints["provisioningRequests"]>[1];

/** The endpoints of all kinds of requests that change SIMs, which the same commands and the same ledger write. */
export class SimEndpoints implements CommandEndpoints {
  readonly esim: EsimEndpoints;
  readonly #record: SubscriptionRequestEndpoints;
  readonly #of: Readonly<Record<Exclude<RequestKind, "diagnostics">, CommandEndpoints>>;

  /** @param observedEsims metadata of the eSIM requests that were read and written */
  constructor(kore: ConnectivityApi, observedEsims: ObservedRequests) {
    this.esim = new EsimEndpoints(kore, observedEsims);
    this.#record = new SubscriptionRequestEndpoints(kore);
    this.#of = { provisioning: kore, esim: this.esim, record: this.#record };
  }

  provision(accountId: string, verb: CommandVerb, body: CommandBody, beforeSending?: () => Promise<void>) {
    return this.#serving(verb).provision(accountId, verb, body, beforeSending);
  }

  provisioningRequests(accountId: string, query: Query, verb: CommandVerb) {
    return this.#serving(verb).provisioningRequests(accountId, query, verb);
  }

  provisioningRequest(accountId: string, id: string, verb: CommandVerb) {
    return this.#serving(verb).provisioningRequest(accountId, id, verb);
  }

  findByEffect(lost: UnacknowledgedWrite): Promise<Finding> {
    return this.#record.findByEffect(lost);
  }

  #serving(verb: CommandVerb): CommandEndpoints {
    const kind = kindOf(verb);
    if (kind === "diagnostics") throw new Error("Diagnostics requests have commands of their own");
    return this.#of[kind];
  }
}
